import { describe, expect, test } from 'vitest';
import { areas } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import { applyChange, type Change } from '#shared/change.ts';
import type { Finding } from '#shared/finding.ts';
import { plainly } from '#shared/say.ts';

const finding = (id: string, sentence = id): Finding => ({
  id,
  episode: `${id}@1`,
  check: 'nodes/a',
  area: 'nodes',
  level: 'bad',
  subject: { kind: 'Node', name: id },
  sentence,
  say: plainly(sentence),
  since: 1,
  evidence: [],
  steps: [],
  cause: null,
  explains: 0,
  series: [],
});

const board: Board = {
  revision: 7,
  judgedAt: 1_000,
  build: 'b1',
  cluster: { id: 'x', name: 'homelab', version: 'v1', demo: false },
  timeZone: 'UTC',
  headline: {
    level: 'ok',
    text: 'All good',
    say: plainly('All good'),
    finding: null,
    also: [],
    counts: { bad: 0, warn: 0, unknown: 0 },
  },
  tiles: areas.map((area) => ({
    area,
    level: 'ok',
    figure: { value: '1' },
    detail: '',
    detailSay: plainly(''),
    unknownCount: 0,
    since: 1,
  })),
  findings: ['a', 'b', 'c'].map((id) => finding(id)),
  omitted: {},
  sources: [],
};

const change = (parts: Partial<Change>): Change => ({ from: 7, to: 8, judgedAt: 2_000, ...parts });
const ids = (after: Board | null) => after?.findings.map(({ id }) => id);

describe('a change', () => {
  test('that does not follow on the board is refused', () => {
    expect(applyChange(board, change({ from: 6 }))).toBeNull();
    expect(applyChange(board, change({ from: 8 }))).toBeNull();
  });

  test('with nothing in it moves revision and time on, and leaves the board as it was', () => {
    const before = structuredClone(board);
    expect(applyChange(board, change({}))).toEqual({ ...board, revision: 8, judgedAt: 2_000 });
    expect(board).toEqual(before);
  });

  test('replaces single tiles in their places', () => {
    const nodes = { ...board.tiles[1]!, level: 'bad' as const };
    const after = applyChange(board, change({ tiles: [nodes] }));
    expect(after?.tiles.map(({ area }) => area)).toEqual([...areas]);
    expect(after?.tiles[1]).toBe(nodes);
    expect(after?.tiles[0]).toBe(board.tiles[0]);
  });

  test('puts findings where they were, new ones behind, and takes out what is gone', () => {
    const put = [finding('b', 'worse'), finding('d')];
    const after = applyChange(board, change({ findings: { put, gone: ['a'] } }));
    expect(ids(after)).toEqual(['b', 'c', 'd']);
    expect(after?.findings[0]?.sentence).toBe('worse');
  });

  test('brings findings into their new order', () => {
    const after = applyChange(
      board,
      change({ findings: { put: [finding('d')], gone: ['b'], order: ['d', 'c', 'a'] } }),
    );
    expect(ids(after)).toEqual(['d', 'c', 'a']);
  });

  test('replaces head, headline and sources', () => {
    const headline = { ...board.headline, text: 'Trouble' };
    const after = applyChange(
      board,
      change({ head: { timeZone: 'Europe/Amsterdam', omitted: { x: 1 } }, headline, sources: [] }),
    );
    expect(after).toMatchObject({
      timeZone: 'Europe/Amsterdam',
      omitted: { x: 1 },
      headline: { text: 'Trouble' },
      sources: [],
    });
    expect(after?.cluster).toBe(board.cluster);
  });
});
