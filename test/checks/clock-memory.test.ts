import { describe, expect, test } from 'vitest';
import { aheadOf, rememberClock, type ClockMemory } from '#server/checks/clock-memory.ts';
import { aDoor, aLease } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { hour, minute, noon, second } from '#test/builders/time.ts';

/** A node whose clock is `ahead` of ours renews every 10 s; each renewal is `held` up on its way, and judged each second. */
function play() {
  let now = noon;
  let nextAt = noon + 3 * second;
  let written = noon - 5 * second;
  let arrivesAt = noon;
  let memory: ClockMemory | undefined;
  const self = {
    ahead: 0,
    /** By the number of the renewal. */
    held: (_renewal: number): number => 0,
    alive: true,
    parts: {} as SnapshotParts,
    renewals: 0,
    memory: () => memory!,
    seconds(count: number) {
      for (let i = 0; i < count * 4; i += 1) {
        now += 250;
        if (self.alive && now >= nextAt) {
          nextAt += 10 * second;
          self.renewals += 1;
          written = now + self.ahead;
          arrivesAt = now + self.held(self.renewals);
        }
        if (now >= arrivesAt) seen = written;
        if (now % second === 0) self.judge();
      }
    },
    /** Nobody judges for so long. */
    away(ms: number) {
      now += ms;
      nextAt = now + 3 * second;
      seen = now - 2 * second + self.ahead;
    },
    judge() {
      const renewTime = new Date(seen).toISOString().replace('Z', '123Z');
      const leases = [aLease({ renewTime, renewedAt: seen })];
      memory = rememberClock(memory, 'nuc0', aSnapshot({ now, leases, ...self.parts }));
    },
  };
  let seen = written;
  self.judge();
  return self;
}

/** A steady stream of numbers between 0 and 1 that looks like chance. */
function jitter(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

describe('how much a clock is ahead', () => {
  test('is not known before five renewals were seen to arrive', () => {
    const node = play();
    node.seconds(42);
    expect([node.renewals, node.memory().aheadMs]).toEqual([4, null]);
    node.seconds(2);
    expect([node.renewals, node.memory().aheadMs]).toEqual([5, 0]);
  });

  test.for([0, 42 * second, -42 * second, 7 * hour, -7 * hour])(
    'is known within 2 s then, with jitter: %i ms',
    (ahead) => {
      for (const seed of [1, 7, 4_711]) {
        const node = play();
        const random = jitter(seed);
        node.ahead = ahead;
        node.held = () => Math.round(random() * 1_500);
        node.seconds(200);
        expect(Math.abs(node.memory().aheadMs! - ahead)).toBeLessThanOrEqual(2 * second);
        expect(node.memory().samples.length).toBe(7);
      }
    },
  );

  test('is not moved by two of seven that were held up for half a minute, as by an API that hangs', () => {
    const node = play();
    node.seconds(100);
    node.held = (renewal) => (renewal % 7 < 2 ? 9_000 : 0);
    for (let i = 0; i < 30; i += 1) {
      node.seconds(10);
      expect(Math.abs(node.memory().aheadMs!)).toBeLessThanOrEqual(2 * second);
    }
  });

  test('follows a clock that is set, within five renewals', () => {
    const node = play();
    node.ahead = -42 * second;
    node.seconds(90);
    expect(node.memory().aheadMs).toBeLessThan(-40 * second);
    node.ahead = 0;
    node.seconds(60);
    expect(Math.abs(node.memory().aheadMs!)).toBeLessThanOrEqual(2 * second);
    node.ahead = 42 * second;
    node.seconds(60);
    expect(node.memory().aheadMs).toBeGreaterThan(40 * second);
  });

  test('is said as one and the same while it moves by less than 2 s', () => {
    const node = play();
    const random = jitter(5);
    node.ahead = 30 * second;
    node.held = () => Math.round(random() * 900);
    const told = new Set<number | null>();
    node.seconds(70);
    for (let i = 0; i < 300; i += 1) {
      node.seconds(1);
      told.add(node.memory().aheadMs);
    }
    expect(told.size).toBe(1);
  });
});

describe('what says nothing of a clock', () => {
  const blind: [string, SnapshotParts][] = [
    ['the leases are not fresh', { sources: { leases: { fresh: false, state: 'stale' } } }],
    ['the API is not ready', { door: aDoor({ outcome: 'not-ready' }) }],
  ];

  test.for(blind)('is what is listed after a time in which %s', ([, parts]) => {
    const node = play();
    node.seconds(100);
    const known = node.memory().samples;
    node.parts = parts;
    node.seconds(35);
    expect(node.memory().samples).toEqual(known);
    node.parts = {};
    node.seconds(2);
    expect(node.memory().samples).toEqual(known);
  });

  test('is the first look, and what was renewed while nobody judged: then it begins anew', () => {
    const node = play();
    node.seconds(100);
    node.away(5 * minute);
    node.seconds(1);
    expect(node.memory()).toMatchObject({ samples: [], aheadMs: null });
    node.seconds(60);
    expect(node.memory().aheadMs).toBe(0);
  });

  test('is a clock of ours that is set back', () => {
    const node = play();
    node.seconds(100);
    const before = node.memory();
    const earlier = aSnapshot({ now: before.judgedAt - hour, leases: [aLease()] });
    expect(rememberClock(before, 'nuc0', earlier)).toMatchObject({ samples: [], aheadMs: null });
  });

  test('is a node that has not renewed for a minute', () => {
    const node = play();
    node.seconds(100);
    node.alive = false;
    node.seconds(40);
    expect(node.memory().aheadMs).toBe(0);
    node.seconds(40);
    expect(node.memory().aheadMs).toBeNull();
  });

  test('is a time that is none, and a lease that is gone', () => {
    const node = play();
    node.seconds(100);
    const before = node.memory();
    const now = before.judgedAt + second;
    const odd = aSnapshot({ now, leases: [aLease({ renewTime: 'soon', renewedAt: null })] });
    expect(rememberClock(before, 'nuc0', odd).samples).toEqual(before.samples);
    expect(rememberClock(before, 'nuc0', aSnapshot({ now })).samples).toEqual(before.samples);
    expect(JSON.stringify(rememberClock(before, 'nuc0', odd)).length).toBeLessThan(300);
  });
});

test('of the samples the five that were held up least count, and of these the median', () => {
  expect(aheadOf([1, 2, 3, 4])).toBeNull();
  expect(aheadOf([5, 1, 4, 2, 3])).toBe(3);
  expect(aheadOf([-900, 5, 1, -800, 4, 2, 3])).toBe(3);
});
