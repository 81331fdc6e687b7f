import { describe, expect, test } from 'vitest';
import type { ServiceOutcome } from '#server/facts/service-probe.ts';
import type { Judged } from '#server/probes/judged.ts';
import { nextServiceState, type ServiceState } from '#server/probes/service-state.ts';
import { random } from '#test/engine/random.ts';
import { phases } from './answers.ts';

const up: Judged = {
  ...{
    outcome: 'up',
    trouble: '',
    message: '',
    status: 200,
    server: 'nginx',
    title: 'Gitea',
    phases,
    address: 'a:443',
  },
};
const refused: Judged = {
  ...{ outcome: 'down', trouble: 'refused', message: 'refused the connection', status: null, server: '', title: '' },
  ...{ phases: { ...phases, wholeMs: 1 }, address: '' },
};
const failing: Judged = { ...up, outcome: 'down', trouble: 'status', message: 'answers 503', status: 503 };
const empty: Judged = { ...up, outcome: 'wrong-content', trouble: 'text-missing', message: 'does not show "x"' };
const slow: Judged = { ...up, phases: { ...phases, wholeMs: 4_000 } };

/** What probes at 1, 2, 3, ... come to. */
const after = (...judged: Judged[]): ServiceState =>
  judged.reduce<ServiceState | null>((state, each, i) => nextServiceState(state, i + 1, each, 3_000), null)!;

describe('a service', () => {
  test('that answers is up at once, since then', () => {
    expect(after(up)).toMatchObject({ outcome: 'up', outcomeSince: 1, misses: 0, askedAt: 1, upAt: 1, title: 'Gitea' });
    expect(after(up, up, up)).toMatchObject({ outcomeSince: 1, askedAt: 3, upAt: 3 });
  });

  test('that misses once is what it was, but for the count', () => {
    const { row: _before, missedSince: _since, ...before } = after(up, slow);
    const { row: _after, missedSince: _missed, ...missed } = after(up, slow, refused);
    expect(missed).toEqual({ ...before, misses: 1, askedAt: 3 });
  });

  test('that misses twice is down since the first of the two', () => {
    expect(after(up, refused, refused)).toMatchObject({
      ...{ outcome: 'down', outcomeSince: 2, trouble: 'refused', message: 'refused the connection', misses: 2 },
      ...{ askedAt: 3, upAt: 1, status: null, title: '', slowProbes: 0 },
    });
    expect(after(up, refused, refused).phases, 'of the last that was answered').toEqual(phases);
    expect(after(up, refused, failing, failing)).toMatchObject({ outcomeSince: 2, message: 'answers 503', misses: 3 });
  });

  test('that misses now and then is up', () => {
    expect(after(up, refused, up, refused, up, refused)).toMatchObject({ outcome: 'up', outcomeSince: 1, misses: 1 });
  });

  test('that never answered has no outcome before the second miss', () => {
    expect(after(refused)).toMatchObject({ outcome: null, misses: 1, upAt: null });
    expect(after(refused, refused)).toMatchObject({ outcome: 'down', outcomeSince: 1, upAt: null, phases: null });
    expect(after(refused, up)).toMatchObject({ outcome: 'up', outcomeSince: 2, misses: 0 });
  });

  test('that was down is up with the first good answer', () => {
    expect(after(up, refused, refused, refused, up)).toMatchObject({
      ...{ outcome: 'up', outcomeSince: 5, trouble: '', message: '', misses: 0, upAt: 5 },
    });
  });

  test('shows something else after two that do, since the first miss of whatever kind', () => {
    expect(after(up, empty, empty)).toMatchObject({
      outcome: 'wrong-content',
      outcomeSince: 2,
      trouble: 'text-missing',
    });
    expect(after(up, refused, empty)).toMatchObject({ outcome: 'wrong-content', outcomeSince: 2 });
  });

  test('that is down and then shows something else needs two of these as well', () => {
    expect(after(up, failing, failing, empty)).toMatchObject({ outcome: 'down', message: 'answers 503', misses: 3 });
    expect(after(up, failing, failing, empty, empty)).toMatchObject({ outcome: 'wrong-content', outcomeSince: 4 });
    expect(after(up, failing, failing, empty, failing, empty)).toMatchObject({ outcome: 'down', outcomeSince: 2 });
  });

  test('is slow for as many probes in a row as took longer; a single miss does not count', () => {
    expect(after(slow, slow, slow).slowProbes).toBe(3);
    expect(after(slow, slow, up).slowProbes).toBe(0);
    expect(after(slow, refused, slow).slowProbes).toBe(2);
    expect(after(slow, refused, refused).slowProbes).toBe(0);
  });

  test('holds to all that by whatever happens', () => {
    const next = random(11);
    const kinds = [up, up, slow, refused, failing, empty];
    for (let game = 0; game < 300; game += 1) {
      let state: ServiceState | null = null;
      const came: ServiceOutcome[] = [];
      for (let at = 1; at <= 30; at += 1) {
        const judged = kinds[next(kinds.length)]!;
        const before: ServiceState | null = state;
        state = nextServiceState(before, at, judged, 3_000);
        came.push(judged.outcome);
        const misses = came.length - 1 - came.findLastIndex((outcome) => outcome === 'up');
        expect(state.misses).toBe(misses);
        if (misses === 0) expect(state.outcome).toBe('up');
        if (misses === 1) expect(state.outcome).toBe(before?.outcome ?? null);
        if (misses >= 2) expect(['down', 'wrong-content']).toContain(state.outcome);
        if (before !== null && before.outcome === state.outcome) expect(state.outcomeSince).toBe(before.outcomeSince);
        expect(state.outcomeSince).toBeLessThanOrEqual(at);
        expect(state.outcomeSince).toBeGreaterThanOrEqual(before?.outcomeSince ?? 0);
        expect(state.askedAt).toBe(at);
        expect(state.upAt).toBe(came.includes('up') ? came.lastIndexOf('up') + 1 : null);
      }
    }
  });
});
