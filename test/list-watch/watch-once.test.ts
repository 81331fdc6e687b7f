import { describe, expect, test } from 'vitest';
import type { Transport, TransportResponse } from '#server/cluster/transport.ts';
import { watchOnce } from '#server/cluster/watch-once.ts';
import type { WatchListener } from '#server/cluster/watch-reader.ts';
import { kindOf, rawNode, smallLimits, testGate } from './play.ts';
import { bookmarkLine, eventLine } from './scripted-api.ts';

/** A transport whose one answer has this body, and which heeds no signal: what a watch must do by itself. */
function transportOf(body: AsyncIterable<Uint8Array>, alive: Set<(at: number) => void> = new Set()): Transport {
  const response: TransportResponse = {
    status: 200,
    headers: {},
    body,
    onAlive(listener) {
      alive.add(listener);
      return () => alive.delete(listener);
    },
  };
  return { staleAfterMs: 15_000, request: () => Promise.resolve(response), close: () => undefined };
}

function silentListener(): WatchListener & { names: string[] } {
  const names: string[] = [];
  return {
    names,
    opened: () => undefined,
    event: (_, object) => void names.push((object['metadata'] as { name: string }).name),
    version: () => undefined,
    initialEnd: () => undefined,
    settled: () => undefined,
    alive: () => undefined,
  };
}

function requestWith(transport: Transport, stop: AbortSignal) {
  return { kind: kindOf('nodes'), transport, gate: testGate(), limits: smallLimits, stop };
}

const added = (name: string): Buffer => Buffer.from(eventLine({ version: 1, type: 'ADDED', object: rawNode(name) }));

describe('one watch', () => {
  test('takes nothing more once it is stopped, even if more was on its way', async () => {
    const stop = new AbortController();
    async function* body(): AsyncGenerator<Uint8Array> {
      yield added('before');
      stop.abort();
      yield added('after');
      await Promise.resolve();
      yield added('long after');
    }
    const listener = silentListener();
    const end = await watchOnce(requestWith(transportOf(body()), stop.signal), '5', false, listener);
    expect(listener.names).toEqual(['before']);
    expect(end.trouble?.kind).toBe('stopped');
  });

  test('no longer hears of its connection once it has ended', async () => {
    const alive = new Set<(at: number) => void>();
    async function* body(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      expect(alive.size).toBe(1);
      yield Buffer.from(`${bookmarkLine('6')}\n`);
    }
    const transport = transportOf(body(), alive);
    const end = await watchOnce(requestWith(transport, new AbortController().signal), '5', false, silentListener());
    expect(end).toMatchObject({ trouble: null, lines: 1, early: true });
    expect(alive.size).toBe(0);
  });

  test('of a body that is there at once lets others have their turn', async () => {
    let turns = 0;
    const other = setInterval(() => (turns += 1), 0);
    async function* body(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      for (let i = 0; i < 3_000; i += 1) yield added(`node-${i}-${'x'.repeat(1_000)}`);
    }
    const listener = silentListener();
    await watchOnce(requestWith(transportOf(body()), new AbortController().signal), '5', false, listener);
    clearInterval(other);
    expect(listener.names).toHaveLength(3_000);
    expect(turns).toBeGreaterThan(3);
  });

  test('takes bytes that are no Buffer', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield new Uint8Array(added('plain'));
    }
    const listener = silentListener();
    await watchOnce(requestWith(transportOf(body()), new AbortController().signal), '5', false, listener);
    expect(listener.names).toEqual(['plain']);
  });
});
