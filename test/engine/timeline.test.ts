import { describe, expect, test } from 'vitest';
import {
  evening,
  lease,
  node,
  nodesTile,
  nodeCheck,
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
    const wall = smallWall({
      tiles: [
        tile('control-plane', ['apiDoor'], [{ ...apiAnswers, explains: [{ checks: ['nodes/b'], when: () => true }] }]),
        nodesTile(nodeCheck('nodes/b')),
      ],
    });
    seeDoor(wall);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeDoor(wall, { outcome: 'refused', outcomeSince: evening - 5_000 });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.pass(60_000);
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
        at: evening + 60_000,
        kind: 'incident-end',
        text: 'over: the API says refused',
        level: 'ok',
        finding: 'control-plane/api-answers|Cluster/api',
      },
    ]);
  });

  test('goes on with an incident while it cannot be seen', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.pass(60_000);
    wall.pass(60_000, 'nodes');
    expect(texts(wall)).toEqual(['incident-begin: nuc0 is not ready']);
  });

  test('begins with the start of the wall', () => {
    const wall = smallWall();
    wall.engine.start();
    wall.engine.stop();
    expect(texts(wall)).toEqual(['start: the wall started']);
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
    const from = evening;
    expect(wall.engine.history('api/latency', from, from + 45_000, 3)).toEqual({
      series: 'api/latency',
      title: 'The API answers in',
      unit: 'ms',
      points: [
        { at: from, value: 20 },
        { at: from + 15_000, value: null },
        { at: from + 30_000, value: null },
      ],
    });
    const ready = wall.engine.history('nodes/ready', from, from + 45_000, 3);
    expect(ready?.unit).toBe('count');
    expect(ready?.points.map(({ value }) => value)).toEqual([1, 1, 1]);
    expect(wall.engine.history('constructor', 0, 1, 1)).toBeNull();
  });
});
