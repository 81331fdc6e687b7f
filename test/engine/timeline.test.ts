import { describe, expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { memoryKeeper } from './memory-keeper.ts';
import {
  evening,
  lease,
  node,
  nodesTile,
  nodeCheck,
  nodeVerdict,
  seeDoor,
  seeNodes,
  smallWall,
  tile,
  apiAnswers,
  type SmallWall,
} from './small-wall.ts';

const texts = (wall: SmallWall) => wall.engine.moments(0, Infinity).moments.map(({ kind, text }) => `${kind}: ${text}`);

describe('the timeline', () => {
  test('tells of reboots, versions, cordons, nodes that come and go', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'), node('nuc1'), node('pi0'));
    wall.judge();
    wall.pass(60_000, 'nodes');
    seeNodes(
      wall,
      node('nuc0', 'True', { bootId: 'boot-2' }),
      node('nuc1', 'True', { kubeletVersion: 'v1.36.2', unschedulable: true }),
      node('pi1'),
    );
    wall.judge();
    expect(texts(wall)).toEqual([
      'reboot: nuc0 rebooted',
      'version: nuc1 kubelet v1.36.1 → v1.36.2',
      'cordon: nuc1 cordoned',
      'node-added: pi1 joined',
      'node-gone: pi0 is gone',
    ]);
    expect(wall.engine.moments(0, evening).moments).toEqual([]);
  });

  test('does not say that nodes came when it first sees them, nor that they went when it cannot see', () => {
    const wall = smallWall();
    wall.judge();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.store.state('nodes', 'unreachable');
    wall.store.replace('nodes', 'node', []);
    wall.judge();
    expect(texts(wall)).toEqual([]);
  });

  test('tells of a reboot once, also if the wall is killed right after it was seen', () => {
    const keeper = memoryKeeper();
    const wall = smallWall({ keeper });
    seeDoor(wall);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.later(5_000);
    // What has just been written holds back what comes in the same second.
    seeDoor(wall);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.later(100);
    const booted = node('nuc0', 'False', { bootId: 'boot-2' });
    seeNodes(wall, booted);
    wall.judge();
    const after = smallWall({ keeper, at: wall.now() + 10_000 });
    seeDoor(after);
    seeNodes(after, booted);
    after.judge();
    expect(texts(after).filter((text) => text.startsWith('reboot'))).toEqual(['reboot: nuc0 rebooted']);
  });

  test('tells of another version of the API server', () => {
    const wall = smallWall();
    for (const version of ['v1.36.1', '', 'v1.36.2']) {
      seeDoor(wall, { version });
      wall.judge();
    }
    expect(texts(wall)).toEqual(['version: API server v1.36.1 → v1.36.2']);
    expect(wall.engine.board().cluster.version).toBe('v1.36.2');
  });

  test('tells when an incident began and ended; what it explains and being blind are none of their own', () => {
    const wall = explainingWall();
    seeDoor(wall);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeDoor(wall, { outcome: 'refused', outcomeSince: evening - 5_000 });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.pass(5_000);
    seeDoor(wall);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(wall.engine.moments(0, Infinity).moments).toEqual([
      {
        at: evening - 5_000,
        kind: 'incident-begin',
        text: 'the API says refused',
        level: 'bad',
        finding: 'control-plane/api-answers|Cluster/api',
      },
      {
        at: evening + 5_000,
        kind: 'incident-end',
        text: 'over: the API says refused',
        level: 'ok',
        finding: 'control-plane/api-answers|Cluster/api',
      },
    ]);
  });

  /** A wall on which the door that is refused explains nodes that are not ready. */
  function explainingWall(): SmallWall {
    return smallWall({
      tiles: [
        tile('control-plane', ['apiDoor'], [{ ...apiAnswers, explains: [{ checks: ['nodes/b'], when: () => true }] }]),
        nodesTile(nodeCheck('nodes/b')),
      ],
    });
  }

  test('passes over what was explained and is over soon after its cause', () => {
    const wall = explainingWall();
    seeDoor(wall, { outcome: 'refused' });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.later(60_000);
    seeDoor(wall);
    wall.pass(0, 'nodes');
    wall.later(119_000);
    seeDoor(wall);
    wall.pass(0, 'nodes');
    expect(wall.engine.board().findings.map(({ cause }) => cause)).toEqual([null]);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(texts(wall)).toEqual([
      'incident-begin: the API says refused',
      'incident-end: over by then: the API says refused',
    ]);
  });

  test('tells what was explained and outlives its cause, from when it stood alone, once', () => {
    const wall = explainingWall();
    seeDoor(wall, { outcome: 'refused' });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    for (const [ms, outcome] of [
      [60_000, 'ready'],
      [60_000, 'refused'],
      [60_000, 'ready'],
      [120_000, 'ready'],
      [60_000, 'refused'],
      [60_000, 'ready'],
    ] as const) {
      wall.later(ms);
      seeDoor(wall, { outcome, outcomeSince: wall.now() });
      wall.pass(0, 'nodes');
    }
    seeNodes(wall, node('nuc0'));
    wall.judge();
    const ofNode = wall.engine.moments(0, Infinity).moments.filter(({ finding }) => finding === 'nodes/b|Node/nuc0');
    expect(ofNode.map(({ at, text }) => [at - evening, text])).toEqual([
      [180_000, 'nuc0 is not ready'],
      [420_000, 'over: nuc0 is not ready'],
    ]);
  });

  test('says when something was and not how long ago, which would soon be wrong', () => {
    const judge: Check['judge'] = (snapshot) =>
      [...snapshot.facts('node').values()].map((each) => ({
        ...nodeVerdict(each),
        say: say('{name} ended {at:age} ago', { name: each.name, at: evening - 60_000 }),
      }));
    const wall = smallWall({
      tiles: [nodesTile(nodeCheck('nodes/a', { judge }))],
      config: { timeZone: 'Europe/Berlin' },
    });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(texts(wall)).toEqual(['incident-begin: nuc0 ended at 22:34', 'incident-end: over: nuc0 ended at 22:34']);
  });

  test('goes on with an incident while it cannot be seen', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.pass(60_000);
    wall.pass(60_000, 'nodes');
    expect(texts(wall)).toEqual(['incident-begin: nuc0 is not ready']);
  });

  test('begins with the start of the wall and ends with its stop', () => {
    const wall = smallWall();
    wall.engine.start();
    wall.engine.stop();
    wall.engine.stop();
    expect(texts(wall)).toEqual(['start: the wall started', 'stop: the wall stopped']);
  });
});

describe('levels', () => {
  test('are known of areas and findings, with the time before an end', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.pass(5_000, 'nodes');
    seeNodes(wall, node('nuc0'));
    wall.judge();
    const stretches = [
      { level: 'bad', from: evening, to: evening + 5_000 },
      { level: 'ok', from: evening + 5_000, to: null },
    ];
    expect(wall.engine.levels('nodes', 0, Infinity)?.stretches).toEqual(stretches);
    expect(wall.engine.levels('nodes/not-ready|Node/nuc0', 0, Infinity)?.stretches).toEqual(stretches);
    expect(wall.engine.levels('nothing', 0, Infinity)).toBeNull();
  });

  test('have a gap where the machine slept', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(1_000, 'nodes');
    wall.pass(3_600_000, 'nodes');
    expect(wall.engine.levels('nodes', 0, Infinity)?.stretches).toEqual([
      { level: 'ok', from: evening, to: evening + 1_000 },
      { level: 'ok', from: evening + 3_601_000, to: null },
    ]);
  });
});

describe('series', () => {
  test('are sampled while fresh: the latency of the API and how many nodes are ready', () => {
    const wall = smallWall();
    seeDoor(wall, { latencyMs: 20 });
    seeNodes(wall, node('nuc0'), node('nuc1', 'False'));
    wall.store.replace('leases', 'lease', [lease('nuc0')]);
    wall.judge();
    wall.pass(15_000, 'nodes');
    wall.pass(15_000);
    wall.later(1_000);
    const from = evening;
    expect(wall.engine.history('control-plane/latency', from, from + 45_000, 3)).toEqual({
      series: 'control-plane/latency',
      title: 'The API answers in',
      unit: 'ms',
      step: 15_000,
      last: { at: from, value: 20 },
      points: [
        [from, 20, 20, 20],
        [from + 15_000, null, null, null],
        [from + 30_000, null, null, null],
      ],
    });
    const ready = wall.engine.history('nodes/ready', from, from + 45_000, 3);
    expect(ready?.unit).toBe('count');
    expect(ready?.points.map(([, , average]) => average)).toEqual([1, 1, 1]);
    expect(wall.engine.history('constructor', 0, 1, 1)).toBeNull();
  });
});
