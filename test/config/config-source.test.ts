import { mkdtempSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readConfig } from '#server/config.ts';
import { watchConfig, type ConfigSource } from '#server/config-source.ts';

let directory: string;
let source: ConfigSource | undefined;
let changes: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clusterwall-config-'));
  changes = 0;
});

afterEach(() => {
  source?.close();
  rmSync(directory, { recursive: true });
});

const write = (text: string) => writeFileSync(join(directory, 'clusterwall.yaml'), text);

function begin(): ConfigSource {
  const { environment, file, problems } = readConfig({}, directory, { checks: [], scenarios: [] });
  if (file === null) throw new Error(problems.join('\n'));
  source = watchConfig({ environment, file }, directory, [], 20);
  source.onChange(() => (changes += 1));
  return source;
}

const nameOf = (of: ConfigSource) => of.current().file.cluster.name;

describe('a configuration file that changes', () => {
  test('is taken up as a new value, and whoever listens is told once', async () => {
    write('cluster: { name: before }');
    const config = begin();
    const first = config.current();
    write('cluster: { name: after }');
    await vi.waitFor(() => expect(nameOf(config)).toBe('after'));
    expect(first.file.cluster.name).toBe('before');
    expect([changes, config.problem()]).toEqual([1, '']);
  });

  test('to something bad keeps what held before and says why, until it is good again', async () => {
    write('cluster: { name: before }');
    const config = begin();
    write('cluster: { nme: after }');
    await vi.waitFor(() => expect(config.problem()).toContain('clusterwall.yaml:1: cluster.nme: unknown key'));
    expect(nameOf(config)).toBe('before');
    write('cluster: { name: after }');
    await vi.waitFor(() => expect(config.problem()).toBe(''));
    expect(nameOf(config)).toBe('after');
    expect(changes).toBe(2);
  });

  test('to something with hundreds of mistakes tells twenty and how many more', async () => {
    write('');
    const config = begin();
    write(Array.from({ length: 300 }, (_, i) => `k${i}: 1`).join('\n'));
    await vi.waitFor(() => expect(config.problem()).toMatch(/; and 280 more$/));
  });

  test('by coming into being is taken up; by going away changes nothing but says so', async () => {
    const config = begin();
    write('cluster: { name: new }');
    await vi.waitFor(() => expect(nameOf(config)).toBe('new'));
    rmSync(join(directory, 'clusterwall.yaml'));
    await vi.waitFor(() => expect(config.problem()).toContain('is gone'));
    expect(nameOf(config)).toBe('new');
  });

  test('as a ConfigMap does, by a link that is exchanged, is taken up', async () => {
    for (const version of ['1', '2']) {
      mkdirSync(join(directory, version));
      writeFileSync(join(directory, version, 'clusterwall.yaml'), `cluster: { name: "v${version}" }`);
    }
    symlinkSync('1', join(directory, '..data'));
    symlinkSync('..data/clusterwall.yaml', join(directory, 'clusterwall.yaml'));
    const config = begin();
    expect(nameOf(config)).toBe('v1');
    symlinkSync('2', join(directory, '..tmp'));
    renameSync(join(directory, '..tmp'), join(directory, '..data'));
    await vi.waitFor(() => expect(nameOf(config)).toBe('v2'));
  });

  test('to another context says that this needs a restart, and takes up the rest', async () => {
    write('cluster: { name: before, context: one }');
    const config = begin();
    write('cluster: { name: after, context: two }');
    await vi.waitFor(() => expect(config.problem()).toContain('cluster.context is now two: restart'));
    expect(config.current().file.cluster).toEqual({ name: 'after', context: 'one' });
  });
});
