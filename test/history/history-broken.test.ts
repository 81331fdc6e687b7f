import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { pageBytes } from '#server/history/database-schema.ts';
import type { HistoryFile } from '#server/history/history-file.ts';
import { useDataDirectory } from './data-directory.ts';
import { anEpisode, noon } from './episode-data.ts';
import { someKept } from './kept-data.ts';

const data = useDataDirectory();
const minute = 60_000;
const broken = () => readdirSync(data.path).filter((name) => /\.broken-\d{8}T\d{6}Z$/.test(name));

/** Some hours of everything: 500 KB. */
function fill(history: HistoryFile): void {
  const { levels, moments, episodes, series } = history.of('abc');
  const many = Array.from({ length: 300 }, (_, i) => ({ ...someKept().episodes[0]!, finding: `${i}` }));
  history.save('abc', someKept({ episodes: many }), 'now');
  for (let i = 0; i < 1_000; i += 1) {
    const at = noon + i * 15_000;
    levels.record('nodes', i % 2 === 0 ? 'ok' : 'bad', at);
    moments.add({ at, kind: 'reboot', text: `nuc${i} rebooted` });
    if (i % 5 === 0) episodes.put(anEpisode({ since: at, endedAt: at + 1 }));
    const samples = Array.from({ length: 50 }, (_, n) => ({ series: `a/b|Node/${n}`, value: i + n, lasting: false }));
    series.record(at, samples);
  }
}

/** Uses all of it as a wall does; throws nothing whatever the file holds. */
function use(history: HistoryFile, at: number): void {
  history.load('abc');
  history.identityBehind('https://10.0.0.1:6443');
  const { levels, moments, episodes, series } = history.of('abc');
  levels.read('nodes', 0, Infinity);
  moments.read(0, Infinity, 500);
  episodes.read({ from: 0, to: Infinity, most: 500 });
  episodes.open();
  for (const name of series.names()) series.read(name, noon, at, 100);
  levels.record('nodes', 'warn', at);
  levels.alive(at + 1_000);
  moments.add({ at, kind: 'start', text: 'after' });
  episodes.put(anEpisode({ since: at }));
  series.record(at, [{ series: 'nodes/ready', value: 7, lasting: false }]);
  history.save('abc', someKept(), 'now');
}

describe('a file on a bad disk', () => {
  const after = noon + 1_200 * 15_000;
  const now = () => after + minute;
  let whole: string;

  beforeEach(() => {
    const history = data.open({ now });
    fill(history);
    history.close();
    whole = data.file('whole');
    copyFileSync(data.file(), whole);
  });

  /** Opens what is left of the file, uses it, and sees that what was written then is there after a restart. */
  function survives(): void {
    const history = data.open({ now });
    use(history, after);
    expect(history.problem).toBe('');
    history.close();
    const again = data.open({ now });
    expect(again.problem).toBe('');
    expect(again.load('abc')).toEqual(someKept());
    const { levels, moments, series } = again.of('abc');
    expect(levels.read('nodes', after, Infinity)).toEqual([expect.objectContaining({ level: 'warn', from: after })]);
    expect(moments.read(after, after, 5)).toHaveLength(1);
    expect(series.read('nodes/ready', after, after + 15_000, 1)?.points[0]?.[2]).toBe(7);
    again.close();
  }

  function reset(): void {
    for (const name of readdirSync(data.path)) if (name !== 'whole') rmSync(data.file(name));
    copyFileSync(whole, data.file());
  }

  test('that was cut anywhere is set aside or mended, and history goes on', () => {
    const size = statSync(whole).size;
    for (let i = 0; i < 25; i += 1) {
      reset();
      truncateSync(data.file(), Math.floor((size * i) / 25));
      survives();
    }
  }, 120_000);

  test('of which a byte was flipped anywhere is set aside or mended, and history goes on', () => {
    const content = readFileSync(whole);
    let setAside = 0;
    for (let i = 0; i < 60; i += 1) {
      reset();
      // The heads of pages are where it hurts; a third of the flips are anywhere.
      const page = (i * 7_919) % (content.length / pageBytes);
      const at = page * pageBytes + (i % 3 === 0 ? (i * 104_729) % pageBytes : (i * 31) % 12);
      const flipped = Buffer.from(content);
      flipped[at] = flipped[at]! ^ (1 << (i % 8));
      writeFileSync(data.file(), flipped);
      survives();
      setAside += broken().length;
    }
    // Most flips in the head of a page are noticed.
    expect(setAside).toBeGreaterThan(15);
  }, 120_000);

  test('of which pages were overwritten keeps what stands in the others', () => {
    const content = readFileSync(whole);
    const lost = data.peek("SELECT rootpage FROM sqlite_schema WHERE name = 'moments'")[0]!['rootpage'] as number;
    content.fill(0x5a, (lost - 1) * pageBytes, lost * pageBytes);
    writeFileSync(data.file(), content);
    const history = data.open({ now });
    const [aside] = broken();
    expect(data.log[0]).toBe(`${data.file()} is broken: it was moved to ${data.file(aside)} and a new history begun`);
    expect(history.load('abc').episodes).toHaveLength(300);
    expect(history.of('abc').levels.read('nodes', 0, Infinity)).toHaveLength(999);
    expect(history.of('abc').series.names()).toHaveLength(50);
    expect(history.of('abc').moments.read(0, Infinity, 5)).toEqual([]);
    const saved =
      'open findings and acknowledgements, past findings, levels and series could be read, the timeline not';
    expect(history.notices).toEqual([{ kind: 'set-aside', what: aside, since: expect.any(Number), saved }]);
    expect(data.log.at(-1)).toBe(`of the broken history: ${saved}`);
    expect(readFileSync(data.file(aside))).toEqual(content);
  });

  /** Overwrites pages that hold rows of a table, as the file itself tells which those are. */
  function breakRows(table: string, count: number): void {
    const pages = data
      .peek(`SELECT pageno FROM dbstat WHERE name = '${table}' AND pagetype = 'leaf' ORDER BY pageno`)
      .map(({ pageno }) => Number(pageno));
    const content = readFileSync(data.file());
    for (let i = 1; i <= count; i += 1) {
      const page = pages[Math.floor((i * pages.length) / (count + 1))]!;
      content.fill(0x5a, (page - 1) * pageBytes, page * pageBytes);
    }
    writeFileSync(data.file(), content);
  }

  /** Hours in which a series has values. */
  function hoursOf(history: HistoryFile, name: string): number {
    const points = history.of('abc').series.read(name, noon - 3_600_000, after, 2_000)?.points ?? [];
    return new Set(points.filter(([, , value]) => value !== null).map(([at]) => Math.floor(at / 3_600_000))).size;
  }

  test.each([
    [
      'series_15s',
      'open findings and acknowledgements, the timeline, past findings and levels could be read, series in part',
    ],
    [
      'stretches',
      'open findings and acknowledgements, the timeline, past findings and series could be read, levels in part',
    ],
    [
      'episodes',
      'open findings and acknowledgements, the timeline, levels and series could be read, past findings in part',
    ],
    [
      'kept',
      'the timeline, past findings, levels and series could be read, open findings and acknowledgements in part',
    ],
  ])('of which three pages of %s were overwritten loses the rows of those pages only', (table, saved) => {
    // The running hour is taken over as chunks of its own.
    const running = table === 'series_15s' ? 50 : 0;
    const before = running + (data.peek(`SELECT count(*) AS rows FROM ${table}`)[0]!['rows'] as number);
    const pages = data.peek(`SELECT pageno FROM dbstat WHERE name = '${table}' AND pagetype = 'leaf'`).length;
    breakRows(table, 3);
    const history = data.open({ now });
    expect(history.notices.map((notice) => notice.saved)).toEqual([saved]);
    expect(history.of('abc').series.names()).toHaveLength(50);
    history.close();
    const rows = data.peek(`SELECT count(*) AS rows FROM ${table}`)[0]!['rows'] as number;
    expect(rows).toBeLessThan(before);
    // Where rows have no number only those before the first and after the last page are found.
    if (table !== 'kept') expect(rows).toBeGreaterThanOrEqual(Math.floor(before * (1 - 5 / pages)));
    expect(rows).toBeGreaterThan(0);
    expect(data.peek('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(readdirSync(data.path).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('that was cut to two thirds keeps what stands in those, and says so after a restart too', () => {
    truncateSync(data.file(), Math.floor((statSync(whole).size * 2) / 3));
    data.open({ now }).close();
    const history = data.open({ now });
    const [saved = ''] = history.notices.map((notice) => notice.saved);
    expect(saved).toMatch(/could be read/);
    expect(saved).not.toBe('nothing of it could be read');
    expect(saved).not.toBe('all of it could be read');
    expect(history.load('abc').episodes.length).toBeGreaterThan(0);
    expect(
      history
        .of('abc')
        .series.names()
        .filter((name) => hoursOf(history, name) > 0).length,
    ).toBeGreaterThan(0);
  });

  /** A file too large to be looked through at the start, in which the page that leads to all moments is overwritten. */
  function breakLargeFile(): void {
    const history = data.open({ now });
    const say = { template: 'x'.repeat(9_000_000), values: {} };
    history.of('abc').episodes.put(anEpisode({ since: noon, endedAt: noon + 1, say }));
    history.close();
    const root = data.peek("SELECT rootpage FROM sqlite_schema WHERE name = 'moments'")[0]!['rootpage'] as number;
    const content = readFileSync(data.file());
    content.fill(0x5a, (root - 1) * pageBytes, root * pageBytes);
    writeFileSync(data.file(), content);
  }

  test('that turns out to be broken while the wall runs is replaced at once', () => {
    breakLargeFile();
    const history = data.open({ now });
    expect([broken(), history.problem]).toEqual([[], '']);
    expect(history.of('abc').moments.read(0, Infinity, 5)).toEqual([]);
    expect([broken().length, history.problem]).toEqual([1, '']);
    expect(history.of('abc').levels.read('nodes', 0, Infinity)).toHaveLength(999);
    history.close();
    expect(data.peek('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('that is too large to be looked through at the start is looked through later', async () => {
    breakLargeFile();
    const history = data.open({ now, everyMs: 300 });
    await vi.waitFor(() => expect(broken()).toHaveLength(1), 10_000);
    expect(history.problem).toBe('');
    expect(history.notices).toHaveLength(1);
    expect(history.of('abc').levels.read('nodes', 0, Infinity)).toHaveLength(999);
  });
});

test('only the newest two that are broken stay', () => {
  for (const day of ['01', '02', '03', '04']) writeFileSync(`${data.file()}.broken-202601${day}T000000Z`, '');
  writeFileSync(data.file(), 'garbage'.repeat(2_000));
  const history = data.open();
  expect(broken()).toHaveLength(2);
  expect(broken()[0]).toContain('20260104');
  expect(history.notices).toEqual([
    { kind: 'set-aside', what: broken()[1], since: expect.any(Number), saved: 'nothing of it could be read' },
  ]);
});
