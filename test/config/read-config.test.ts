import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineConfigOf, readConfig, type Config } from '#server/config.ts';

const configurable = {
  checks: [{ check: 'nodes/cordoned', settings: {} }],
  scenarios: ['calm', 'node-lost-and-back'],
};
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clusterwall-config-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const read = (variables: Record<string, string>) => readConfig(variables, directory, configurable);

function configOf(variables: Record<string, string>): Config {
  const { environment, file, problems } = read(variables);
  if (file === null || problems.length > 0) throw new Error(problems.join('\n'));
  return { environment, file };
}

const problemsOf = (variables: Record<string, string>) => read(variables).problems;

describe('the environment', () => {
  test('is not needed', () => {
    expect(configOf({}).environment).toEqual({
      configFile: join(directory, 'clusterwall.yaml'),
      configNamed: false,
      host: '127.0.0.1',
      port: 8080,
      dataDirectory: join(directory, 'data'),
      demo: null,
    });
  });

  test('set to nothing is as if not set', () => {
    const names = ['CLUSTERWALL_CONFIG', 'HOST', 'PORT', 'CLUSTERWALL_DATA', 'CLUSTERWALL_DEMO'];
    expect(configOf(Object.fromEntries(names.map((name) => [name, '']))).environment).toEqual(configOf({}).environment);
  });

  test('tells where to listen and where to keep, paths from the working directory', () => {
    const { environment } = configOf({ HOST: '::', PORT: '9090', CLUSTERWALL_DATA: 'kept', CLUSTERWALL_DEMO: 'calm' });
    expect(environment).toMatchObject({ host: '::', port: 9090, dataDirectory: join(directory, 'kept'), demo: 'calm' });
    expect(configOf({ CLUSTERWALL_DATA: '/data' }).environment.dataDirectory).toBe('/data');
  });

  test.each(['eighty', '-1', '65536', '80.5', '0x50', '99999999999999999999'])('port %s is refused', (port) => {
    expect(problemsOf({ PORT: port })).toEqual([`PORT is "${port}": it must be a number from 1 to 65535`]);
  });

  test('a scenario that does not exist is refused with the nearest', () => {
    expect(problemsOf({ CLUSTERWALL_DEMO: 'clam' })).toEqual([
      'CLUSTERWALL_DEMO is neither 1 nor a scenario: unknown scenario "clam": the nearest known one is "calm"',
    ]);
    expect(configOf({ CLUSTERWALL_DEMO: 'true' }).environment.demo).toBe('1');
    expect(configOf({ CLUSTERWALL_DEMO: '0' }).environment.demo).toBe(null);
  });

  test('and file are told wrong together', () => {
    writeFileSync(join(directory, 'clusterwall.yaml'), 'zone: UTC\nclusters: {}\n');
    expect(problemsOf({ PORT: 'x', CLUSTERWALL_DEMO: 'y' })).toEqual([
      expect.stringContaining('PORT'),
      expect.stringContaining('CLUSTERWALL_DEMO'),
      expect.stringContaining('clusterwall.yaml:1: zone'),
      expect.stringContaining('clusterwall.yaml:2: clusters'),
    ]);
  });
});

describe('the configuration file', () => {
  test('of the working directory is taken if it is there', () => {
    expect(configOf({}).file.cluster).toEqual({});
    writeFileSync(join(directory, 'clusterwall.yaml'), 'cluster: { name: mine }');
    expect(configOf({}).file.cluster).toEqual({ name: 'mine' });
  });

  test('that is named must be there', () => {
    expect(problemsOf({ CLUSTERWALL_CONFIG: 'other.yaml' })).toEqual([
      'other.yaml: there is no such file (CLUSTERWALL_CONFIG names it)',
    ]);
    expect(problemsOf({ CLUSTERWALL_CONFIG: '/nowhere/wall.yaml' })[0]).toContain(
      '/nowhere/wall.yaml: there is no such',
    );
  });

  test('that is a directory is refused', () => {
    expect(problemsOf({ CLUSTERWALL_CONFIG: '.' })[0]).toContain('cannot be read: it is a directory');
  });

  test('names the cluster; else its context does', () => {
    expect(engineConfigOf(configOf({}).file, 'admin@homelab').clusterName).toBe('admin@homelab');
    writeFileSync(join(directory, 'clusterwall.yaml'), 'cluster: { name: mine }');
    expect(engineConfigOf(configOf({}).file, 'admin@homelab').clusterName).toBe('mine');
  });
});
