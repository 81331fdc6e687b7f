import { describe, expect, test } from 'vitest';
import { leaseOf, rememberHeartbeat, type HeartbeatMemory } from '#server/checks/heartbeat-memory.ts';
import { aDoor, aLease } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, minute, noon, second } from '#test/builders/time.ts';
import { heartbeatPlay } from './nodes/heartbeat-play.ts';

const silentMs = (play: ReturnType<typeof heartbeatPlay>) => play.memory().get('nuc0')?.silentMs;

/** A play in which nuc0 was seen to renew at 12 s and dies then. */
function died() {
  const play = heartbeatPlay();
  play.seconds(12);
  play.alive = false;
  return play;
}

describe('silence is counted only in time in which a renewal would have been seen', () => {
  test('while the leases are fresh and the API is ready', () => {
    const play = died();
    play.seconds(30);
    expect(silentMs(play)).toBe(30 * second);
  });

  const blinding: [string, SnapshotParts][] = [
    ['the API server is not ready', { door: aDoor({ outcome: 'not-ready' }) }],
    ['the API refuses us', { door: aDoor({ outcome: 'unauthorized' }) }],
    ['the API has never answered', { sources: { 'api-door': { freshAt: null } } }],
    ['the API has not been asked', { door: null }],
    ['the leases are not fresh', { sources: { leases: { fresh: false, state: 'stale' } } }],
    ['the door is not asked', { sources: { 'api-door': { fresh: false, state: 'stale' } } }],
    ['the last answer is old', { sources: { 'api-door': { freshAt: noon - day } } }],
  ];

  test.for(blinding)('not while %s: a node that was late before stays as late', ([, parts]) => {
    const play = died();
    play.seconds(30);
    play.parts = parts;
    play.seconds(60);
    expect(silentMs(play)).toBe(30 * second);
    play.parts = {};
    play.seconds(5);
    expect(silentMs(play)).toBe(35 * second);
  });

  test.for(blinding)('not while %s: a node that was in time starts anew afterwards', ([, parts]) => {
    const play = died();
    play.seconds(9);
    play.parts = parts;
    play.seconds(60);
    play.parts = {};
    play.seconds(11);
    expect(silentMs(play)).toBe(11 * second);
  });

  test('an API that hangs stops the count 6 s after its last answer, before we know that it hangs', () => {
    const play = died();
    play.seconds(9);
    play.parts = { sources: { 'api-door': { freshAt: play.now } } };
    for (let i = 0; i < 10; i += 1) {
      play.seconds(1);
      expect(silentMs(play), 'never enough for a warning').toBeLessThan(20 * second);
    }
    expect(silentMs(play)).toBe(0);
  });

  test('a fact of the door that is not told with every answer does not stop the count', () => {
    const play = died();
    play.parts = { door: aDoor({ askedAt: play.now, readyAt: play.now }) };
    play.seconds(30);
    expect(silentMs(play)).toBe(30 * second);
  });
});

describe('renewals', () => {
  test('are told by change, whatever the clock of the node says', () => {
    const look = (before: HeartbeatMemory | undefined, renewTime: string, now: number) =>
      rememberHeartbeat(before, 'nuc0', aSnapshot({ now, leases: [aLease({ renewTime })] }), second);
    const first = look(undefined, '2031-01-01T00:00:00Z', noon);
    const next = look(first, '1999-01-01T00:00:00Z', noon + second);
    const third = look(next, 'no date at all', noon + 2 * second);
    expect([first.renewals, next.renewals, third.renewals]).toEqual([0, 1, 2]);
    expect(look(third, 'again', noon + 3 * second).renewals, 'counted no further').toBe(2);
    expect(look(third, 'x'.repeat(10_000), noon).renewTime.length).toBeLessThan(100);
  });

  test('a lease that appears is a first look, and one that vanishes keeps what was known', () => {
    const without = rememberHeartbeat(undefined, 'nuc0', aSnapshot(), 0);
    const appeared = rememberHeartbeat(without, 'nuc0', aSnapshot({ leases: [aLease()] }), second);
    expect(appeared).toMatchObject({ renewals: 0, silentMs: 0 });
    const known = { ...appeared, renewals: 2 };
    const vanished = rememberHeartbeat(known, 'nuc0', aSnapshot({ now: noon + second }), second);
    expect(vanished).toMatchObject({ renewals: 2, silentMs: second, renewTime: appeared.renewTime });
  });

  test('of another node do not count', () => {
    const leases = [aLease({ node: 'nuc1' }), aLease({ key: 'elsewhere/nuc0', node: 'nuc0', renewTime: 'mine' })];
    expect(leaseOf(aSnapshot({ leases }), 'nuc0')?.renewTime).toBe('mine');
    expect(leaseOf(aSnapshot({ leases }), 'nuc2')).toBeUndefined();
  });
});

describe('after our own restart', () => {
  test('a node that renewed meanwhile is looked at anew: that may have been long ago', () => {
    const play = heartbeatPlay();
    play.seconds(30);
    play.away(5 * minute);
    play.restart();
    play.seconds(1);
    expect(play.memory().get('nuc0')).toMatchObject({ renewals: 0, silentMs: 0 });
    play.seconds(20);
    expect(play.memory().get('nuc0')?.renewals).toBe(2);
  });

  test('a node that has not renewed since before is as silent as it was, and no more', () => {
    const play = died();
    play.seconds(40);
    play.away(day);
    play.restart();
    play.seconds(1);
    expect(play.memory().get('nuc0')).toMatchObject({ renewals: 2, seenAt: noon + 12 * second, silentMs: 40 * second });
  });

  test('within a minute nothing begins anew', () => {
    const play = heartbeatPlay();
    play.seconds(30);
    play.away(30 * second);
    play.restart();
    play.seconds(1);
    expect(play.memory().get('nuc0')?.renewals).toBe(2);
  });
});
