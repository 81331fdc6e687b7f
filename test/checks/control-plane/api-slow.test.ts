import { describe, expect, test } from 'vitest';
import apiSlow from '#server/checks/control-plane/api-slow.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import { aDoor } from '#test/builders/facts.ts';
import { evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute } from '#test/builders/time.ts';

const verdictOf = (part: Partial<ApiDoorFact>, settings = {}) =>
  theVerdict(apiSlow, aSnapshot({ door: aDoor(part) }), { settings });

describe('an API that takes its time', () => {
  test('is fine up to a second, and slow above it', () => {
    expect(verdictOf({ latencyMs: 1_000 }).level).toBe('ok');
    const slow = verdictOf({ latencyMs: 1_001 });
    expect(slow.level).toBe('warn');
    expect(sentence(slow)).toBe('the API takes 1 s to answer');
    expect(sentence(verdictOf({ latencyMs: 2_345 }))).toBe('the API takes 2.3 s to answer');
    expect(evidenceOf(slow)).toEqual(['slow is over 1 s']);
  });

  test('is judged by the settings', () => {
    expect(verdictOf({ latencyMs: 250 }, { warn: 200 }).level).toBe('warn');
    expect(apiSlow.for?.({ warn: 1_000, for: minute })).toBe(minute);
    expect(apiSlow.settings['for']?.default).toBe(minute);
  });

  test('is not judged while it is not ready, refuses us, was not asked or has no latency', () => {
    const none = (part: Partial<ApiDoorFact>) => judged(apiSlow, aSnapshot({ door: aDoor(part) }));
    expect(none({ outcome: 'not-ready', latencyMs: 3_100 })).toEqual([]);
    expect(none({ outcome: 'refused', latencyMs: 3_100 })).toEqual([]);
    expect(none({ latencyMs: null })).toEqual([]);
    expect(judged(apiSlow, aSnapshot({ door: null }))).toEqual([]);
  });
});
