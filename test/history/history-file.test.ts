import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HistoryFile } from '#server/history/history-file.ts';
import { at, keptContract, someKept } from './kept-contract.ts';

let directory: string;
let log: string[];
const open: HistoryFile[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clusterwall-data-'));
  log = [];
});

afterEach(() => {
  for (const keeper of open.splice(0)) keeper.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function create(folder = directory, everyMs = 60_000): HistoryFile {
  const keeper = new HistoryFile({ directory: folder, log: (text) => log.push(text), everyMs });
  open.push(keeper);
  return keeper;
}

const file = () => join(directory, 'clusterwall.db');

/** Another process with a keeper on the directory; resolves with its first line. */
async function otherProcess(mode: string): Promise<{ child: ChildProcess; lines: string[] }> {
  const program = join(import.meta.dirname, 'keep-until-killed.ts');
  const child = spawn(process.execPath, [program, directory, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: string[] = [];
  createInterface(child.stdout!).on('line', (line) => lines.push(line));
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), 10_000);
  return { child, lines };
}

describe('a keeper in a file', () => {
  keptContract(() => create());

  test('gives back after a restart what was saved before', () => {
    const before = create();
    before.rememberIdentity('https://10.0.0.1:6443', 'abc');
    before.save('abc', someKept(), 'now');
    before.close();
    const after = create();
    expect(after.load('abc')).toEqual(someKept());
    expect(after.identityBehind('https://10.0.0.1:6443')).toBe('abc');
    expect(readdirSync(directory)).toContain('clusterwall.db');
  });

  test('creates its directory', () => {
    const keeper = create(join(directory, 'a', 'b'));
    expect(keeper.problem).toBe('');
    expect(existsSync(join(directory, 'a', 'b', 'clusterwall.db'))).toBe(true);
  });

  test('writes episodes and acknowledgements at once, memories and figures after a while', async () => {
    const keeper = create(directory, 300);
    keeper.save('abc', someKept(), 'soon');
    const urgent = () => peek("SELECT shelf FROM kept WHERE shelf IN ('episode', 'acknowledgement')");
    const rest = () => peek("SELECT shelf FROM kept WHERE shelf IN ('memory', 'figure')");
    expect([urgent(), rest()]).toEqual([2, 0]);
    await vi.waitFor(() => expect(rest()).toBe(4));
  });

  test('writes nothing where nothing changed, and nothing at once for another measured value', () => {
    const keeper = create();
    keeper.save('abc', someKept(), 'now');
    const written = walSize();
    const [episode] = someKept().episodes;
    const say = { template: '{n}', values: { n: 2 } };
    keeper.save('abc', someKept(), 'now');
    keeper.save('abc', someKept({ episodes: [{ ...episode!, say }] }), 'soon');
    expect(walSize()).toBe(written);
    keeper.save('abc', someKept({ episodes: [{ ...episode!, level: 'warn', say }] }), 'soon');
    expect(walSize()).toBeGreaterThan(written);
  });

  test('on closing writes what was to be written soon', () => {
    const keeper = create();
    keeper.save('abc', someKept({ figures: [] }), 'now');
    keeper.save('abc', someKept(), 'soon');
    keeper.close();
    expect(create().load('abc').figures).toEqual(someKept().figures);
  });

  test('forgets clusters that were replaced many times, the oldest first', () => {
    let now = at;
    const keeper = new HistoryFile({ directory, log: () => undefined, now: () => (now += 1_000) });
    for (let i = 0; i < 20; i++) {
      keeper.rememberIdentity('https://10.0.0.1:6443', `id${i}`);
      keeper.save(`id${i}`, someKept(), 'now');
    }
    keeper.close();
    const after = create();
    expect(after.load('id0').episodes).toEqual([]);
    expect(after.load('id19').episodes).toHaveLength(1);
  });

  function peek(query: string): number {
    const copy = join(directory, 'copy.db');
    for (const end of ['', '-wal']) if (existsSync(file() + end)) writeFileSync(copy + end, readFileSync(file() + end));
    const database = new DatabaseSync(copy);
    const found = database.prepare(query).all().length;
    database.close();
    return found;
  }

  const walSize = () => readFileSync(`${file()}-wal`).length;
});

describe('a keeper whose process dies', () => {
  test('by kill -9 in the midst of writing loses nothing that was saved', async () => {
    for (let round = 0; round < 5; round++) {
      const { child, lines } = await otherProcess('write');
      await vi.waitFor(() => expect(lines.length).toBeGreaterThan(20 + round * 37), 10_000);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const last = Number(lines.findLast((line) => line.startsWith('kept'))!.slice(5));
      const keeper = create();
      expect(keeper.problem).toBe('');
      const { episodes } = keeper.load('abc');
      // The line may not have been said any more, so that one more may have been saved.
      expect(episodes[0]!.since).toBeOneOf([last, last + 1]);
      expect(episodes).toHaveLength((episodes[0]!.since % 50) + 1);
      keeper.close();
      rmSync(directory, { recursive: true });
    }
  });
});

describe('two processes on the same directory', () => {
  test('the second says so, harms nothing, and takes over when the first is gone', async () => {
    const { child, lines } = await otherProcess('hold');
    expect(lines[0]).toBe('holding ');
    const second = create(directory, 100);
    expect(second.problem).toBe(`history is not kept: another clusterwall keeps its history in ${directory}`);
    second.save('abc', someKept(), 'now');
    expect(second.load('abc')).toEqual(someKept());
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(second.problem).toBe(''));
    second.close();
    expect(create().load('abc')).toEqual(someKept());
    expect(log).toEqual([expect.stringContaining('another clusterwall'), 'history is kept again']);
  });
});

describe('a file that cannot be used', () => {
  test.each([
    ['that is garbage', 'garbage'.repeat(2_000)],
    ['that was cut', ''],
  ])('%s is moved aside and a new one begun', (_, text) => {
    let content: Buffer = Buffer.from(text);
    if (text === '') {
      const keeper = create();
      const many = Array.from({ length: 500 }, (_, i) => ({ ...someKept().episodes[0]!, finding: `${i}` }));
      keeper.save('abc', someKept({ episodes: many }), 'now');
      keeper.close();
      content = readFileSync(file()).subarray(0, 9_000);
    }
    writeFileSync(file(), content);
    const keeper = create();
    expect(keeper.problem).toBe('');
    keeper.save('abc', someKept(), 'now');
    keeper.close();
    const aside = readdirSync(directory).find((name) => /^clusterwall\.db\.broken-\d{8}T\d{6}Z$/.test(name));
    expect(readFileSync(join(directory, aside!))).toEqual(content);
    expect(log).toEqual([expect.stringContaining('is broken: it was moved to')]);
    expect(create().load('abc')).toEqual(someKept());
  });

  test('of which pages were overwritten is noticed', () => {
    const keeper = create();
    const many = Array.from({ length: 500 }, (_, i) => ({ ...someKept().episodes[0]!, finding: `${i}` }));
    keeper.save('abc', someKept({ episodes: many }), 'now');
    keeper.close();
    const content = readFileSync(file());
    content.fill(0x5a, 4_096 * 2, 4_096 * 4);
    writeFileSync(file(), content);
    expect(create().load('abc').episodes).toEqual([]);
    expect(log[0]).toContain('is broken');
  });

  test('only the newest broken ones stay', () => {
    for (const day of ['01', '02', '03', '04']) writeFileSync(`${file()}.broken-202601${day}T000000Z`, '');
    writeFileSync(file(), 'garbage'.repeat(2_000));
    create();
    const broken = readdirSync(directory).filter((name) => name.includes('.broken-'));
    expect(broken).toHaveLength(2);
    expect(broken[0]).toContain('20260104');
  });

  test('of a newer clusterwall is not touched', () => {
    const database = new DatabaseSync(file());
    database.exec('CREATE TABLE tomorrow (x); PRAGMA user_version = 99');
    database.close();
    const before = readFileSync(file());
    const keeper = create();
    keeper.save('abc', someKept(), 'now');
    expect(keeper.problem).toContain('written by a newer clusterwall (its version is 99');
    expect(keeper.load('abc')).toEqual(someKept());
    keeper.close();
    expect(readFileSync(file()).equals(before)).toBe(true);
    expect(readdirSync(directory).filter((name) => name.includes('broken'))).toEqual([]);
  });

  test('of another program is not touched', () => {
    const database = new DatabaseSync(file());
    database.exec('CREATE TABLE bookmarks (url)');
    database.close();
    expect(create().problem).toContain('is the database of another program');
  });
});

describe('a directory that cannot be written', () => {
  test('because its path is a file: it keeps in memory, says so, and takes over once it can', async () => {
    const folder = join(directory, 'file', 'data');
    writeFileSync(join(directory, 'file'), '');
    const keeper = create(folder, 100);
    expect(keeper.problem).toBe(`history is not kept: a part of the path ${folder} is not a directory`);
    keeper.rememberIdentity('https://10.0.0.1:6443', 'abc');
    keeper.save('abc', someKept(), 'soon');
    expect(keeper.load('abc')).toEqual(someKept());
    rmSync(join(directory, 'file'));
    await vi.waitFor(() => expect(keeper.problem).toBe(''));
    keeper.close();
    const after = create(folder);
    expect(after.load('abc')).toEqual(someKept());
    expect(after.identityBehind('https://10.0.0.1:6443')).toBe('abc');
  });

  const root = process.getuid?.() === 0;

  test('because it belongs to someone else: it says so', async () => {
    chmodSync(directory, 0o555);
    const { lines } = await otherProcess('hold-as-nobody');
    expect(lines[0]).toBe(`log history is not kept: ${directory} may not be written (permission denied)`);
    chmodSync(directory, 0o755);
  });

  const mountable = root && canMount();
  const why = mountable ? '' : ' (not tested: mounting a file system needs root on Linux)';
  const onDisk = test.skipIf(!mountable && process.env['CI'] !== 'true');

  onDisk(`because it is read-only: what it holds is still read${why}`, () => {
    const before = create();
    before.save('abc', someKept(), 'now');
    before.close();
    mount(['--bind', directory, directory]);
    try {
      mount(['-o', 'remount,ro,bind', directory]);
      const keeper = create();
      expect(keeper.problem).toBe(`history is not kept: ${directory} is read-only`);
      expect(keeper.load('abc')).toEqual(someKept());
      keeper.close();
    } finally {
      spawnSync('umount', ['-l', directory]);
    }
  });

  onDisk(`because the disk is full: it says so, goes on, and keeps again once there is space${why}`, async () => {
    mkdirSync(join(directory, 'disk'));
    const disk = join(directory, 'disk');
    mount(['-t', 'tmpfs', '-o', 'size=256k', 'none', disk]);
    try {
      const keeper = create(disk, 100);
      keeper.save('abc', someKept(), 'now');
      expect(keeper.problem).toBe('');
      fill(join(disk, 'filler'));
      const many = Array.from({ length: 300 }, (_, i) => ({ ...someKept().episodes[0]!, finding: `${i}` }));
      keeper.save('abc', someKept({ episodes: many }), 'soon');
      expect(keeper.problem).toBe(`history is not kept: no space is left on the disk of ${disk}`);
      expect(keeper.load('abc').episodes).toHaveLength(300);
      rmSync(join(disk, 'filler'));
      await vi.waitFor(() => expect(keeper.problem).toBe(''));
      keeper.close();
      expect(create(disk).load('abc').episodes).toHaveLength(300);
    } finally {
      for (const keeper of open.splice(0)) keeper.close();
      spawnSync('umount', ['-l', disk]);
    }
  });

  function canMount(): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'clusterwall-mount-'));
    const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]).status === 0;
    if (done) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
    return done;
  }

  function mount(args: string[]): void {
    const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
  }

  function fill(name: string): void {
    try {
      for (let size = 1; ; size++) writeFileSync(name, Buffer.alloc(1_024), { flag: 'a' });
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
});
