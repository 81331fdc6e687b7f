import { describe, expect, test } from 'vitest';
import type { Change } from '#shared/change.ts';
import { evening, node, seeNodes, smallWall } from './small-wall.ts';

describe('a wall that has just started', () => {
  test('is grey until its first evidence, never green', () => {
    const wall = smallWall();
    expect(wall.engine.board().headline.level).toBe('unknown');
    expect(wall.engine.judgedAt()).toBe(0);
    wall.judge();
    const { headline, tiles } = wall.engine.board();
    expect(headline).toMatchObject({ level: 'unknown', text: 'nodes not seen yet: connecting' });
    expect(tiles).toHaveLength(10);
    expect(tiles[1]).toMatchObject({ area: 'nodes', level: 'unknown', figure: { value: '–' } });
    expect(tiles[2]).toMatchObject({ area: 'workloads', level: 'unwatched' });
  });

  test('is green where it looks once its nodes are seen to be fine', () => {
    const wall = smallWall();
    wall.judge();
    seeNodes(wall, node('nuc0'), node('nuc1'));
    wall.judge();
    const { headline, tiles, findings, revision } = wall.engine.board();
    expect(headline).toMatchObject({ level: 'ok', text: 'All good in the 1 area watched', finding: null });
    expect(tiles[1]).toMatchObject({ level: 'ok', figure: { value: '2', rest: 'of 2 ready' }, detail: 'all well' });
    expect(findings).toEqual([]);
    expect(revision).toBe(2);
  });
});

describe('a revision', () => {
  test('goes up by one with each change and not with mere time', () => {
    const wall = smallWall();
    const changes: Change[] = [];
    wall.engine.onChange((change) => changes.push(change));
    seeNodes(wall, node('nuc0', 'False', { conditions: notReadySince(evening - 60_000) }));
    wall.judge();
    wall.pass(5_000, 'nodes');
    wall.pass(5_000, 'nodes');
    expect(changes.map(({ from, to }) => [from, to])).toEqual([[0, 1]]);
    expect(wall.engine.board()).toMatchObject({ revision: 1, judgedAt: evening + 10_000 });
    seeNodes(wall, node('nuc0'));
    wall.judge();
    expect(changes[1]).toMatchObject({ from: 1, to: 2, findings: { put: [], gone: ['nodes/not-ready|Node/nuc0'] } });
  });
});

function notReadySince(changedAt: number) {
  return { Ready: { status: 'False' as const, reason: '', message: '', changedAt } };
}
