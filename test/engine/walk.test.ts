import { describe, expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import { areas } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import { applyChange } from '#shared/change.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { random } from './random.ts';
import {
  apiAnswers,
  lease,
  node,
  nodeCheck,
  nodesTile,
  notReady,
  seeDoor,
  seeNodes,
  smallWall,
  tile,
  type SmallWall,
} from './small-wall.ts';

const checks: Check[] = [
  {
    ...notReady,
    explains: [{ checks: ['nodes/held'], when: (cause, { subject }) => cause.subject.name === subject.name }],
  },
  nodeCheck('nodes/held', {
    for: () => 3_000,
    explains: [{ checks: ['nodes/*'], when: (cause, { subject }) => cause.subject.name === subject.name }],
  }),
  nodeCheck('nodes/heartbeat', { needs: { node: 'required', lease: 'required', event: 'optional' } }),
  nodeCheck('nodes/latched', { latch: true }),
  nodeCheck('nodes/throwing', {
    judge: (snapshot) => {
      if (snapshot.facts('node').size === 2) throw new Error('two');
      return [];
    },
  }),
];

/** One random thing that happens to a wall. */
function happen(wall: SmallWall, pick: (below: number) => number): void {
  const names = ['n0', 'n1', 'n2', 'n3'].filter(() => pick(4) > 0);
  const states = ['synced', 'synced', 'unreachable', 'forbidden', 'absent'] as const;
  const source = ['nodes', 'leases', 'api-door'][pick(3)] ?? 'nodes';
  switch (pick(7)) {
    case 0:
    case 1:
      return seeNodes(wall, ...names.map((name) => node(name, (['True', 'False', 'Unknown'] as const)[pick(3)])));
    case 2:
      return wall.store.replace(
        'leases',
        'lease',
        names.map((name) => lease(name, `${pick(5)}`)),
      );
    case 3:
      wall.store.state(source, states[pick(5)] ?? 'synced', `reason ${pick(2)}`);
      return;
    case 4:
      return seeDoor(wall, {
        outcome: pick(2) === 0 ? 'refused' : 'ready',
        clusterId: `uid-${Math.floor(pick(20) / 19)}`,
      });
    case 5: {
      const { findings } = wall.engine.board();
      const finding = findings[pick(findings.length || 1)];
      if (finding === undefined) return;
      if (pick(3) === 0) wall.engine.takeBack(finding.id);
      else wall.engine.acknowledge(finding.id, finding.episode, 'seen');
      return;
    }
    default:
      return wall.store.fresh(source, wall.now());
  }
}

/** What travels, without what merely goes on with time. */
function told(board: Board): unknown {
  return {
    ...board,
    judgedAt: 0,
    headline: { ...board.headline, text: '', also: [] },
    tiles: board.tiles.map((each) => ({ ...each, detail: '' })),
    findings: board.findings.map((each) => ({ ...each, sentence: '', evidence: [] })),
    sources: board.sources.map((each) => ({ ...each, freshAt: each.freshAt === null })),
  };
}

/** What must hold of any board, whatever happened. */
function expectTrue(wall: SmallWall, board: Board): void {
  const ids = board.findings.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { cause, id, level, check } of board.findings) {
    if (cause !== null) expect(ids, `cause of ${id}`).toContain(cause);
    if (level === 'unknown')
      expect(board.tiles[areas.indexOf(check.startsWith('nodes/') ? 'nodes' : 'control-plane')]?.level).not.toBe('ok');
  }
  const loops = board.findings.filter((finding) => {
    const seen = new Set<string>();
    for (
      let at: string | null = finding.id;
      at !== null;
      at = board.findings.find(({ id }) => id === at)?.cause ?? null
    ) {
      if (seen.has(at)) return true;
      seen.add(at);
    }
    return false;
  });
  expect(loops).toEqual([]);
  const sources = wall.store.snapshot().sources;
  const seen = ['nodes', 'leases'].every(
    (name) => sources.get(name)?.fresh === true || sources.get(name)?.state === 'absent',
  );
  if (!seen) expect(['ok', 'absent']).not.toContain(board.tiles[1]?.level);
}

describe('whatever happens', () => {
  test.each([1, 2, 3, 4])(
    'a page that follows the changes shows what the server shows, and it is never green without evidence (seed %i)',
    (seed) => {
      const pick = random(seed);
      const keeper = memoryKeeper();
      const tiles = [tile('control-plane', ['apiDoor'], [apiAnswers]), nodesTile(...checks)];
      let wall = smallWall({ tiles, keeper });
      let page = wall.engine.board();
      const follow = (): void => {
        page = wall.engine.board();
        wall.engine.onChange((change) => {
          const next = applyChange(page, JSON.parse(JSON.stringify(change)));
          if (next === null) throw new Error(`change ${change.from} to ${change.to} does not follow ${page.revision}`);
          page = next;
        });
      };
      follow();
      for (let step = 0; step < 200; step += 1) {
        happen(wall, pick);
        const alive = ['nodes', 'leases', 'api-door'].filter(() => pick(4) > 0);
        wall.pass([100, 1_000, 3_000, 10_000][pick(4)] ?? 1_000, ...alive);
        const board = wall.engine.board();
        expect(told(page), `seed ${seed}, step ${step}`).toEqual(told(JSON.parse(JSON.stringify(board)) as Board));
        expectTrue(wall, board);
        if (pick(50) > 0) continue;
        wall.engine.stop();
        wall = smallWall({ tiles, keeper, at: wall.now() + 1_000 });
        follow();
      }
    },
  );
});
