import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test, vi } from 'vitest';
import { pageBytes } from '#server/history/database-schema.ts';
import { canMount, mount, useDataDirectory } from './data-directory.ts';
import { anEpisode, noon } from './episode-data.ts';
import { historyContract } from './history-contract.ts';
import { someKept } from './kept-data.ts';

const data = useDataDirectory();
const minute = 60_000;
const address = 'https://10.0.0.1:6443';

describe('a history in a file', () => {
  historyContract((now) => data.open({ now }));

  test('gives back after a restart what was kept, with a gap in between', () => {
    let now = noon;
    const before = data.open({ now: () => now });
    before.rememberIdentity(address, 'abc');
    before.save('abc', someKept(), 'now');
    const { levels, moments, episodes, series } = before.of('abc');
    levels.record('nodes', 'bad', noon);
    levels.alive(noon + minute);
    moments.add({ at: noon, kind: 'start', text: 'the wall started' });
    episodes.put(anEpisode());
    series.record(noon, [{ series: 'nodes/ready', value: 3, lasting: false }]);
    before.close();
    now = noon + 60 * minute;
    const after = data.open({ now: () => now });
    expect(after.load('abc')).toEqual(someKept());
    expect(after.identityBehind(address)).toBe('abc');
    const history = after.of('abc');
    expect(history.levels.read('nodes', 0, Infinity)).toEqual([{ level: 'bad', from: noon, to: noon + minute }]);
    history.levels.record('nodes', 'bad', now);
    expect(history.levels.read('nodes', 0, Infinity)).toEqual([
      { level: 'bad', from: noon, to: noon + minute },
      { level: 'bad', from: now, to: null },
    ]);
    expect(history.moments.read(0, Infinity, 5)).toHaveLength(1);
    expect(history.episodes.open()).toEqual([anEpisode()]);
    expect(history.series.read('nodes/ready', noon, noon + minute, 1)?.points).toEqual([[noon, 3, 3, 3]]);
  });

  test('knows by the samples alone until when somebody watched', () => {
    let now = noon;
    const before = data.open({ now: () => now });
    const { levels, series } = before.of('abc');
    levels.record('nodes', 'ok', noon);
    levels.alive(noon);
    const written = walSize();
    for (now = noon; now < noon + 10 * minute; now += 15_000) {
      series.record(now, [{ series: 'nodes/ready', value: 3, lasting: false }]);
      levels.alive(now);
    }
    // A page and its head for each sample (and some for the first one), none for being alive.
    expect(walSize() - written).toBeLessThan((40 + 21) * (pageBytes + 24));
    before.close();
    const after = data.open({ now: () => now + minute });
    const [stretch] = after.of('abc').levels.read('nodes', 0, Infinity)!;
    expect(stretch!.to).toBe(noon + 10 * minute - 15_000);
  });

  test('creates its directory', () => {
    const history = data.open({ folder: data.file('a/b') });
    expect(history.problem).toBe('');
    expect(existsSync(data.file('a/b/clusterwall.db'))).toBe(true);
  });

  test('writes episodes and acknowledgements at once, memories and figures after a while', async () => {
    const history = data.open({ everyMs: 300 });
    history.save('abc', someKept(), 'soon');
    const urgent = () => data.peek("SELECT 1 FROM kept WHERE shelf IN ('episode', 'acknowledgement')").length;
    const rest = () => data.peek("SELECT 1 FROM kept WHERE shelf IN ('memory', 'figure')").length;
    expect([urgent(), rest()]).toEqual([2, 0]);
    await vi.waitFor(() => expect(rest()).toBe(4));
  });

  test('writes moments and episodes within a second or so, levels with the next sign of life', async () => {
    const { levels, moments, episodes } = data.open().of('abc');
    moments.add({ at: noon, kind: 'start', text: 'the wall started' });
    episodes.put(anEpisode());
    await vi.waitFor(() => expect(data.peek('SELECT 1 FROM moments, episodes')).toHaveLength(1), 3_000);
    levels.record('nodes', 'ok', noon);
    expect(data.peek('SELECT 1 FROM stretches')).toEqual([]);
    levels.alive(noon + 1);
    expect(data.peek('SELECT level, from_at, to_at FROM stretches')).toEqual([
      { level: 'ok', from_at: noon, to_at: null },
    ]);
    expect(data.peek('SELECT alive_at FROM watched')).toEqual([{ alive_at: noon + 1 }]);
  });

  test('writes nothing where nothing changed, and nothing at once for another measured value', () => {
    const history = data.open();
    history.save('abc', someKept(), 'now');
    const written = walSize();
    const [episode] = someKept().episodes;
    const say = { template: '{n}', values: { n: 2 } };
    history.save('abc', someKept(), 'now');
    history.save('abc', someKept({ episodes: [{ ...episode!, say }] }), 'soon');
    expect(walSize()).toBe(written);
    history.save('abc', someKept({ episodes: [{ ...episode!, level: 'warn', say }] }), 'soon');
    expect(walSize()).toBeGreaterThan(written);
  });

  test('on closing writes what was to be written soon, and leaves one file', () => {
    const history = data.open();
    history.save('abc', someKept({ figures: [] }), 'now');
    history.save('abc', someKept(), 'soon');
    history.of('abc').levels.record('nodes', 'ok', noon);
    history.close();
    expect(readdirSync(data.path).toSorted()).toEqual(['clusterwall.db', 'clusterwall.lock']);
    const after = data.open();
    expect(after.load('abc').figures).toEqual(someKept().figures);
    expect(after.of('abc').levels.read('nodes', 0, Infinity)).not.toBeNull();
  });

  test('forgets clusters that were replaced many times, the oldest first', () => {
    let now = noon;
    const history = data.open({ now: () => (now += 1_000) });
    for (let i = 0; i < 20; i++) {
      history.rememberIdentity(address, `id${i}`);
      history.save(`id${i}`, someKept(), 'now');
    }
    history.close();
    const after = data.open();
    expect(after.load('id0').episodes).toEqual([]);
    expect(after.load('id19').episodes).toHaveLength(1);
  });

  test('that is taken away while the wall runs is begun anew, with what must not be forgotten', async () => {
    const history = data.open({ everyMs: 100 });
    history.save('abc', someKept(), 'now');
    for (const name of readdirSync(data.path)) rmSync(data.file(name));
    await vi.waitFor(() => expect(existsSync(data.file())).toBe(true));
    await vi.waitFor(() => expect(data.peek('SELECT 1 FROM kept')).toHaveLength(6));
    expect(history.problem).toBe('');
  });

  const walSize = () => readFileSync(data.file('clusterwall.db-wal')).length;
});

describe('a history that could not be written for a while', () => {
  historyContract((now) => {
    const folder = data.file('file/data');
    writeFileSync(data.file('file'), '');
    const history = data.open({ folder, now, everyMs: 10 });
    return { ...faced(history), problem: '' };
  });

  const faced = (history: ReturnType<typeof data.open>) => ({
    notices: history.notices,
    seriesLeftOut: 0,
    identityBehind: history.identityBehind.bind(history),
    rememberIdentity: history.rememberIdentity.bind(history),
    load: history.load.bind(history),
    save: history.save.bind(history),
    of: history.of.bind(history),
    close: () => (history.close(), rmSync(data.file('file'))),
  });

  test('says so, goes on in memory, and then keeps all that was recorded meanwhile', async () => {
    const folder = data.file('file/data');
    writeFileSync(data.file('file'), '');
    const history = data.open({ folder, everyMs: 100 });
    expect(history.problem).toBe(`history is not kept: a part of the path ${folder} is not a directory`);
    history.rememberIdentity(address, 'abc');
    history.save('abc', someKept(), 'soon');
    const { levels, moments, episodes, series } = history.of('abc');
    levels.record('nodes', 'bad', noon);
    levels.alive(noon + minute);
    moments.add({ at: noon, kind: 'start', text: 'the wall started' });
    episodes.put(anEpisode());
    series.record(noon, [{ series: 'nodes/ready', value: 3, lasting: false }]);
    expect(levels.read('nodes', 0, Infinity)).toHaveLength(1);
    rmSync(data.file('file'));
    await vi.waitFor(() => expect(history.problem).toBe(''));
    expect(history.load('abc')).toEqual(someKept());
    levels.record('nodes', 'ok', noon + 2 * minute);
    history.close();
    const after = data.open({ folder });
    expect(after.load('abc')).toEqual(someKept());
    expect(after.identityBehind(address)).toBe('abc');
    const found = after.of('abc');
    expect(found.levels.read('nodes', 0, noon + 2 * minute)).toEqual([
      { level: 'bad', from: noon, to: noon + 2 * minute },
    ]);
    expect(found.moments.read(0, Infinity, 5)).toHaveLength(1);
    expect(found.episodes.open()).toEqual([anEpisode()]);
    expect(found.series.read('nodes/ready', noon, noon + minute, 1)?.points).toEqual([[noon, 3, 3, 3]]);
    expect(data.log).toEqual([expect.stringContaining('not a directory'), 'history is kept again']);
  });
});

describe('two processes on the same directory', () => {
  test('the second says so, harms nothing, and takes over when the first is gone', async () => {
    const { child, lines } = await data.process('hold');
    expect(lines[0]).toBe('holding ');
    const second = data.open({ everyMs: 100 });
    expect(second.problem).toBe(`history is not kept: another clusterwall keeps its history in ${data.path}`);
    second.save('abc', someKept(), 'now');
    second.of('abc').levels.record('nodes', 'ok', noon);
    second.of('abc').levels.alive(noon + 1);
    expect(second.load('abc')).toEqual(someKept());
    expect(data.peek('SELECT 1 FROM kept UNION SELECT 1 FROM stretches')).toEqual([]);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(second.problem).toBe(''));
    second.close();
    expect(data.open().load('abc')).toEqual(someKept());
    expect(data.log).toEqual([expect.stringContaining('another clusterwall'), 'history is kept again']);
  });

  test('in one process, too, and a lock file that holds nonsense does not matter', () => {
    writeFileSync(data.file('clusterwall.lock'), 'nonsense'.repeat(1_000));
    const first = data.open();
    const second = data.open();
    expect([first.problem, second.problem]).toEqual(['', expect.stringContaining('another clusterwall')]);
    first.close();
    second.close();
    expect(data.open().problem).toBe('');
  });
});

describe('a file of another version', () => {
  test('the first one is upgraded with all it holds', () => {
    const old = new DatabaseSync(data.file());
    old.exec(`PRAGMA journal_mode = WAL;
      CREATE TABLE identities (server TEXT NOT NULL, cluster TEXT NOT NULL, seen_at INTEGER NOT NULL,
        PRIMARY KEY (server, cluster)) WITHOUT ROWID;
      CREATE TABLE kept (cluster TEXT NOT NULL, shelf TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (cluster, shelf, key)) WITHOUT ROWID;
      INSERT INTO identities VALUES ('${address}', 'abc', 1);
      PRAGMA user_version = 1; PRAGMA application_id = 0x436c776c`);
    const put = old.prepare("INSERT INTO kept VALUES ('abc', 'episode', ?, ?)");
    for (const episode of someKept().episodes) put.run(episode.finding, JSON.stringify(episode));
    old.close();
    const history = data.open();
    expect([history.problem, data.log]).toEqual(['', []]);
    expect(history.load('abc').episodes).toEqual(someKept().episodes);
    expect(history.identityBehind(address)).toBe('abc');
    history.of('abc').levels.record('nodes', 'ok', noon);
    history.close();
    expect(data.peek('PRAGMA auto_vacuum')).toEqual([{ auto_vacuum: 2 }]);
    expect(data.peek('PRAGMA user_version')).toEqual([{ user_version: 2 }]);
  });

  test('a newer one is not touched', () => {
    const database = new DatabaseSync(data.file());
    database.exec('CREATE TABLE tomorrow (x); PRAGMA user_version = 99');
    database.close();
    const before = readFileSync(data.file());
    const history = data.open();
    history.save('abc', someKept(), 'now');
    expect(history.problem).toContain('written by a newer clusterwall (its version is 99');
    expect(history.load('abc')).toEqual(someKept());
    history.close();
    expect(readFileSync(data.file()).equals(before)).toBe(true);
    expect(readdirSync(data.path).filter((name) => name.includes('broken'))).toEqual([]);
  });

  test('one of another program is not touched', () => {
    const database = new DatabaseSync(data.file());
    database.exec('CREATE TABLE bookmarks (url)');
    database.close();
    expect(data.open().problem).toContain('is the database of another program');
  });
});

describe('a directory that cannot be written', () => {
  test('because it belongs to someone else: it says so', async () => {
    chmodSync(data.path, 0o555);
    const { lines } = await data.process('hold-as-nobody');
    expect(lines[0]).toBe(`log history is not kept: ${data.path} may not be written (permission denied)`);
    chmodSync(data.path, 0o755);
  });

  const mountable = canMount();
  const why = mountable ? '' : ' (not tested: mounting a file system needs root on Linux)';

  test.skipIf(!mountable && process.env['CI'] !== 'true')(
    `because it is read-only: what it holds is still read${why}`,
    () => {
      const before = data.open({ now: () => noon + minute });
      before.save('abc', someKept(), 'now');
      before.of('abc').levels.record('nodes', 'bad', noon);
      before.of('abc').levels.alive(noon + minute);
      before.of('abc').moments.add({ at: noon, kind: 'start', text: 'the wall started' });
      before.of('abc').episodes.put(anEpisode());
      before.close();
      mkdirSync(data.file('read-only'));
      mount(['--bind', data.path, data.file('read-only')]);
      try {
        mount(['-o', 'remount,ro,bind', data.file('read-only')]);
        const folder = data.file('read-only');
        const history = data.open({ folder, now: () => noon + 9 * minute });
        expect(history.problem).toBe(`history is not kept: ${folder} is read-only`);
        expect(history.load('abc')).toEqual(someKept());
        const { levels, moments, episodes } = history.of('abc');
        levels.record('nodes', 'ok', noon + 8 * minute);
        moments.add({ at: noon + 8 * minute, kind: 'start', text: 'the wall started' });
        expect(levels.read('nodes', 0, Infinity)).toEqual([
          { level: 'bad', from: noon, to: noon + minute },
          { level: 'ok', from: noon + 8 * minute, to: null },
        ]);
        expect(moments.read(0, Infinity, 5)).toHaveLength(2);
        expect(episodes.open()).toEqual([anEpisode()]);
        episodes.put(anEpisode({ endedAt: noon + 8 * minute }));
        expect(episodes.open()).toEqual([]);
        history.close();
      } finally {
        spawnSync('umount', ['-l', data.file('read-only')]);
      }
      expect(existsSync(join(data.path, 'clusterwall.db'))).toBe(true);
    },
  );
});
