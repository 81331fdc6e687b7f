import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { configFolder } from './config-folder.ts';

const folder = configFolder({ PASSWORD: 'hunter2', EMPTY: '' });
afterAll(() => folder.remove());

const registry = (password: string) =>
  `registries: [{ name: home, url: "https://registry.example", user: wall, password: ${password} }]`;
const passwordOf = (password: string) => folder.of(registry(password)).registries.registries[0]?.login?.password;
const problemOf = (password: string) => folder.problems(registry(password)).join('\n');

describe('a secret', () => {
  test('of the environment is taken as it is', () => {
    expect(passwordOf('{ env: PASSWORD }')).toBe('hunter2');
  });

  test.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['\ufeffhunter2\n', 'hunter2'],
    [' hunter 2 ', ' hunter 2 '],
    ['p\u00e4ss\n', 'p\u00e4ss'],
    ['x'.repeat(65_536), 'x'.repeat(65_536)],
  ])('of a file that holds %j is taken without its last line break', (text, secret) => {
    folder.write('password', text);
    expect(passwordOf('{ file: password }')).toBe(secret);
    expect(passwordOf(`{ file: "${join(folder.directory, 'password')}" }`)).toBe(secret);
    expect(folder.of(registry('{ file: password }')).namedFiles).toEqual([join(folder.directory, 'password')]);
  });

  test.each([
    ['{ env: NOT_SET }', 'the environment variable NOT_SET is not set'],
    ['{ env: EMPTY }', 'the environment variable EMPTY is empty'],
    ['{ file: nowhere }', 'the file "nowhere" does not exist'],
    ['{ file: empty }', 'the file "empty" is empty'],
    ['{ file: newline }', 'the file "newline" is empty'],
    ['{ file: nul }', 'the file "nul" holds a NUL and is no text'],
    ['{ file: binary }', 'the file "binary" holds what is no text (UTF-8)'],
    ['{ file: large }', 'the file "large" is larger than 64 KB and hardly a secret'],
    ['{ file: key.pem }', 'the file "key.pem" holds a private key, which is never sent'],
    ['{ file: directory }', 'the file "directory" is a directory'],
    ['{ file: pipe }', 'the file "pipe" is no file'],
    ['{ file: empty/password }', 'the file "empty/password" does not exist: a part of its path is not a directory'],
  ])('%s is refused: %s', (reference, problem) => {
    folder.write('empty', '');
    folder.write('newline', '\n');
    folder.write('nul', 'a\0b');
    folder.write('binary', new Uint8Array([0xff, 0xfe, 0x41]));
    folder.write('large', 'x'.repeat(65_537));
    folder.write('key.pem', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----\n');
    mkdirSync(join(folder.directory, 'directory'), { recursive: true });
    rmSync(join(folder.directory, 'pipe'), { force: true });
    execFileSync('mkfifo', [join(folder.directory, 'pipe')]);
    expect(problemOf(reference)).toBe(`clusterwall.yaml:1: registries[1].password: ${problem}`);
  });

  test.each([
    'hunter2',
    '"hunter2"',
    '*hunter2',
    '!hunter2',
    '&hunter2',
    '"hunter2\\q"',
    '{ hunter2 }',
    '{ env: "hunter2!" }',
    '[hunter2]',
    '"hunter2"hunter2',
    '|hunter2',
    '@hunter2',
    '%hunter2',
    "'hunter2",
    '{ file: [hunter2] }',
    '{ value: hunter2 }',
  ])('written as %s is refused without being told', (password) => {
    const told = problemOf(password);
    expect(told).not.toBe('');
    expect(told).not.toContain('hunter2');
  });
});

describe('a private key in the configuration', () => {
  const key = '-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----';
  test.each([
    registry(`"${key}"`),
    `probes: [{ name: a, url: "https://a.example", text: "${key}" }]`,
    `probes: [{ name: "${key}", url: "https://a.example" }]`,
    `probes: [{ name: a, url: "https://a.example", headers: { X-A: "${key}" } }]`,
    `"${key}": 1`,
  ])('is refused, and nothing of it is told', (text) => {
    const told = folder.problems(text).join('\n');
    expect(told).toContain('clusterwall.yaml:1: here stands a private key, which belongs in no configuration');
    expect(told).not.toContain('MII');
  });
});

const patiently = (condition: () => void) => vi.waitFor(condition, 5_000);

describe('a secret that changes while the wall runs', () => {
  test('is taken up; a bad one keeps what held before and says why, and heals when it is good again', async () => {
    const file = folder.write('changing', 'first');
    const source = folder.watch(registry('{ file: changing }'));
    const now = () => source.current().file.registries.registries[0]?.login?.password;
    try {
      folder.write('changing', 'second\n');
      await patiently(() => expect(now()).toBe('second'));
      rmSync(file);
      await patiently(() => expect(source.problem()).toContain('the file "changing" does not exist'));
      expect(now()).toBe('second');
      folder.write('changing', '');
      await patiently(() => expect(source.problem()).toContain('the file "changing" is empty'));
      folder.write('changing', 'third');
      await patiently(() => expect([now(), source.problem()]).toEqual(['third', '']));
    } finally {
      source.close();
    }
  });

  test('as a mounted Secret does, by a link that is exchanged, is taken up', async () => {
    for (const version of ['one', 'two']) {
      mkdirSync(join(folder.directory, version));
      folder.write(`${version}/token`, `token ${version}`);
    }
    symlinkSync('one', join(folder.directory, '..data'));
    symlinkSync('..data/token', join(folder.directory, 'token'));
    const source = folder.watch(
      'probes: [{ name: a, url: "https://a.example", headers: { Authorization: { file: token } } }]',
    );
    const now = () => {
      const { asks } = source.current().file.services.probes[0]!;
      return asks.is === 'http' ? asks.ask.headers['Authorization'] : undefined;
    };
    try {
      expect(now()).toBe('token one');
      symlinkSync('two', join(folder.directory, '..tmp'));
      renameSync(join(folder.directory, '..tmp'), join(folder.directory, '..data'));
      await patiently(() => expect(now()).toBe('token two'));
    } finally {
      source.close();
    }
  });

  test('is watched from when the configuration names it, even if it is not there yet', async () => {
    const source = folder.watch('probes: []');
    try {
      folder.write('clusterwall.yaml', registry('{ file: late }'));
      await patiently(() => expect(source.problem()).toContain('the file "late" does not exist'));
      folder.write('late', 'here');
      await patiently(() => expect(source.current().file.registries.registries[0]?.login?.password).toBe('here'));
      expect(source.problem()).toBe('');
    } finally {
      source.close();
    }
  });

  test('beside it probes and registries are taken up and go', async () => {
    const source = folder.watch('probes: [{ name: a, url: "https://a.example" }]');
    const now = () => {
      const { services, registries, tls } = source.current().file;
      return [...services.probes, ...registries.registries]
        .map(({ name }) => name)
        .concat(tls.servers.map((s) => s.host));
    };
    try {
      folder.write(
        'clusterwall.yaml',
        'probes: [{ name: b, url: "https://b.example" }]\nregistries: [{ name: c, url: "https://c.example" }]',
      );
      await patiently(() => expect(now()).toEqual(['b', 'c', 'b.example', 'c.example']));
      folder.write('clusterwall.yaml', 'probes: [{ name: b, url: nonsense }]');
      await patiently(() => expect(source.problem()).toContain('"nonsense" is no URL that can be asked'));
      expect(now()).toEqual(['b', 'c', 'b.example', 'c.example']);
      folder.write('clusterwall.yaml', 'probes:');
      await patiently(() => expect(now()).toEqual([]));
    } finally {
      source.close();
    }
  });
});
