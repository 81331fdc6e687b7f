import { beforeEach, describe, expect, test } from 'vitest';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import { followStore } from '#server/follow-store.ts';
import { createStore, type Store } from '#server/store/store.ts';

let store: Store;
let seen: string[];

beforeEach(() => {
  store = createStore({ clock: () => 1_000 });
  seen = [];
  followStore(store, { streamBroke: () => seen.push('stream broke'), otherCluster: () => seen.push('other cluster') });
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 15_000, kinds: ['node'] });
  store.declare({ name: 'api-door', role: 'probe', staleAfterMs: 15_000, kinds: ['apiDoor'] });
});

/** Listeners of the store are called in a microtask. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function answers(clusterId: string): Promise<void> {
  store.upsert('api-door', 'apiDoor', { key: 'api', uid: 'api', source: 'api-door', clusterId } as ApiDoorFact);
  await settled();
}

describe('what the parts of a cluster tell each other', () => {
  test('a stream that was live and no longer is makes the door be asked, once', async () => {
    store.state('nodes', 'synced');
    await settled();
    expect(seen).toEqual([]);
    store.state('nodes', 'unreachable', 'connection lost');
    await settled();
    store.state('nodes', 'failing', 'again');
    await settled();
    expect(seen).toEqual(['stream broke']);
  });

  test('a probe that fails is news by itself', async () => {
    store.state('api-door', 'synced');
    await settled();
    store.state('api-door', 'failing');
    await settled();
    expect(seen).toEqual([]);
  });

  test('another cluster behind the same address makes all be listed anew', async () => {
    await answers('');
    await answers('one');
    await answers('one');
    await answers('');
    expect(seen).toEqual([]);
    await answers('two');
    expect(seen).toEqual(['other cluster']);
  });

  test('a cluster that is known by its CA and then by its UID is still the same', async () => {
    await answers('ca:123');
    await answers('one');
    expect(seen).toEqual([]);
  });
});
