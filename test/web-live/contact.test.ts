import { beforeEach, describe, expect, test } from 'vitest';

import { Clock } from '#web/live/clock.svelte.ts';
import { ContactWatch } from '#web/live/contact.svelte.ts';

const begin = 1_700_000_000_000;
let passed: number;
let reconnected: number;
let clock: Clock;
let watch: ContactWatch;

const beat = (judgedAgo = 0, at = begin + passed) =>
  watch.heard({ at, judgedAt: at - judgedAgo, revision: 1, build: 'a' });

function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 1_000) {
    passed += Math.min(1_000, left);
    clock.tick();
    watch.check();
  }
}

beforeEach(() => {
  passed = 0;
  reconnected = 0;
  clock = new Clock(() => passed);
  watch = new ContactWatch(
    clock,
    () => (reconnected += 1),
    () => passed,
  );
});

describe('at first', () => {
  test('it is connecting, and is not live without a heartbeat', () => {
    pass(9_000);
    watch.connected();
    expect(watch.contact).toEqual({ state: 'connecting' });
  });

  test('no heartbeat within 10 s is no contact, since a time that nobody knows', () => {
    pass(10_000);
    expect(watch.contact).toEqual({ state: 'lost', since: null, why: 'silent' });
  });
});

describe('silence', () => {
  beforeEach(() => void beat());

  test('9 s of it are no matter', () => {
    pass(9_000);
    expect(watch.contact).toEqual({ state: 'live' });
  });

  test('10 s of it are no contact since the last heartbeat, and the time stays the same', () => {
    pass(10_000);
    const lost = { state: 'lost', since: begin, why: 'silent' };
    expect(watch.contact).toEqual(lost);
    pass(600_000);
    expect(watch.contact).toEqual(lost);
    expect(clock.now).toBe(begin + 610_000);
  });

  test('after 12 s the socket is made anew, and again every 12 s', () => {
    pass(11_000);
    expect(reconnected).toBe(0);
    pass(1_000);
    expect(reconnected).toBe(1);
    pass(12_000);
    expect(reconnected).toBe(2);
  });

  test('one heartbeat ends it', () => {
    pass(60_000);
    expect(beat()).toBe(true);
    expect(watch.contact).toEqual({ state: 'live' });
  });
});

describe('a server that does not judge', () => {
  test('15 s since the last judgement are no matter', () => {
    beat(15_000);
    expect(watch.contact).toEqual({ state: 'live' });
  });

  test('longer is no contact since it last judged, though heartbeats come', () => {
    beat(15_001);
    expect(watch.contact).toEqual({ state: 'lost', since: begin - 15_001, why: 'unjudged' });
    passed += 5_000;
    beat(0);
    expect(watch.contact).toEqual({ state: 'live' });
  });
});

describe('heartbeats that were kept up on the way', () => {
  beforeEach(() => {
    beat();
    pass(5_000);
    beat();
  });

  test('prove nothing: one that is 11 s late does not keep contact', () => {
    pass(9_000);
    expect(beat(0, begin + passed - 11_000)).toBe(false);
    pass(1_000);
    expect(watch.contact.state).toBe('lost');
  });

  test('after a new connection the server may have set its clock back', () => {
    pass(12_000);
    watch.connected();
    expect(beat(0, begin - 3_600_000)).toBe(true);
    expect(watch.contact).toEqual({ state: 'live' });
    expect(clock.now).toBe(begin - 3_600_000);
  });
});

test('a machine that slept has no contact at once, and connects anew', () => {
  beat();
  watch.slept();
  expect(watch.contact).toEqual({ state: 'lost', since: begin, why: 'silent' });
  expect(reconnected).toBe(1);
  beat();
  expect(watch.contact).toEqual({ state: 'live' });
});
