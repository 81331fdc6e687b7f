import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { areas } from '#shared/area.ts';
import type { Board, Tile } from '#shared/board.ts';
import { minute } from '#test/web/fixtures.ts';
import { allGood, tenGood } from '#test/web/scenes.ts';
import { FollowedPast } from '#web/live/followed-past.svelte.ts';
import { Past } from '#web/live/past.svelte.ts';

const start = 1_700_000_000_000;
const answers = {
  levels: { stretches: [] },
  uptime: { uptime: [] },
  episodes: { episodes: [] },
  moments: { moments: [] },
};
const realFetch = globalThis.fetch;
let app: FastifyInstance;
let asked: { door: string; query: Record<string, string> }[];
let now: number;

// Each test has doors of its own: what the past of another asks later is not heard here.
beforeEach(async () => {
  now = start;
  const heard: typeof asked = [];
  asked = heard;
  app = Fastify();
  for (const [door, answer] of Object.entries(answers)) {
    app.get(`/api/${door}`, ({ query }) => {
      heard.push({ door, query: query as Record<string, string> });
      return answer;
    });
  }
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  // A page's addresses are relative to where it came from; Node has no such place.
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => realFetch(new URL(path, address), init));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await app.close();
});

/** The doors asked since last looked at, with their subjects, once so many were asked. */
async function questions(count: number): Promise<string[]> {
  await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(count));
  return asked.splice(0).map(({ door, query }) => [door, query['subject']].filter(Boolean).join(' '));
}
const turned = (board: Board, change: Partial<Tile>): Board => ({
  ...board,
  tiles: board.tiles.map((tile) => (tile.area === 'nodes' ? { ...tile, ...change } : tile)),
});

describe('the past of the wall', () => {
  test('is one question for each strip, one for the moments and one for the month', async () => {
    const past = new Past(() => now);
    past.follow(tenGood(start).board, now);
    expect((await questions(12)).toSorted()).toEqual(
      ['moments', 'uptime wall', ...areas.map((area) => `levels ${area}`)].toSorted(),
    );
  });

  test('of areas that are not watched is not asked for', async () => {
    const past = new Past(() => now);
    past.follow(allGood(start).board, now);
    expect((await questions(5)).toSorted()).toEqual([
      'levels control-plane',
      'levels nodes',
      'levels workloads',
      'moments',
      'uptime wall',
    ]);
  });

  test('is asked for again where something has turned, and nowhere else', async () => {
    const past = new Past(() => now);
    const { board } = tenGood(start);
    past.follow(board, now);
    await questions(12);
    const other = { ...board, tiles: board.tiles.map((tile) => ({ ...tile, figure: { value: '41' } })) };
    past.follow(other, now);
    // Both strips wait out the pause after their last question.
    past.follow(turned(other, { level: 'bad', since: now }), now);
    await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 9_000, interval: 200 });
    expect((await questions(2)).toSorted()).toEqual(['levels nodes', 'moments']);
  }, 20_000);

  test('is asked for as a whole after five minutes, the moments after one', () => {
    const past = new Past(() => now);
    const refreshed: string[] = [];
    past.moments.refresh = () => refreshed.push('moments');
    past.uptime.refresh = () => refreshed.push('uptime');
    const { board } = tenGood(start);
    for (let i = 0; i < 12 * 11; i += 1) past.follow(board, start + i * 5_000);
    expect(refreshed.filter((what) => what === 'moments')).toHaveLength(11);
    expect(refreshed.filter((what) => what === 'uptime')).toHaveLength(3);
  });
});

describe('the past of what a page is about', () => {
  test('of an area: levels and episodes of a month, and how much of it was good', async () => {
    const past = new FollowedPast(
      'area',
      () => 'nodes',
      () => now,
    );
    past.follow('ok', now);
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    const { query } = asked.find(({ door }) => door === 'episodes') ?? {};
    expect(query).toEqual({ area: 'nodes', from: String(start - 30 * 24 * 60 * minute), to: String(start) });
    expect((await questions(3)).toSorted()).toEqual(['episodes', 'levels nodes', 'uptime nodes']);
    past.leave();
  });

  test('of a finding: levels and episodes by its id', async () => {
    const id = 'nodes/not-ready|Node/nuc2';
    const past = new FollowedPast(
      'finding',
      () => id,
      () => now,
    );
    past.follow('bad', now);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked.find(({ door }) => door === 'episodes')?.query).toMatchObject({ finding: id });
    expect((await questions(2)).toSorted()).toEqual(['episodes', `levels ${id}`]);
    past.leave();
  });

  test('is empty before it is told', () => {
    const past = new FollowedPast(
      'area',
      () => 'nodes',
      () => now,
    );
    expect(past.told).toEqual({ stretches: [], uptime: [], episodes: [], trouble: null });
  });

  test('that cannot be told is said', async () => {
    const past = new FollowedPast(
      'area',
      () => 'nodes',
      () => now,
    );
    await app.close();
    past.follow('ok', now);
    await vi.waitFor(() => expect(past.told.trouble).toBe('The wall cannot be reached.'));
  });
});
