import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import { readConfig } from '#server/config.ts';
import { probeWishOf } from '#server/facts/probe-wish.ts';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'clusterwall-readme-'));
const checks = watchedAreas.flatMap((area) => area.checks);

beforeAll(async () => {
  const { certificate } = await createCertificateAuthority('home');
  for (const name of ['home-ca.pem', 'rke2-ca.pem']) writeFileSync(join(directory, name), certificate);
  for (const name of ['harbor-password', 'registry-password']) writeFileSync(join(directory, name), 'secret\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The examples of a section, down to the next of the same depth. */
function examplesOf(section: string): string[] {
  const [, text = ''] = new RegExp(`\n## ${section}\n([^]*?)\n## `).exec(readme) ?? [];
  return [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, example = '']) => example);
}

function taken(example: string) {
  writeFileSync(join(directory, 'clusterwall.yaml'), example);
  const { file, problems } = readConfig({ WIKI_TOKEN: 'x' }, directory, { checks, scenarios: [] });
  expect(problems).toEqual([]);
  return file!;
}

describe('the examples in the README', () => {
  test('of the configuration are taken up as they are', () => {
    const [example = 'none', ...more] = examplesOf('Configuration');
    expect(more).toEqual([]);
    const { tls, services, registries } = taken(example);
    expect(tls.servers.map(({ host, port, trust }) => `${host}:${port} ${trust}`)).toEqual([
      '10.0.0.10:2379 cluster',
      'rke2.home:9345 cluster',
      'git.example:443 system',
      'registry.example:443 system',
    ]);
    expect([services.probes[0]?.name, registries.registries[0]?.mirrors]).toEqual(['gitea', ['docker.io']]);
  });

  test('of services and registries are taken up as they are', () => {
    const [probes = '', annotated = '', services = '', registries = '', ...more] =
      examplesOf('Services and registries');
    expect(more).toEqual([]);
    expect(taken(probes).services.probes.map(({ name, asks }) => `${name} ${asks.is}`)).toEqual([
      ...['gitea http', 'wiki http', 'ssh tcp', 'names dns', 'nas host'],
    ]);
    expect(taken(services).services).toMatchObject({ except: ['test'], everyMs: 60_000, slowMs: 2_000 });
    expect(taken(registries).registries.registries).toMatchObject([
      { name: 'home', login: null },
      { name: 'harbor', login: { user: 'robot$wall', password: 'secret' } },
    ]);
    const { metadata } = parse(annotated) as { metadata: { annotations: Record<string, unknown> } };
    expect(probeWishOf(metadata.annotations)).toMatchObject({
      off: true,
      path: '/healthz',
      text: 'explore',
      problem: '',
    });
  });
});

describe('the configuration that is deployed', () => {
  const deployed = readFileSync(join(root, 'deploy/base/clusterwall.yaml'), 'utf8');

  test('is taken up as it is', () => {
    expect(taken(deployed).cluster.name).toBe('homelab');
  });

  test('says in its comments what would be taken up too', () => {
    const keys = deployed
      .replaceAll(/^# (?=(?: *- | {2,6}[a-z]+: |[a-z]+:(?: \{|$)))/gm, '')
      .replaceAll('/secrets/', '');
    const { services, registries, tls } = taken(keys);
    expect(services).toMatchObject({ except: ['test'], probes: [{ name: 'gitea' }, { name: 'nas' }] });
    expect(registries.registries).toMatchObject([{ name: 'home', login: { user: 'wall', password: 'secret' } }]);
    expect(tls.addresses).toEqual([{ host: '*.home.example', address: '10.0.0.5' }]);
  });
});
