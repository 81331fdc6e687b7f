import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HistoryFile } from '#server/history/history-file.ts';
import { claim, emptiedCheck, emptiedId } from '../engine/emptied-check.ts';
import { evening, node, nodesTile, seeDoor, seeNodes, smallWall, type SmallWall } from '../engine/small-wall.ts';

const minute = 60_000;
const hour = 60 * minute;
const nuc0 = 'nodes/not-ready|Node/nuc0';
const nuc1 = 'nodes/not-ready|Node/nuc1';

let directory: string;
const open: HistoryFile[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clusterwall-killed-'));
});

afterEach(() => {
  for (const history of open.splice(0)) history.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Another process watches for ten minutes and is killed. */
async function watchAndDie(): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'wall-until-killed.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith('watched')) break;
  }
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(lines).toEqual([`watched until ${evening + 10 * minute + 1_000}`]);
}

/** The wall of the same directory, this much later than the evening. */
function wallAfter(ms: number, tiles = [nodesTile()]): SmallWall {
  const now = { wall: null as SmallWall | null };
  const history = new HistoryFile({ directory, log: () => undefined, now: () => now.wall?.now() ?? evening + ms });
  open.push(history);
  now.wall = smallWall({ keeper: history, at: evening + ms, tiles });
  return now.wall;
}

function watch(wall: SmallWall, seconds: number): void {
  for (let i = 0; i < seconds; i += 1) {
    wall.later(1_000);
    seeDoor(wall);
    seeNodes(wall, node('nuc0', 'False'), node('nuc1', 'Unknown'));
    wall.judge();
  }
}

const stretchesOf = (wall: SmallWall, subject: string) =>
  wall.engine
    .levels(subject, 0, Infinity)
    ?.stretches.map(({ level, from, to }) => [level, from - evening, to === null ? null : to - evening]);

test('a wall that was killed and started again shows the same since and findings, and the time between as a gap', async () => {
  await watchAndDie();
  const wall = wallAfter(3 * hour);
  wall.engine.start();
  const found = wall.engine.board().findings.filter(({ check }) => check === 'nodes/not-ready');
  expect(found.map(({ id, level, lastLevel, since }) => [id, level, lastLevel, since - evening])).toEqual([
    [nuc0, 'unknown', 'bad', 5 * minute + 1_000],
    [nuc1, 'unknown', 'warn', 10 * minute],
  ]);
  watch(wall, 10);
  const { findings, tiles } = wall.engine.board();
  expect(findings.map(({ id, level, since }) => [id, level, since - evening])).toEqual([
    [nuc1, 'warn', 10 * minute],
    [nuc0, 'bad', 5 * minute + 1_000],
  ]);
  expect(findings[1]?.acknowledged).toMatchObject({ meaning: 'seen', at: evening + 10 * minute });
  expect(tiles[1]).toMatchObject({ area: 'nodes', level: 'warn', since: evening + 10 * minute });

  const strip = stretchesOf(wall, 'nodes') ?? [];
  expect(strip.slice(0, 3)).toEqual([
    ['unknown', 0, 1_000],
    ['ok', 1_000, 5 * minute + 1_000],
    ['bad', 5 * minute + 1_000, expect.any(Number) as number],
  ]);
  // Of the last 15 s before the end nothing may be known, and nothing at all of the time until the start.
  const before = strip.filter(([, from]) => Number(from) < 3 * hour);
  expect(Number(before.at(-1)?.[2])).toBeGreaterThan(10 * minute - 15_000);
  expect(Number(before.at(-1)?.[2])).toBeLessThanOrEqual(10 * minute + 1_000);
  expect(strip.slice(before.length).map(([level, from]) => [level, Number(from) - 3 * hour])).toEqual([
    ['unknown', 0],
    ['warn', 1_000],
  ]);

  const { moments } = wall.engine.moments(0, Infinity);
  expect(moments.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    'start: the wall started',
    'incident-begin: nuc0 is not ready',
    expect.stringMatching(/^start: the wall started; nobody had watched since 20:4[45]$/) as string,
  ]);
  const { episodes } = wall.engine.episodes({ from: 0, to: Infinity });
  expect(episodes.map(({ finding, since, endedAt }) => [finding, since - evening, endedAt])).toEqual([
    [nuc1, 10 * minute, null],
    [nuc0, 5 * minute + 1_000, null],
  ]);
});

test('what ended while it was off is over at the latest when it is seen again, and a reboot meanwhile is told', async () => {
  await watchAndDie();
  const wall = wallAfter(3 * hour);
  wall.engine.start();
  wall.later(1_000);
  seeDoor(wall);
  seeNodes(wall, node('nuc0', 'True', { bootId: 'boot-2' }), node('nuc1'));
  wall.judge();
  const seenAt = evening + 3 * hour + 1_000;
  expect(wall.engine.board().tiles[1]).toMatchObject({ level: 'ok', since: seenAt });
  const { episodes } = wall.engine.episodes({ from: 0, to: Infinity });
  expect(episodes).toMatchObject([
    { finding: nuc1, endedAt: seenAt, endedAtMost: true },
    { finding: nuc0, endedAt: seenAt, endedAtMost: true },
  ]);
  expect(
    wall.engine
      .moments(evening + 2 * hour, Infinity)
      .moments.map(({ kind, text }) => `${kind}: ${text}`)
      .slice(1),
  ).toEqual(['incident-end: over by then: nuc0 is not ready', 'reboot: nuc0 rebooted']);
});

test('a fine tile goes on from before a kill, over the seconds in which nothing was listed yet', async () => {
  const before = wallAfter(0);
  before.engine.start();
  seeNodes(before, node('nuc0'));
  seeDoor(before);
  before.judge();
  before.engine.stop();
  for (const history of open.splice(0)) history.close();
  const wall = wallAfter(hour);
  wall.engine.start();
  expect(wall.engine.board().tiles[1]).toMatchObject({ level: 'unknown', since: evening + hour });
  wall.later(3_000);
  seeDoor(wall);
  seeNodes(wall, node('nuc0'));
  wall.judge();
  expect(wall.engine.board().tiles[1]).toMatchObject({ level: 'ok', since: evening });
});

describe('what a check holds until it is acknowledged', () => {
  /** Another process sees a claim lose its data, may be told that it is restored, and is killed in that very moment. */
  async function loseAndDie(...ends: ('acknowledged' | 'open')[]): Promise<SmallWall> {
    const program = join(import.meta.dirname, 'emptied-until-killed.ts');
    const child = spawn(process.execPath, [program, directory, ...ends], { stdio: ['ignore', 'inherit', 'inherit'] });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const wall = wallAfter(3 * hour, [nodesTile(emptiedCheck())]);
    wall.engine.start();
    return wall;
  }
  const lost = 'gitea-data lost its data: 1.9 GB to 32 MB at 20:35';
  const found = (wall: SmallWall) => wall.engine.board().findings.find(({ id }) => id === emptiedId);
  const told = (wall: SmallWall) =>
    wall.engine.moments(0, Infinity).moments.flatMap(({ kind, text, finding }) => (finding ? [[kind, text]] : []));

  test('is there again with the first judgement after a kill in the moment in which it was confirmed', async () => {
    const wall = await loseAndDie('open');
    expect(found(wall)).toMatchObject({
      ...{ level: 'bad', sentence: lost, since: evening + 200, episode: `${emptiedId}@${evening + 200}` },
      evidence: [{ text: 'seen twice' }],
      steps: [{ say: 'Stop the backup', command: 'kubectl patch' }],
    });
    expect(told(wall)).toEqual([['incident-begin', lost]]);
    expect(wall.engine.board().tiles[1]?.level).toBe('bad');
  });

  test('stays gone after a kill in the moment in which it was acknowledged, and the timeline tells by whom', async () => {
    const wall = await loseAndDie('acknowledged');
    expect(found(wall)).toBeUndefined();
    seeDoor(wall);
    seeNodes(wall, claim(32_000_000, 's3'));
    wall.judge();
    expect(found(wall)).toBeUndefined();
    expect(told(wall)).toEqual([
      ['incident-begin', lost],
      ['acknowledged', `${lost} · it is restored`],
      ['incident-end', `over: ${lost}`],
    ]);
    expect(wall.engine.episodes({ from: 0, to: Infinity }).episodes).toMatchObject([
      { finding: emptiedId, since: evening + 200, endedAt: evening + 300 },
    ]);
  });
});
