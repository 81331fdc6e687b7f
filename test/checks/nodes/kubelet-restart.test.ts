import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import nodes from '#server/checks/nodes/tile.ts';
import { HistoryFile } from '#server/history/history-file.ts';
import type { History } from '#server/history/history.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { minute } from '#test/builders/time.ts';
import { memoryKeeper } from '#test/engine/memory-keeper.ts';
import { evening, seeDoor, seeLeases, seeNodes, smallWall, type SmallWall } from '#test/engine/small-wall.ts';

const diskFull = 'nodes/disk-full|Node/nuc0';
const unseenNuc0 = 'nodes/unseen|Source/kubelet/nuc0';
const seenAt = evening + 5_000;
// Heartbeats have a play of their own.
const tile = { ...nodes, checks: nodes.checks.filter(({ check }) => check !== 'nodes/no-heartbeat') };

let directory: string;
const open: HistoryFile[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'clusterwall-restart-'));
});

afterEach(() => {
  for (const history of open.splice(0)) history.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Round {
  /** Nodes that are listed; null while the API does not list them, and kubelets are not known then. */
  listed?: string[] | null;
  /** Kubelets that answer, how full their disks are; the others do not. */
  answering?: Record<string, number>;
}

/** Judges every 5 s for so long, as the cluster is then. */
function live(wall: SmallWall, ms: number, { listed = ['nuc0', 'nuc1'], answering = {} }: Round): void {
  for (let passed = 0; passed < ms; passed += 5_000) {
    wall.later(5_000);
    seeDoor(wall, { clusterId: 'one' });
    seeLeases(wall);
    if (listed !== null) seeNodes(wall, ...listed.map((name) => aNode({ name })));
    wall.judge();
    for (const name of listed ?? []) ask(wall, name, answering[name]);
    wall.judge();
  }
}

/** A kubelet becomes known a moment after its node was listed. */
function ask({ store, now }: SmallWall, name: string, full: number | undefined): void {
  const source = `kubelet/${name}`;
  store.declare({ name: source, role: 'feed', staleAfterMs: 45_000, kinds: ['nodeStats'] });
  if (full === undefined) {
    store.state(source, 'unreachable', 'connection refused');
    return;
  }
  const disk = { ...aNodeStats().disk!, availableBytes: (100 - full) * 1e9 };
  store.replace(source, 'nodeStats', [aNodeStats({ key: name, uid: name, node: name, source, disk })]);
  store.state(source, 'synced');
  store.fresh(source, now());
}

const both = { nuc0: 90, nuc1: 40 };

/** A wall on which the disk of nuc0 is bad and acknowledged, then killed. */
function watchAndDie(keeper: History): void {
  const wall = smallWall({ tiles: [tile], keeper });
  wall.engine.start();
  live(wall, 5 * minute, { answering: both });
  expect(found(wall)).toEqual([[diskFull, 'bad', undefined, seenAt]]);
  wall.engine.acknowledge(diskFull, undefined, 'seen');
  live(wall, 70_000, { answering: both });
}

/** What stands of the nodes: id, level, last level, since. */
const found = ({ engine }: SmallWall) =>
  engine.board().findings.map(({ id, level, lastLevel, since }) => [id, level, lastLevel, since]);
const ofDisk = (wall: SmallWall) => found(wall).filter(([id]) => id === diskFull);
const tileOf = ({ engine }: SmallWall) => engine.board().tiles.find(({ area }) => area === 'nodes');
const pastOfDisk = ({ engine }: SmallWall) =>
  engine
    .episodes({ from: 0, to: Infinity })
    .episodes.filter(({ finding }) => finding === diskFull)
    .map(({ since, endedAt }) => [since, endedAt]);

function restarted(keeper: History): SmallWall {
  const wall = smallWall({ tiles: [tile], keeper, at: evening + 10 * minute });
  wall.engine.start();
  wall.judge();
  return wall;
}

const lastKnown = [diskFull, 'unknown', 'bad', seenAt];

describe('a full disk, over a kill of the wall', () => {
  test('stays what it was while its kubelet is silent, with its acknowledgement, and goes on when it answers', () => {
    let now = (): number => evening;
    const file = () => {
      const history = new HistoryFile({ directory, log: () => undefined, now: () => now() });
      open.push(history);
      return history;
    };
    const before = file();
    watchAndDie(before);
    // Another process finds what stands on the disk; the lock is all that is given up in between.
    before.close();
    open.splice(0);
    now = () => evening + 10 * minute;
    const wall = restarted(file());
    now = () => wall.now();
    expect(ofDisk(wall)).toEqual([lastKnown]);
    live(wall, minute, { listed: null });
    expect(ofDisk(wall), 'the nodes are not listed yet').toEqual([lastKnown]);
    for (let i = 0; i < 36; i += 1) {
      live(wall, 5_000, { answering: { nuc1: 40 } });
      expect(ofDisk(wall)).toEqual([lastKnown]);
    }
    expect(found(wall).map(([id, level]) => [id, level])).toContainEqual([unseenNuc0, 'unknown']);
    expect(tileOf(wall)?.level).toBe('unknown');
    const unseen = wall.engine.board().findings.find(({ id }) => id === unseenNuc0);
    expect(unseen?.sentence).toBe('disk and memory of nuc0 not seen since the wall started: connection refused');
    live(wall, 5 * minute, { answering: both });
    expect(found(wall)).toEqual([[diskFull, 'bad', undefined, seenAt]]);
    expect(wall.engine.board().findings[0]?.acknowledged).toMatchObject({ meaning: 'seen' });
    expect(pastOfDisk(wall)).toEqual([[seenAt, null]]);
    live(wall, 2 * minute, { answering: { nuc0: 30, nuc1: 40 } });
    expect(found(wall)).toEqual([]);
    expect(pastOfDisk(wall)).toEqual([[seenAt, expect.any(Number)]]);
  });

  test('survives a second kill while its kubelet is still silent', () => {
    const keeper = memoryKeeper();
    watchAndDie(keeper);
    const between = restarted(keeper);
    live(between, 2 * minute, { answering: { nuc1: 40 } });
    const silentSince = found(between).find(([id]) => id === unseenNuc0)?.[3];
    const wall = smallWall({ tiles: [tile], keeper, at: between.now() + minute });
    wall.engine.start();
    live(wall, 3 * minute, { answering: { nuc1: 40 } });
    expect(found(wall)).toEqual(expect.arrayContaining([lastKnown, [unseenNuc0, 'unknown', undefined, silentSince]]));
  });

  test('stays as it was if nothing says from which source it was, as older versions kept it', () => {
    const keeper = memoryKeeper();
    watchAndDie(keeper);
    const kept = keeper.load('one');
    expect(kept.episodes.map(({ sources }) => sources)).toEqual([['kubelet/nuc0']]);
    for (const episode of kept.episodes) delete episode.sources;
    keeper.save('one', kept, 'now');
    const wall = restarted(keeper);
    live(wall, minute, { listed: null });
    live(wall, 3 * minute, { answering: { nuc1: 40 } });
    expect(ofDisk(wall)).toEqual([lastKnown]);
    live(wall, 3 * minute, { answering: { nuc0: 30, nuc1: 40 } });
    expect(ofDisk(wall)).toEqual([]);
  });

  test('is over if its node is gone, once the nodes were seen for a while', () => {
    const keeper = memoryKeeper();
    watchAndDie(keeper);
    const wall = restarted(keeper);
    live(wall, minute, { listed: null });
    live(wall, 25_000, { listed: ['nuc1'], answering: { nuc1: 40 } });
    expect(ofDisk(wall)).toEqual([lastKnown]);
    live(wall, 2 * minute, { listed: ['nuc1'], answering: { nuc1: 40 } });
    expect(found(wall)).toEqual([]);
    expect(tileOf(wall)?.level).toBe('ok');
  });
});

describe('a kubelet of which all was fine', () => {
  const fine = { nuc0: 40, nuc1: 40 };

  test('is told as not seen if it is silent after a restart, until it answers', () => {
    const keeper = memoryKeeper();
    live(smallWall({ tiles: [tile], keeper }), 3 * minute, { answering: fine });
    const wall = restarted(keeper);
    live(wall, minute, { answering: { nuc1: 40 } });
    expect(found(wall).map(([id, level]) => [id, level])).toEqual([[unseenNuc0, 'unknown']]);
    expect(tileOf(wall)?.level).toBe('unknown');
    live(wall, 10_000, { answering: fine });
    expect(found(wall)).toEqual([]);
  });

  test('is not told while nobody has asked it yet, nor if its node is gone', () => {
    const keeper = memoryKeeper();
    live(smallWall({ tiles: [tile], keeper }), 3 * minute, { answering: fine });
    const wall = restarted(keeper);
    seeNodes(wall, aNode({ name: 'nuc0' }), aNode({ name: 'nuc1' }));
    wall.store.declare({ name: 'kubelet/nuc0', role: 'feed', staleAfterMs: 45_000, kinds: ['nodeStats'] });
    wall.judge();
    expect(found(wall)).toEqual([]);
    wall.store.drop('kubelet/nuc0');
    live(wall, 2 * minute, { listed: ['nuc1'], answering: { nuc1: 40 } });
    expect(found(wall)).toEqual([]);
    expect(Object.keys(keeper.load('one').memories['seen-sources']?.subjects ?? {})).toEqual(['kubelet/nuc1']);
  });
});
