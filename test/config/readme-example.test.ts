import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import { readConfig } from '#server/config.ts';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

test('the example of a configuration in the README is taken up as it is', async () => {
  const [, example] = /\n## Configuration\n[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-readme-'));
  try {
    const { certificate } = await createCertificateAuthority('home');
    for (const name of ['home-ca.pem', 'rke2-ca.pem']) writeFileSync(join(directory, name), certificate);
    writeFileSync(join(directory, 'clusterwall.yaml'), example ?? 'none');
    const checks = watchedAreas.flatMap((area) => area.checks);
    const { file, problems } = readConfig({}, directory, { checks, scenarios: [] });
    expect(problems).toEqual([]);
    expect(file?.tls.servers.map(({ host, port, trust }) => `${host}:${port} ${trust}`)).toEqual([
      '10.0.0.10:2379 cluster',
      'rke2.home:9345 cluster',
      'git.example:443 system',
      'registry.example:443 system',
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
