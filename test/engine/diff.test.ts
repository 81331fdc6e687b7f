import { describe, expect, test } from 'vitest';
import { firstBoard, nextBoard } from '#server/engine/board.ts';
import { diffBoards, isEmptyChange } from '#server/engine/diff.ts';
import { areas } from '#shared/area.ts';
import type { Board, Tile } from '#shared/board.ts';
import { applyChange } from '#shared/change.ts';
import type { Finding } from '#shared/finding.ts';
import { plainly, say } from '#shared/say.ts';
import { random } from './random.ts';

function someFinding(pick: (below: number) => number, i: number): Finding {
  const text = `sentence ${pick(3)}`;
  const optional = {
    ...(pick(3) === 0 ? { atLeast: true as const } : {}),
    ...(pick(3) === 0 ? { latch: true as const } : {}),
    ...(pick(3) === 0 ? { lastLevel: 'bad' as const } : {}),
    ...(pick(3) === 0 ? { acknowledged: { at: pick(3), meaning: 'seen' as const } } : {}),
  };
  const id = `nodes/check|Node/n${i}`;
  const since = pick(3);
  return {
    id,
    episode: `${id}@${since}`,
    check: 'nodes/check',
    area: 'nodes',
    level: (['notice', 'warn', 'bad', 'unknown'] as const)[pick(4)] ?? 'bad',
    subject: { kind: 'Node', name: `n${i}` },
    sentence: text,
    say: plainly(text),
    since,
    evidence: Array.from({ length: pick(3) }, (_, n) => ({ kind: 'text', text: `${n}`, say: plainly(`${n}`) })),
    steps: pick(2) === 0 ? [] : [{ say: 'do' }, { say: 'run', command: `kubectl ${pick(2)}` }],
    cause: pick(2) === 0 ? null : `nodes/check|Node/n${pick(8)}`,
    explains: pick(3),
    series: pick(2) === 0 ? [] : ['control-plane/latency'],
    ...optional,
  };
}

function someBoard(pick: (below: number) => number, revision: number): Board {
  const order = Array.from({ length: 8 }, (_, i) => i).filter(() => pick(3) > 0);
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = pick(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const headline = plainly(`headline ${pick(2)}`);
  return {
    revision,
    judgedAt: revision * 1_000,
    build: 'b1',
    cluster: { id: `${pick(2)}`, name: 'homelab', version: `${pick(2)}`, demo: false },
    timeZone: ['UTC', 'Europe/Amsterdam'][pick(2)] ?? 'UTC',
    headline: {
      level: 'bad',
      text: `headline`,
      say: headline,
      finding: pick(2) === 0 ? null : 'x',
      also: [],
      ...(pick(2) === 0 ? {} : { alsoSay: [plainly(`${pick(2)}`)] }),
      counts: { bad: pick(2), warn: 0, unknown: 0 },
    },
    tiles: areas.map((area): Tile => ({
      area,
      level: pick(2) === 0 ? 'ok' : 'warn',
      figure: { value: `${pick(2)}`, ...(pick(2) === 0 ? {} : { asOf: pick(2) }) },
      detail: '',
      detailSay: plainly(''),
      unknownCount: pick(2),
      since: pick(2),
    })),
    findings: order.map((i) => someFinding(pick, i)),
    omitted: pick(2) === 0 ? {} : { 'nodes/check': pick(2) },
    sources:
      pick(2) === 0 ? [] : [{ name: 'nodes', state: 'synced', since: pick(2), freshAt: 1, restarts: { x: pick(2) } }],
  };
}

describe('the difference between two boards', () => {
  test('applied to the first gives the second, for any two boards', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const pick = random(seed);
      const a = someBoard(pick, 4);
      const b = someBoard(pick, 5);
      const change = diffBoards(a, b);
      expect(applyChange(a, change), `seed ${seed}`).toEqual({
        ...b,
        headline: expect.objectContaining({ say: b.headline.say }),
      });
      // What travels to the page is JSON.
      expect(applyChange(a, JSON.parse(JSON.stringify(change)))).toEqual(applyChange(a, change));
    }
  });

  test('of equal boards is empty', () => {
    const board = someBoard(random(1), 4);
    expect(isEmptyChange(diffBoards(board, structuredClone(board)))).toBe(true);
  });

  test('is not in rendered texts, nor in how fresh a fresh source is', () => {
    const a = someBoard(random(5), 4);
    const b: Board = {
      ...a,
      judgedAt: 99_000,
      findings: a.findings.map((finding) => ({ ...finding, sentence: 'later' })),
      tiles: a.tiles.map((tile) => ({ ...tile, detail: 'later' })),
      sources: a.sources.map((source) => ({ ...source, freshAt: 99_000 })),
      headline: { ...a.headline, text: 'later' },
    };
    expect(isEmptyChange(diffBoards(a, b))).toBe(true);
  });

  test('tells the order only if it is not what put and gone already give', () => {
    const pick = random(7);
    const board = { ...someBoard(pick, 4), findings: [0, 1, 2].map((i) => someFinding(pick, i)) };
    const added = { ...board, findings: [...board.findings.slice(1), someFinding(pick, 9)] };
    expect(diffBoards(board, added).findings).toMatchObject({ gone: ['nodes/check|Node/n0'] });
    expect(diffBoards(board, added).findings?.order).toBeUndefined();
    const turned = { ...board, findings: board.findings.toReversed() };
    expect(diffBoards(board, turned).findings?.order).toEqual(turned.findings.map(({ id }) => id));
  });

  test('does not apply to a board of another revision', () => {
    const a = someBoard(random(1), 4);
    expect(applyChange({ ...a, revision: 3 }, diffBoards(a, someBoard(random(2), 5)))).toBeNull();
  });
});

test('a next board keeps what says the same as the same objects', () => {
  const first = { ...firstBoard('b1', { id: '', name: 'homelab', version: '', demo: false }, 'UTC'), revision: 1 };
  const finding = { ...someFinding(random(1), 1), say: say('{since:age}', { since: 1 }), sentence: '1 s' };
  const a = nextBoard(first, { ...first, findings: [finding] });
  const b = nextBoard(a, { ...structuredClone(a), findings: [{ ...structuredClone(finding), sentence: '2 s' }] });
  expect(b.findings[0]).toBe(a.findings[0]);
  expect(b.tiles[0]).toBe(a.tiles[0]);
  expect(b.headline).toBe(a.headline);
});
