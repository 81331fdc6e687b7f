import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { pageBytes } from '#server/history/database-schema.ts';
import { useDataDirectory } from './data-directory.ts';
import { noon } from './episode-data.ts';
import { someKept } from './kept-data.ts';

const data = useDataDirectory();
const program = join(import.meta.dirname, '../../server/history-command.ts');

/** Runs the command on the directory; what it said and how it ended. */
function history(...args: string[]): { code: number | null; said: string } {
  const env = { ...process.env, CLUSTERWALL_DATA: data.path };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env });
  return { code: status, said: (stdout + stderr).trimEnd() };
}

/** A history with something in it. */
function filled() {
  const history = data.open({ now: () => noon + 60_000 });
  history.save('abc', someKept(), 'now');
  const { levels, series, moments } = history.of('abc');
  levels.record('nodes', 'ok', noon);
  levels.alive(noon + 60_000);
  series.record(noon, [{ series: 'nodes/ready', value: 4, lasting: false }]);
  moments.add({ at: noon, kind: 'start', text: 'the wall started' });
  moments.read(0, 1, 1);
  return history;
}

describe('npm run history', () => {
  test('export writes all of it while the wall runs, and import puts it back', () => {
    const copy = data.file('a copy.db');
    const running = filled();
    expect(history('export', copy)).toEqual({ code: 0, said: `the history of ${data.path} was written to ${copy}` });
    expect(history('export', copy)).toEqual({
      code: 1,
      said: `clusterwall: ${copy} is there already: nothing was overwritten`,
    });
    expect(history('import', copy)).toEqual({
      code: 1,
      said: `clusterwall: another clusterwall keeps its history in ${data.path}: stop it first`,
    });
    running.save('abc', someKept({ episodes: [] }), 'now');
    running.close();
    const { code, said } = history('import', copy);
    const [aside] = readdirSync(data.path).filter((name) => /^clusterwall\.db\.replaced-\d{8}T\d{6}Z$/.test(name));
    expect([code, said]).toEqual([
      0,
      `the history of ${copy} was taken into ${data.path}; what was there before is now ${data.file(aside)}`,
    ]);
    const after = data.open({ now: () => noon + 60_000 });
    expect([after.problem, after.load('abc')]).toEqual(['', someKept()]);
    expect(after.of('abc').levels.read('nodes', 0, noon + 60_000)).toHaveLength(1);
    expect(after.of('abc').series.names()).toEqual(['nodes/ready']);
    expect(after.of('abc').moments.read(0, noon + 1, 5)).toHaveLength(1);
    expect(readdirSync(data.path).filter((name) => /part|import/.test(name))).toEqual([]);
  });

  test('export gives a whole copy of a history that another process is writing all the while', async () => {
    const { child, lines } = await data.process('write');
    for (let i = 0; i < 5; i += 1) {
      const copy = data.file(`copy${i}.db`);
      const before = Number(lines.at(-1)?.slice(5));
      const run = spawn(process.execPath, [program, 'export', copy], {
        env: { ...process.env, CLUSTERWALL_DATA: data.path },
      });
      expect(await new Promise((resolve) => run.once('close', resolve))).toBe(0);
      expect(data.peek('PRAGMA integrity_check', copy)).toEqual([{ integrity_check: 'ok' }]);
      const [row] = data.peek("SELECT body FROM kept WHERE shelf = 'episode'", copy);
      expect(JSON.parse(String(row!['body'])).since).toBeGreaterThanOrEqual(before);
    }
    child.kill('SIGKILL');
  }, 60_000);

  test('check says what is in it, while the wall runs and afterwards', () => {
    const running = filled();
    const { code, said } = history('check');
    expect([code, said.split('\n')]).toEqual([
      0,
      [
        `the history of ${data.path} is whole`,
        expect.stringMatching(/^0\.\d MB, 1 cluster$/),
        'cluster abc:',
        '  series: 1',
        '  stretches of level: 1, from 2026-04-01 to 2026-04-01',
        '  episodes: 0',
        '  moments: 1, from 2026-04-01 to 2026-04-01',
      ],
    ]);
    running.close();
    expect(history('check')).toEqual({ code: 0, said });
  });

  test('check and export of a damaged file say so in plain words first, then what was found', () => {
    const running = filled();
    const { moments } = running.of('abc');
    for (let i = 0; i < 500; i += 1) moments.add({ at: noon + i, kind: 'reboot', text: `nuc${i} rebooted` });
    moments.read(0, 1, 1);
    running.close();
    const content = readFileSync(data.file());
    const pages = data.peek("SELECT pageno FROM dbstat WHERE name = 'moments' AND pagetype = 'leaf' LIMIT 3");
    for (const { pageno } of pages) content.fill(0x5a, (Number(pageno) - 1) * pageBytes, Number(pageno) * pageBytes);
    writeFileSync(data.file(), content);
    const { code, said } = history('check');
    const [first, ...found] = said.split('\n');
    expect([code, first]).toEqual([
      1,
      expect.stringMatching(
        / is damaged in (one place|(at least )?\d+ places): a wall that meets it sets the file aside, .* import FILE$/,
      ),
    ]);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((line) => !line.startsWith('  '))).toEqual([]);
    expect(new Set(found).size).toBe(found.length);
    expect(history('export', data.file('copy'))).toEqual({
      code: 1,
      said: `clusterwall: the history of ${data.path} is damaged, a copy would be too: npm run history -- check tells more`,
    });
    expect(existsSync(data.file('copy'))).toBe(false);
  });

  test('says what is wrong with a file or a directory, and changes nothing', () => {
    expect(history('check').said).toBe(`clusterwall: there is no history in ${data.path}`);
    expect(history('export', data.file('copy')).code).toBe(1);
    const foreign = data.file('foreign.db');
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE bookmarks (url)');
    database.close();
    expect(history('import', foreign)).toEqual({
      code: 1,
      said: `clusterwall: ${foreign} is the database of another program: nothing was changed`,
    });
    const newer = data.file('newer.db');
    const tomorrow = new DatabaseSync(newer);
    tomorrow.exec('CREATE TABLE tomorrow (x); PRAGMA user_version = 99');
    tomorrow.close();
    expect(history('import', newer).said).toContain('was written by a newer clusterwall (its version is 99');
    writeFileSync(data.file('empty.db'), '');
    expect(history('import', data.file('empty.db')).said).toContain('is no history of clusterwall');
    writeFileSync(data.file('garbage.db'), 'garbage'.repeat(1_000));
    expect(history('import', data.file('garbage.db')).said).toContain('cannot be read as a history of clusterwall');
    expect(history('import', data.file('none.db')).said).toBe(`clusterwall: there is no file ${data.file('none.db')}`);
    expect(existsSync(data.file())).toBe(false);
  });

  test.each([[[]], [['export']], [['import']], [['check', 'x']], [['export', 'a', 'b']], [['mend']]])(
    'shows how it is used after %j',
    (args: string[]) => {
      const { code, said } = history(...args);
      expect([code, said]).toEqual([2, expect.stringContaining('usage: npm run history -- export FILE')]);
    },
  );
});
