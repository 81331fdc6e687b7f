import { describe, expect, test } from 'vitest';
import { backOff } from '#server/cluster/back-off.ts';
import { factTarget } from '#server/cluster/fact-target.ts';
import { kinds } from '#server/cluster/kinds.ts';
import type { KindRow } from '#server/cluster/kind-row.ts';
import { pathWith } from '#server/cluster/list-watch-request.ts';
import { sharedStrings } from '#server/cluster/shared-strings.ts';
import { SourceVoice } from '#server/cluster/source-voice.ts';
import { startTurns } from '#server/cluster/start-turns.ts';
import { sourceOfKind } from '#server/facts/fact.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { kindOf, smallLimits } from './play.ts';
import { recordingSink } from './recording-sink.ts';

describe('the back-off', () => {
  const limits = { baseMs: 800, mostMs: 30_000, forgetMs: 120_000 };

  test('doubles from 0.8 s to 30 s, times a random 1 to 2', () => {
    const least = backOff(limits, () => 0);
    const most = backOff(limits, () => 0.999_999);
    const waits = Array.from({ length: 8 }, () => [least.next(1), Math.round(most.next(1))]);
    expect(waits.map(([low]) => low)).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
    expect(waits.at(0)?.[1]).toBe(1_600);
    expect(waits.at(-1)?.[1]).toBe(60_000);
  });

  test('begins anew after two minutes without a failure, or when told', () => {
    const some = backOff(limits, () => 0);
    some.next(0);
    some.next(1_000);
    expect(some.failures(100_000)).toBe(2);
    expect(some.failures(121_001)).toBe(0);
    expect(some.next(121_001)).toBe(800);
    some.next(121_002);
    some.reset();
    expect(some.next(121_003)).toBe(800);
  });

  test('stays finite after any number of failures', () => {
    const tireless = backOff(limits, () => 1);
    for (let i = 0; i < 5_000; i += 1) tireless.next(i);
    expect(tireless.next(5_000)).toBe(60_000);
  });
});

describe('turns', () => {
  test('are given to so many at once, and on in order', async () => {
    const turns = startTurns(2);
    const { signal } = new AbortController();
    const order: string[] = [];
    const take = async (name: string) => {
      const release = await turns.take(signal);
      order.push(name);
      return release;
    };
    const first = await take('a');
    await take('b');
    const c = take('c');
    const d = take('d');
    await Promise.resolve();
    expect(order).toEqual(['a', 'b']);
    first();
    first(); // given back once only
    await c;
    expect(order).toEqual(['a', 'b', 'c']);
    (await c)();
    await d;
    expect(order).toEqual(['a', 'b', 'c', 'd']);
  });

  test('are not lost on those who were stopped while waiting', async () => {
    const turns = startTurns(1);
    const release = await turns.take(new AbortController().signal);
    const stopped = new AbortController();
    const waiting = turns.take(stopped.signal);
    stopped.abort();
    (await waiting)();
    release();
    (await turns.take(new AbortController().signal))();
  });
});

describe('shared strings', () => {
  test('are one and the same, and never too many', () => {
    const intern = sharedStrings(2);
    expect(['a', 'b', 'c', 'a', 'a'].map(intern)).toEqual(['a', 'b', 'c', 'a', 'a']);
    expect(intern('x'.repeat(1_000))).toHaveLength(1_000);
  });
});

describe('the freshness of a source', () => {
  test('is told again when the clock was set back', () => {
    const sink = recordingSink();
    const transport = { staleAfterMs: 15_000 };
    const voice = new SourceVoice({ source: 's', sink, limits: smallLimits, transport, onRight: () => undefined });
    voice.alive(10_000_000);
    voice.alive(10_000_100); // too soon to matter
    expect(sink.of('s').freshAt).toBe(10_000_000);
    voice.alive(5_000);
    expect(sink.of('s').freshAt).toBe(5_000);
  });
});

describe('a path', () => {
  test("holds the kind's selectors and what is asked, without what is empty", () => {
    const kind = { source: 's', path: '/api/v1/pods', query: { fieldSelector: 'spec.nodeName=nuc 0' } };
    expect(pathWith(kind, { limit: '5', continue: '' })).toBe(
      '/api/v1/pods?fieldSelector=spec.nodeName%3Dnuc+0&limit=5',
    );
    expect(pathWith({ source: 's', path: '/api/v1/pods' }, {})).toBe('/api/v1/pods');
  });
});

describe('the facts of a kind', () => {
  const event = (i: number) => ({
    metadata: { name: `e${i}`, namespace: 'a', uid: `u${i}` },
    type: 'Warning',
    reason: 'Failed',
    lastTimestamp: new Date(i * 1_000).toISOString(),
  });
  const few: KindRow = { ...kindOf('events'), newest: { most: 3, at: kindOf('events').newest!.at } };
  const namesOf = (sink: ReturnType<typeof recordingSink>) => [...sink.of('events').facts.keys()].sort();

  test('where only the newest are kept, are the newest of the whole state', () => {
    const sink = recordingSink();
    const target = factTarget(few, sink, asItIs);
    for (const i of [5, 1, 9, 3, 7, 2, 8, 4, 6, 0]) target.gather('ADDED', event(i));
    target.publish();
    expect(namesOf(sink)).toEqual(['a/e7', 'a/e8', 'a/e9']);
  });

  test('where only the newest are kept, let the oldest go as others come', () => {
    const sink = recordingSink();
    const target = factTarget(few, sink, asItIs);
    for (const i of [1, 2, 3]) target.gather('ADDED', event(i));
    target.publish();
    target.apply('ADDED', event(4));
    target.apply('MODIFIED', event(2));
    target.apply('ADDED', event(5));
    expect(namesOf(sink)).toEqual(['a/e2', 'a/e4', 'a/e5']);
    target.apply('DELETED', event(4));
    target.apply('ADDED', event(6));
    expect(namesOf(sink)).toEqual(['a/e2', 'a/e5', 'a/e6']);
  });

  test('that are no longer wanted leave', () => {
    const sink = recordingSink();
    const target = factTarget(kindOf('apiservices'), sink, asItIs);
    const raw = { metadata: { name: 'v1.x', uid: 'u' }, spec: { service: { namespace: 'a', name: 'b' } } };
    target.apply('ADDED', raw);
    expect(sink.of('apiservices').facts.size).toBe(1);
    target.apply('MODIFIED', { ...raw, spec: {} });
    expect(sink.of('apiservices').facts.size).toBe(0);
  });
});

describe('the table of kinds', () => {
  test('names each source once, with the rule that grants it', () => {
    const names = kinds.map(({ source }) => source);
    expect([...new Set(names)]).toEqual(names);
    for (const { kind, source } of kinds) expect(sourceOfKind[kind]).toBe(source);
    for (const { rule, path, buys } of kinds) {
      expect(path).toContain(rule.group === '' ? '/api/v1/' : `/apis/${rule.group}/`);
      expect(path.endsWith(`/${rule.resource}`)).toBe(true);
      expect(path.includes('/namespaces/')).toBe(rule.namespace !== undefined);
      expect(rule.verbs).toEqual(['list', 'watch']);
      expect(buys).not.toBe('');
    }
  });

  test('can do without all but nodes, their leases and pods', () => {
    expect(kinds.filter(({ required }) => required).map(({ source }) => source)).toEqual(['nodes', 'leases', 'pods']);
  });
});
