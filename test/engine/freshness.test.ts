import { describe, expect, test } from 'vitest';
import { defineCheck } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import {
  apiAnswers,
  evening,
  lease,
  node,
  nodeCheck,
  nodesTile,
  nodeVerdict,
  notReady,
  seeDoor,
  seeLeases,
  seeNodes,
  smallWall,
  tile,
} from './small-wall.ts';

const nodesOf = (wall: ReturnType<typeof smallWall>) => wall.engine.board().tiles[1];
const ids = (wall: ReturnType<typeof smallWall>) => wall.engine.board().findings.map(({ id }) => id);

describe('when a feed goes silent', () => {
  test('its fine subjects become unknown as one finding, since it was last fresh', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'), node('nuc1'), node('pi0'));
    wall.judge();
    wall.pass(16_000);
    const { findings, headline } = wall.engine.board();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      id: 'nodes/unseen|Source/nodes',
      check: 'nodes/unseen',
      area: 'nodes',
      level: 'unknown',
      since: evening,
      sentence: '3 nodes not seen since 20:35: no sign of life on its connection',
    });
    expect(headline).toMatchObject({ level: 'unknown', counts: { bad: 0, warn: 0, unknown: 1 } });
    expect(nodesOf(wall)).toMatchObject({ level: 'unknown', unknownCount: 3 });
  });

  test('its figure keeps its last value, with the time as of which it was true', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'), node('nuc1'));
    wall.judge();
    wall.pass(5_000, 'nodes');
    wall.pass(16_000);
    expect(nodesOf(wall)).toMatchObject({
      figure: { value: '2', rest: 'of 2 ready', asOf: evening + 5_000 },
      detail: 'last known 20:35',
    });
  });

  test('its open findings stay, unknown, with their last level, and are not counted among the fine', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'), node('nuc1'));
    wall.judge();
    const [before] = wall.engine.board().findings;
    wall.pass(16_000);
    const after = wall.engine.board().findings.find(({ check }) => check === 'nodes/not-ready');
    expect(after).toMatchObject({ level: 'unknown', lastLevel: 'bad', episode: before?.episode });
    expect(wall.engine.board().findings.find(({ check }) => check === 'nodes/unseen')?.sentence).toMatch(/^1 nodes/);
    expect(nodesOf(wall)).toMatchObject({ level: 'unknown', unknownCount: 2 });
  });

  test('stale facts that look worse as time passes begin no finding', () => {
    const ageing = nodeCheck('nodes/not-ready', {
      judge: (snapshot) =>
        [...snapshot.facts('node').values()].map((each) => ({
          ...nodeVerdict(each),
          level: snapshot.now > evening + 10_000 ? 'bad' : 'ok',
        })),
    });
    const wall = smallWall({ tiles: [nodesTile(ageing)] });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.pass(16_000);
    expect(ids(wall)).toEqual(['nodes/unseen|Source/nodes']);
    wall.pass(1_000, 'nodes');
    expect(ids(wall)).toEqual(['nodes/not-ready|Node/nuc0']);
  });

  test('all is as before once it shows life again', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    const [before] = wall.engine.board().findings;
    wall.pass(60_000);
    wall.pass(1_000, 'nodes');
    expect(wall.engine.board().findings).toEqual([before]);
    expect(nodesOf(wall)?.figure).toEqual({ value: '0', rest: 'of 1 ready' });
  });

  test('a node that went away meanwhile is gone when the feed is back', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0', 'False'), node('nuc1'));
    wall.judge();
    wall.pass(60_000);
    seeNodes(wall, node('nuc1'));
    wall.judge();
    expect(ids(wall)).toEqual([]);
  });

  test('an empty cluster is not green either while nobody can see it', () => {
    const wall = smallWall();
    seeNodes(wall);
    wall.judge();
    expect(nodesOf(wall)?.level).toBe('absent');
    wall.pass(16_000);
    expect(nodesOf(wall)?.level).toBe('unknown');
    expect(wall.engine.board().findings[0]?.sentence).toMatch(/^nodes not seen since/);
  });

  test('its reason is told as the source has it', () => {
    const wall = smallWall();
    seeNodes(wall, node('nuc0'));
    wall.judge();
    wall.store.state('nodes', 'unauthorized', '401 Unauthorized');
    wall.pass(1_000);
    expect(wall.engine.board().findings[0]?.sentence).toBe('1 nodes not seen since 20:35: 401 Unauthorized');
  });
});

describe('judged per subject', () => {
  const stats = nodeCheck('nodes/stats', {
    needs: { node: 'required', lease: 'optional' },
    judge: (snapshot) =>
      [...snapshot.facts('node').values()].map((each) => ({ ...nodeVerdict(each), sources: [`kubelet/${each.name}`] })),
  });

  test('only what the silent source of several told is unknown', () => {
    const wall = smallWall({ tiles: [nodesTile(stats)] });
    for (const name of ['nuc0', 'nuc1', 'nuc2']) {
      wall.store.declare({ name: `kubelet/${name}`, role: 'feed', staleAfterMs: 15_000, kinds: ['pod'] });
      wall.store.state(`kubelet/${name}`, 'synced');
      wall.store.fresh(`kubelet/${name}`, wall.now());
    }
    seeNodes(wall, node('nuc0', 'False'), node('nuc1'), node('nuc2', 'False'));
    wall.judge();
    wall.pass(16_000, 'nodes', 'kubelet/nuc2');
    const levels = Object.fromEntries(wall.engine.board().findings.map(({ id, level }) => [id, level]));
    expect(levels).toEqual({
      'nodes/stats|Node/nuc0': 'unknown',
      'nodes/stats|Node/nuc2': 'bad',
      'nodes/unseen|Source/kubelet/nuc1': 'unknown',
    });
  });

  test('a finding of a source that was dropped with its subject ends', () => {
    const wall = smallWall({ tiles: [nodesTile(stats)] });
    wall.store.declare({ name: 'kubelet/nuc0', role: 'feed', staleAfterMs: 15_000, kinds: ['pod'] });
    wall.store.state('kubelet/nuc0', 'synced');
    wall.store.fresh('kubelet/nuc0', wall.now());
    seeNodes(wall, node('nuc0', 'False'), node('nuc1'));
    wall.judge();
    expect(ids(wall)).toContain('nodes/stats|Node/nuc0');
    wall.store.drop('kubelet/nuc0');
    seeNodes(wall);
    wall.pass(1_000, 'nodes');
    expect(ids(wall)).toEqual([]);
  });

  test('of two required feeds the silent one makes its checks unknown and leaves the others', () => {
    const heartbeat = nodeCheck('nodes/no-heartbeat', { needs: { node: 'required', lease: 'required' } });
    const wall = smallWall({ tiles: [nodesTile(notReady, heartbeat)] });
    seeNodes(wall, node('nuc0', 'False'), node('nuc1'));
    seeLeases(wall, lease('nuc0'), lease('nuc1'));
    wall.judge();
    wall.pass(16_000, 'nodes');
    const board = wall.engine.board();
    expect(Object.fromEntries(board.findings.map(({ id, level }) => [id, level]))).toEqual({
      'nodes/not-ready|Node/nuc0': 'bad',
      'nodes/no-heartbeat|Node/nuc0': 'unknown',
      'nodes/unseen|Source/leases': 'unknown',
    });
    expect(board.tiles[1]).toMatchObject({ level: 'bad', unknownCount: 2, figure: { value: '1' } });
    expect(board.tiles[1]?.figure.asOf).toBeUndefined();
  });
});

describe('what may be missing', () => {
  const optional = nodeCheck('nodes/pressure', { needs: { node: 'required', event: 'optional' } });

  test('a forbidden optional source makes the tile say partly seen, and nothing more', () => {
    const wall = smallWall({ tiles: [nodesTile(optional)] });
    wall.store.declare({ name: 'events', role: 'feed', staleAfterMs: 15_000, kinds: ['event'] });
    wall.store.state('events', 'forbidden', '403');
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(nodesOf(wall)).toMatchObject({ level: 'ok', detail: 'all well, partly seen', unknownCount: 1 });
    expect(ids(wall)).toEqual([]);
  });

  test('an API that is not installed has no subjects: the tile is absent and the headline is not troubled', () => {
    const services = defineCheck({
      check: 'services/api',
      about: 'x',
      needs: { apiService: 'required' },
      settings: {},
      judge: (snapshot) =>
        [...snapshot.facts('apiService').values()].map(({ name }) => ({
          subject: { kind: 'APIService', name },
          level: 'bad' as const,
          say: say('bad'),
        })),
    });
    const wall = smallWall({
      tiles: [nodesTile(), { ...tile('services', ['apiService'], [services]), figure: () => null }],
    });
    wall.store.declare({ name: 'apiservices', role: 'feed', staleAfterMs: 15_000, kinds: ['apiService'] });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(wall.engine.board().tiles[8]?.level).toBe('unknown');
    wall.store.state('apiservices', 'absent');
    wall.judge();
    expect(wall.engine.board().tiles[8]).toMatchObject({ level: 'absent', detail: 'not installed' });
    expect(wall.engine.board().headline).toMatchObject({ level: 'ok', text: 'All good in the 2 areas watched' });
  });

  test('a required feed that is forbidden is unknown, not green', () => {
    const wall = smallWall();
    wall.store.state('nodes', 'forbidden', '403 Forbidden: nodes is forbidden');
    wall.judge();
    expect(wall.engine.board().findings[0]?.sentence).toBe('nodes not seen yet: 403 Forbidden: nodes is forbidden');
    expect(nodesOf(wall)?.level).toBe('unknown');
  });
});

describe('probes', () => {
  test('what a fresh probe found is judged, failure or not', () => {
    const wall = smallWall({ tiles: [tile('control-plane', ['apiDoor'], [apiAnswers])] });
    seeDoor(wall, { outcome: 'refused' });
    wall.store.state('api-door', 'unreachable', 'refused');
    wall.judge();
    expect(wall.engine.board().headline).toMatchObject({ level: 'bad', text: 'the API says refused' });
  });

  test('a probe that was not run makes its check unknown', () => {
    const wall = smallWall({ tiles: [tile('control-plane', ['apiDoor'], [apiAnswers])] });
    seeDoor(wall);
    wall.judge();
    wall.pass(9_001);
    expect(wall.engine.board().findings[0]?.sentence).toBe("the API's door not seen since 20:35: it was not asked");
  });
});

describe('a check that judges stale facts', () => {
  test('goes on judging while its source is silent', () => {
    const due = nodeCheck('nodes/due', {
      judgesStale: true,
      judge: (snapshot) =>
        [...snapshot.facts('node').values()].map((each) => ({
          ...nodeVerdict(each),
          level: snapshot.sources.get('nodes')?.fresh === true ? 'ok' : 'warn',
        })),
    });
    const wall = smallWall({ tiles: [{ ...nodesTile(due), needs: [] }] });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(ids(wall)).toEqual([]);
    wall.pass(60_000);
    expect(wall.engine.board().findings).toMatchObject([{ id: 'nodes/due|Node/nuc0', level: 'warn' }]);
  });
});

describe('a check that throws', () => {
  const broken = nodeCheck('nodes/broken', {
    judge: (snapshot) => {
      if (snapshot.facts('node').has('bomb')) throw new Error('boom');
      return [...snapshot.facts('node').values()].map(nodeVerdict);
    },
  });

  test('makes its own subjects unknown, is told once, and harms nobody else', () => {
    const wall = smallWall({ tiles: [nodesTile(notReady, broken)] });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    seeNodes(wall, node('nuc0', 'False'), node('bomb'));
    wall.judge();
    wall.pass(1_000, 'nodes');
    const findings = Object.fromEntries(wall.engine.board().findings.map((each) => [each.id, each]));
    expect(findings['nodes/not-ready|Node/nuc0']?.level).toBe('bad');
    expect(findings['nodes/broken|Node/nuc0']).toMatchObject({ level: 'unknown', lastLevel: 'bad' });
    expect(findings['nodes/broken|Check/nodes/broken']).toMatchObject({
      level: 'unknown',
      sentence: 'the check nodes/broken failed: boom',
    });
    expect(wall.failures).toEqual(['nodes/broken: Error: boom']);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(wall.engine.board().findings.map(({ level }) => level)).toEqual(['bad', 'bad']);
  });

  test('a figure that throws leaves the last one, and the tile is not green', () => {
    const wall = smallWall({
      tiles: [
        {
          ...nodesTile(),
          figure: (snapshot) => {
            if (snapshot.facts('node').size > 1) throw new Error('too many');
            return { value: '1', detail: say('one') };
          },
        },
      ],
    });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeNodes(wall, node('nuc0'), node('nuc1'));
    wall.judge();
    expect(nodesOf(wall)).toMatchObject({ level: 'unknown', figure: { value: '1', asOf: evening } });
  });
});
