import { describe, expect, test } from 'vitest';
import type { RegistryComponent } from '#server/facts/registry-probe.ts';
import { registryAnswer, type RegistryAnswer } from '#server/probes/registry-answer.ts';
import { registryLimits } from '#server/probes/registry-limits.ts';
import { nextLookInMs, nextRegistryState, type RegistryState } from '#server/probes/registry-state.ts';
import { answered, unanswered } from './http-answers.ts';

const up = registryAnswer({ answer: answered(), login: 'none', problem: '' });
const refused = registryAnswer({ answer: unanswered('refused'), login: 'unknown', problem: '' });
const silent = registryAnswer({ answer: unanswered('silent'), login: 'unknown', problem: '' });
const limited = registryAnswer({ answer: answered(429), login: 'unknown', problem: '' });

/** What comes of answers at 0, 10, 20 ... */
function after(answers: (RegistryAnswer | [RegistryAnswer, RegistryComponent[] | null])[]): RegistryState {
  let state: RegistryState | null = null;
  answers.forEach((each, i) => {
    const [answer, components] = Array.isArray(each) ? each : [each, null];
    state = nextRegistryState(state, i * 10, { answer, components });
  });
  return state!;
}

describe('a registry', () => {
  test('is up with its first answer, and stays so since then', () => {
    expect(after([up, up, up])).toMatchObject({ known: true, outcome: 'up', outcomeSince: 0, upAt: 20, misses: 0 });
  });

  test('that misses once is up still; the second miss in a row counts, since the first', () => {
    expect(after([up, up, refused])).toMatchObject({ outcome: 'up', trouble: '', misses: 1, askedAt: 20, upAt: 10 });
    expect(after([up, up, refused, silent])).toMatchObject({
      ...{ outcome: 'down', outcomeSince: 20, trouble: 'silent', message: 'has silent', misses: 2, upAt: 10 },
    });
    expect(after([up, refused, up, refused])).toMatchObject({ outcome: 'up', misses: 1 });
  });

  test('that was never seen is not told of at its first miss', () => {
    expect(after([refused])).toMatchObject({ known: false });
    expect(after([refused, refused])).toMatchObject({ known: true, outcome: 'down', outcomeSince: 0, upAt: null });
    expect(after([refused, up])).toMatchObject({ known: true, outcome: 'up', outcomeSince: 10, upAt: 10 });
  });

  test('stays down since then, whatever the reason is by now, and is up with the first good answer', () => {
    expect(after([up, refused, refused, silent])).toMatchObject({ outcomeSince: 10, trouble: 'silent', misses: 3 });
    expect(after([up, refused, refused, up])).toMatchObject({
      ...{ outcome: 'up', outcomeSince: 30, trouble: '', message: '', misses: 0 },
    });
  });

  test('keeps what was known of login and latency while it is down', () => {
    expect(after([up, refused, refused])).toMatchObject({ login: 'none', latencyMs: 12 });
  });

  test('that limits us is up, and it is known since when', () => {
    expect(after([up, limited, limited])).toMatchObject({ outcome: 'up', trouble: 'limited', limitedSince: 10 });
    expect(after([up, limited, up])).toMatchObject({ limitedSince: null, trouble: '' });
  });
});

describe("Harbor's components", () => {
  const parts = (redis: boolean, core = true): RegistryComponent[] => [
    { name: 'core', healthy: core, error: core ? '' : 'down' },
    { name: 'redis', healthy: redis, error: redis ? '' : 'no route' },
  ];

  test('are unhealthy once two answers in a row say so, since the first', () => {
    expect(
      after([
        [up, parts(true)],
        [up, parts(false)],
      ]),
    ).toMatchObject({ unhealthySince: null, components: parts(true) });
    expect(
      after([
        [up, parts(true)],
        [up, parts(false)],
        [up, parts(false)],
      ]),
    ).toMatchObject({
      ...{ unhealthySince: 10, components: parts(false) },
    });
    expect(
      after([
        [up, parts(false)],
        [up, parts(true)],
        [up, parts(false)],
      ]),
    ).toMatchObject({ unhealthySince: null });
  });

  test('are told one by one: another one that falls ill needs its own two answers', () => {
    expect(
      after([
        [up, parts(false)],
        [up, parts(false)],
        [up, parts(false, false)],
      ]),
    ).toMatchObject({
      ...{ unhealthySince: 0, components: parts(false) },
    });
  });

  test('are kept as they were while nobody tells', () => {
    expect(
      after([
        [up, parts(false)],
        [up, parts(false)],
        [refused, null],
        [refused, null],
      ]),
    ).toMatchObject({
      ...{ unhealthySince: 0, components: parts(false), outcome: 'down' },
    });
  });
});

describe('the next look', () => {
  const inMs = (answers: Parameters<typeof after>[0], tookMs = 0) =>
    nextLookInMs(after(answers), tookMs, 10_000, registryLimits);

  test('is 10 s after the last one began, and 2 s after a first miss', () => {
    expect(inMs([up], 300)).toBe(10_000);
    expect(inMs([up, refused], 5)).toBe(2_005);
    expect(inMs([up, refused, refused], 5)).toBe(10_000);
  });

  test('is so soon after a first silence that one that hangs is down within 20 s at the worst', () => {
    const limitMs = 4_000;
    // It hangs just after it has answered.
    const worst = inMs([up]) + inMs([up, silent], limitMs) + limitMs;
    expect(worst).toBeLessThanOrEqual(18_500);
  });

  test('is soon if a component may be unhealthy, and late if it limits us', () => {
    const ill = [{ name: 'core', healthy: false, error: '' }];
    expect(inMs([[up, ill]], 10)).toBe(2_010);
    expect(
      inMs([
        [up, ill],
        [up, ill],
      ]),
    ).toBe(10_000);
    expect(inMs([limited])).toBe(60_000);
  });

  test('is never before the last one has ended', () => {
    expect(inMs([up], 15_000)).toBe(15_000);
  });
});
