import { describe, expect, test } from 'vitest';
import { defineCheck, type Check, type Verdict } from '#server/engine/define-check.ts';
import type { Change } from '#shared/change.ts';
import type { Level } from '#shared/level.ts';
import { say } from '#shared/say.ts';
import { memoryKeeper } from './memory-keeper.ts';
import {
  evening,
  lease,
  node,
  nodeCheck,
  nodesTile,
  notReady,
  seeDoor,
  seeLeases,
  seeNodes,
  smallWall,
  tile,
  apiDoor,
} from './small-wall.ts';

/** A check that says of every node what its kubelet version names as a level. */
function levelsCheck(name: Check['check'], more: Partial<Verdict> = {}): Check {
  return nodeCheck(name, {
    judge: (snapshot) =>
      [...snapshot.facts('node').values()].map((each) => ({
        subject: { kind: 'Node', name: each.name },
        level: each.kubeletVersion as Level,
        say: say('{name} is {level}', { name: each.name, level: each.kubeletVersion }),
        ...more,
      })),
  });
}

const at = (name: string, level: Level) => node(name, 'True', { kubeletVersion: level });

describe('tiles', () => {
  test.each([
    [['ok', 'notice'], 'ok'],
    [['ok', 'unknown', 'notice'], 'unknown'],
    [['unknown', 'warn'], 'warn'],
    [['warn', 'bad', 'unknown'], 'bad'],
  ] as [Level[], string][])('of verdicts %j is %s', (levels, expected) => {
    const wall = smallWall({ tiles: [nodesTile(levelsCheck('nodes/a'))] });
    seeNodes(wall, ...levels.map((level, i) => at(`n${i}`, level)));
    wall.judge();
    expect(wall.engine.board().tiles[1]?.level).toBe(expected);
    expect(wall.engine.board().findings).toHaveLength(levels.filter((level) => level !== 'ok').length);
  });

  test('tell the worst finding, and since when they have their level', () => {
    const wall = smallWall({ tiles: [nodesTile(levelsCheck('nodes/a'))] });
    seeNodes(wall, at('nuc0', 'ok'));
    wall.judge();
    wall.pass(60_000, 'nodes');
    seeNodes(wall, at('nuc0', 'warn'));
    wall.judge();
    wall.pass(60_000, 'nodes');
    expect(wall.engine.board().tiles[1]).toMatchObject({
      level: 'warn',
      detail: 'nuc0 is warn',
      since: evening + 60_000,
    });
  });

  test('at the first look have been so for as long as their oldest finding', () => {
    const wall = smallWall({ tiles: [nodesTile(levelsCheck('nodes/a', { startedAt: evening - 600_000 }))] });
    seeNodes(wall, at('nuc0', 'bad'));
    wall.judge();
    expect(wall.engine.board().tiles[1]?.since).toBe(evening - 600_000);
  });
});

describe('findings', () => {
  test('are ranked by level, causes, how many they explain, area and since', () => {
    const explains = [{ checks: ['nodes/b'], when: () => true }];
    const wall = smallWall({
      tiles: [
        tile('control-plane', ['node'], [levelsCheck('control-plane/c')]),
        nodesTile({ ...levelsCheck('nodes/a'), explains }, levelsCheck('nodes/b')),
      ],
    });
    seeNodes(wall, at('n0', 'warn'), at('n1', 'bad'), at('n2', 'notice'));
    wall.judge();
    expect(wall.engine.board().findings.map(({ id }) => id)).toEqual([
      'nodes/a|Node/n1',
      'control-plane/c|Node/n1',
      'nodes/b|Node/n1',
      'control-plane/c|Node/n0',
      'nodes/a|Node/n0',
      'nodes/b|Node/n0',
      'control-plane/c|Node/n2',
      'nodes/a|Node/n2',
      'nodes/b|Node/n2',
    ]);
  });

  test('that must not be forgotten come first among equals', () => {
    const wall = smallWall({
      tiles: [nodesTile(levelsCheck('nodes/a'), { ...levelsCheck('nodes/b'), latch: true })],
    });
    seeNodes(wall, at('n0', 'bad'), at('n1', 'bad'));
    wall.judge();
    expect(wall.engine.board().findings.map(({ id }) => id)).toEqual([
      ...['nodes/b|Node/n0', 'nodes/b|Node/n1', 'nodes/a|Node/n0', 'nodes/a|Node/n1'],
    ]);
    expect(wall.engine.board().headline.finding).toBe('nodes/b|Node/n0');
  });

  test('are at most 200 of one check and 500 in all; the others are counted', () => {
    const checks = ['nodes/a', 'nodes/b', 'nodes/c'] as const;
    const keeper = memoryKeeper();
    const wall = smallWall({ keeper, tiles: [nodesTile(...checks.map((name) => levelsCheck(name)))] });
    seeDoor(wall);
    seeNodes(wall, ...Array.from({ length: 600 }, (_, i) => at(`n${i}`, i === 599 ? 'bad' : 'warn')));
    wall.judge();
    const { findings, omitted } = wall.engine.board();
    expect(findings).toHaveLength(500);
    expect(findings.slice(0, 3).map(({ level }) => level)).toEqual(['bad', 'bad', 'bad']);
    expect(Object.values(omitted).reduce((sum, count) => sum + count)).toBe(1_800 - 500);
    expect(findings.filter(({ check }) => check === 'nodes/a')).toHaveLength(200);
    wall.engine.stop();
    expect(keeper.load('uid-1').episodes).toHaveLength(1_500);
  });

  test('hold 3 pieces of evidence of 200 characters; their own door has the rest', () => {
    const long = 'x'.repeat(1_000);
    const evidence = Array.from({ length: 10 }, (_, i) => ({
      kind: 'log' as const,
      say: say('{i} {long}', { i, long }),
    }));
    const wall = smallWall({ tiles: [nodesTile(levelsCheck('nodes/a', { evidence }))] });
    seeNodes(wall, at('nuc0', 'bad'));
    wall.judge();
    const [finding] = wall.engine.board().findings;
    expect(finding?.evidence).toHaveLength(3);
    expect(finding?.evidence[0]?.text).toHaveLength(200);
    expect(JSON.stringify(finding).length).toBeLessThan(2_500);
    const whole = wall.engine.finding('nodes/a|Node/nuc0');
    expect(whole?.evidence).toHaveLength(10);
    expect(whole?.evidence[9]?.text).toBe(`9 ${long}`);
    expect(wall.engine.finding('nodes/a|Node/nuc1')).toBeNull();
  });

  test('of one id count once, with the worse level; a made-up level is a failure of the check', () => {
    const twice = nodeCheck('nodes/a', {
      judge: () => [
        { subject: { kind: 'Node', name: 'nuc0' }, level: 'warn', say: say('a') },
        { subject: { kind: 'Node', name: 'nuc0' }, level: 'bad', say: say('b') },
        { subject: { kind: 'Node', name: 'nuc0' }, key: 'disk', level: 'notice', say: say('c') },
      ],
    });
    const wall = smallWall({ tiles: [nodesTile(twice, levelsCheck('nodes/b'))] });
    seeNodes(wall, at('nuc0', 'terrible' as Level));
    wall.judge();
    expect(wall.engine.board().findings.map(({ id, level }) => [id, level])).toEqual([
      ['nodes/a|Node/nuc0', 'bad'],
      ['nodes/b|Check/nodes/b', 'unknown'],
      ['nodes/a|Node/nuc0|disk', 'notice'],
    ]);
  });
});

describe('the headline', () => {
  test('says the worst, and at most three others beside it', () => {
    const wall = smallWall({ tiles: [nodesTile(levelsCheck('nodes/a'))] });
    seeNodes(wall, at('n0', 'notice'), ...['n1', 'n2', 'n3', 'n4', 'n5'].map((name) => at(name, 'warn')));
    wall.judge();
    expect(wall.engine.board().headline).toMatchObject({
      level: 'warn',
      text: 'n1 is warn',
      finding: 'nodes/a|Node/n1',
      also: ['n2 is warn', 'n3 is warn', 'n4 is warn'],
      counts: { bad: 0, warn: 1, unknown: 0 },
    });
  });

  test('says All good only if all ten areas are watched', () => {
    const nothing: Check[] = [];
    const names = [
      'control-plane',
      'nodes',
      'workloads',
      'jobs',
      'certificates',
      'storage',
      'backups',
      'registry',
      'services',
    ] as const;
    const nine = names.map((area) => tile(area, ['node'], nothing));
    for (const [tiles, text] of [
      [nine, 'All good in the 9 areas watched'],
      [[...nine, tile('gitops', ['node'], nothing)], 'All good'],
      [[], 'Nothing is watched'],
    ] as const) {
      const wall = smallWall({ tiles: [...tiles] });
      seeNodes(wall, node('nuc0'));
      wall.judge();
      expect(wall.engine.board().headline.text).toBe(text);
    }
  });
});

describe('time', () => {
  test('passes in the texts of a board that is read later, without a change', () => {
    const check = nodeCheck('nodes/a', {
      judge: () => [
        {
          subject: { kind: 'Node', name: 'nuc0' },
          level: 'bad',
          say: say('silent for {at:age}', { at: evening }),
          evidence: [{ kind: 'value', say: say('since {at:age}', { at: evening }) }],
        },
      ],
    });
    const wall = smallWall({ tiles: [nodesTile(check)] });
    const changes: Change[] = [];
    wall.engine.onChange((change) => changes.push(change));
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(42_000, 'nodes');
    const board = wall.engine.board();
    expect(board.findings[0]).toMatchObject({ sentence: 'silent for 42 s', evidence: [{ text: 'since 42 s' }] });
    expect(board.headline.text).toBe('silent for 42 s');
    expect(board.tiles[1]?.detail).toBe('silent for 42 s');
    expect(board.sources[0]).toMatchObject({ name: 'nodes', freshAt: evening + 42_000 });
    expect(changes).toHaveLength(1);
  });
});

describe('an area', () => {
  test('answers with rows of all its verdicts, the fine ones too, and cells', () => {
    const wall = smallWall({ tiles: [nodesTile(notReady, nodeCheck('nodes/b'))] });
    seeNodes(wall, node('nuc1'), node('nuc0', 'False'));
    wall.judge();
    const answer = wall.engine.area('nodes');
    expect(answer).toMatchObject({ area: 'nodes', revision: 1, judgedAt: evening, columns: [{ key: 'version' }] });
    expect(answer.rows).toMatchObject([
      { subject: { name: 'nuc0' }, level: 'bad', cells: { version: 'v1.36.1' } },
      {
        subject: { name: 'nuc1' },
        level: 'ok',
        verdicts: [
          { check: 'nodes/not-ready', level: 'ok', sentence: 'nuc1 is ready' },
          { check: 'nodes/b', level: 'ok' },
        ],
      },
    ]);
    expect(answer.rows[0]?.verdicts[0]?.finding).toBe('nodes/not-ready|Node/nuc0');
    expect(answer.findings).toHaveLength(2);
    expect(wall.engine.area('jobs')).toMatchObject({ columns: [], rows: [], findings: [] });
  });

  test('shows its fine rows as unknown while they cannot be seen, and survives cells that throw', () => {
    const broken = { ...nodesTile(), cells: () => { throw new Error('cells'); } }; // prettier-ignore
    const wall = smallWall({ tiles: [broken] });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(16_000);
    expect(wall.engine.area('nodes').rows).toMatchObject([{ level: 'unknown', cells: { version: null } }]);
    expect(wall.failures).toEqual(['nodes, cells: Error: cells']);
  });
});

describe('only what changed is judged again', () => {
  test('a change of the door runs the checks of the door; a tick runs all', async () => {
    const runs: string[] = [];
    const counting = (name: Check['check'], needs: Check['needs']) =>
      defineCheck({ check: name, about: 'x', needs, settings: {}, judge: () => (runs.push(name), []) });
    const tiles = [nodesTile(counting('nodes/a', { node: 'required' }), counting('nodes/b', { apiDoor: 'required' }))];
    const wall = smallWall({ tiles });
    seeDoor(wall);
    seeNodes(wall, node('nuc0'));
    wall.engine.start();
    await Promise.resolve();
    runs.length = 0;
    wall.pass(200);
    expect(runs).toEqual(['nodes/a', 'nodes/b']);
    runs.length = 0;
    wall.pass(200);
    runs.length = 0;
    wall.later(200);
    wall.store.upsert('api-door', 'apiDoor', { ...apiDoor, outcome: 'silent' });
    await Promise.resolve();
    expect(runs).toEqual(['nodes/b']);
    runs.length = 0;
    wall.later(200);
    wall.store.upsert('nodes', 'pod', { key: 'a/b' } as never);
    await Promise.resolve();
    expect(runs).toEqual([]);
    wall.engine.stop();
  });

  test('a heartbeat waits for the next second: it says that all is as before', async () => {
    let seen = '';
    const heartbeats = defineCheck({
      check: 'nodes/heartbeats',
      about: 'x',
      needs: { lease: 'required' },
      settings: {},
      judge(snapshot) {
        seen = [...snapshot.facts('lease').values()].map(({ renewTime }) => renewTime).join();
        return [];
      },
    });
    const wall = smallWall({ tiles: [nodesTile(heartbeats)] });
    seeLeases(wall, lease('nuc0', 't1'));
    wall.engine.start();
    await Promise.resolve();
    wall.later(200);
    wall.store.upsert('leases', 'lease', lease('nuc0', 't2'));
    await Promise.resolve();
    expect(seen).toBe('t1');
    wall.pass(800, 'leases');
    expect(seen).toBe('t2');
    wall.engine.stop();
  });
});
