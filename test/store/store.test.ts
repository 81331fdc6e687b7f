import { beforeEach, describe, expect, test } from 'vitest';
import { createStore, type Store, type StoreChange } from '#server/store/store.ts';
import { lease, node } from '#test/engine/small-wall.ts';

let now = 1_000_000;
let store: Store;
let changes: { kinds: string[]; sources: boolean }[];

beforeEach(() => {
  now = 1_000_000;
  store = createStore({ clock: () => now });
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 15_000, kinds: ['node'] });
  store.declare({ name: 'leases', role: 'feed', staleAfterMs: 15_000, kinds: ['lease'] });
  changes = [];
});

/** Listens from here on; what was announced before is not counted. */
async function listen(): Promise<void> {
  await settled();
  store.onChange(({ kinds, sources }: StoreChange) => changes.push({ kinds: [...kinds], sources }));
}

async function settled(): Promise<void> {
  await Promise.resolve();
}

const source = (name: string) => store.snapshot().sources.get(name);

describe('facts', () => {
  test('are found by key, replaced and removed', () => {
    store.replace('nodes', 'node', [node('nuc0'), node('nuc1')]);
    store.upsert('nodes', 'node', node('nuc2'));
    store.remove('nodes', 'node', 'nuc0');
    expect([...store.snapshot().facts('node').keys()]).toEqual(['nuc1', 'nuc2']);
    store.replace('nodes', 'node', [node('nuc3')]);
    expect([...store.snapshot().facts('node').keys()]).toEqual(['nuc3']);
  });

  test('a snapshot stays as it is whatever is written later', () => {
    store.replace('nodes', 'node', [node('nuc0')]);
    const before = store.snapshot();
    const facts = before.facts('node');
    store.upsert('nodes', 'node', node('nuc1'));
    store.remove('nodes', 'node', 'nuc0');
    expect([...facts.keys()]).toEqual(['nuc0']);
    expect(before.facts('node')).toBe(facts);
    expect([...store.snapshot().facts('node').keys()]).toEqual(['nuc1']);
  });

  test('an unchanged kind is the same map in every snapshot', () => {
    store.replace('nodes', 'node', [node('nuc0')]);
    store.replace('leases', 'lease', [lease('nuc0')]);
    const nodes = store.snapshot().facts('node');
    const leases = store.snapshot().facts('lease');
    store.upsert('leases', 'lease', lease('nuc0', 't2'));
    expect(store.snapshot().facts('node')).toBe(nodes);
    expect(store.snapshot().facts('lease')).not.toBe(leases);
  });

  test('an equal fact keeps the old one and changes nothing', async () => {
    const first = node('nuc0');
    store.replace('nodes', 'node', [first]);
    const revision = store.revisionOf('node');
    await listen();
    store.upsert('nodes', 'node', node('nuc0'));
    store.replace('nodes', 'node', [node('nuc0')]);
    await settled();
    expect(changes).toEqual([]);
    expect(store.revisionOf('node')).toBe(revision);
    expect(store.snapshot().facts('node').get('nuc0')).toBe(first);
  });

  test('a replacement keeps the identity of the facts that did not change', () => {
    const first = node('nuc0');
    store.replace('nodes', 'node', [first, node('nuc1')]);
    store.replace('nodes', 'node', [node('nuc0'), node('nuc1', 'False')]);
    expect(store.snapshot().facts('node').get('nuc0')).toBe(first);
    expect(store.snapshot().facts('node').get('nuc1')?.conditions['Ready']?.status).toBe('False');
  });

  test('a late removal does not hit the object that was created anew under the same name', () => {
    store.replace('nodes', 'node', [node('nuc0', 'True', { uid: 'new' })]);
    store.remove('nodes', 'node', 'nuc0', 'old');
    expect(store.snapshot().facts('node').size).toBe(1);
    store.remove('nodes', 'node', 'nuc0', 'new');
    expect(store.snapshot().facts('node').size).toBe(0);
  });

  test('of several sources for one kind each replaces only its own', () => {
    store.declare({ name: 'nodes/b', role: 'feed', staleAfterMs: 15_000, kinds: ['node'] });
    store.replace('nodes', 'node', [node('nuc0'), node('nuc1')]);
    store.replace('nodes/b', 'node', [node('pi0'), node('pi1')]);
    store.replace('nodes/b', 'node', [node('pi1')]);
    expect([...store.snapshot().facts('node').keys()]).toEqual(['nuc0', 'nuc1', 'pi1']);
    expect(store.sourcesOf('node')).toEqual(['nodes', 'nodes/b']);
    store.drop('nodes/b');
    expect([...store.snapshot().facts('node').keys()]).toEqual(['nuc0', 'nuc1']);
    expect(store.sourcesOf('node')).toEqual(['nodes']);
    expect(source('nodes/b')).toBeUndefined();
  });

  test('of an API that is absent nothing lingers', () => {
    store.replace('nodes', 'node', [node('nuc0')]);
    store.state('nodes', 'absent');
    expect(store.snapshot().facts('node').size).toBe(0);
  });
});

describe('listeners', () => {
  test('hear once, later, of many changes', async () => {
    await listen();
    for (let i = 0; i < 500; i += 1) store.upsert('nodes', 'node', node(`n${i}`));
    store.upsert('leases', 'lease', lease('n1'));
    expect(changes).toEqual([]);
    await settled();
    expect(changes).toEqual([{ kinds: ['node', 'lease'], sources: false }]);
  });

  test('hear nothing of a source that goes on being fresh', async () => {
    store.state('nodes', 'synced');
    store.fresh('nodes', now);
    await listen();
    now += 5_000;
    store.fresh('nodes', now);
    await settled();
    expect(changes).toEqual([]);
    now += 60_000;
    store.fresh('nodes', now);
    await settled();
    expect(changes).toEqual([{ kinds: [], sources: true }]);
  });

  test('hear of states, reasons and restarts, but not of the same state again', async () => {
    await listen();
    store.state('nodes', 'failing', '500');
    await settled();
    store.state('nodes', 'failing', '500');
    await settled();
    expect(changes).toHaveLength(1);
    store.state('nodes', 'failing', '503');
    await settled();
    store.restarted('nodes', '410');
    await settled();
    expect(changes).toHaveLength(3);
    expect(source('nodes')).toMatchObject({ reason: '503', restarts: { '410': 1 } });
  });

  test('that have stopped listening hear nothing', async () => {
    await settled();
    const stop = store.onChange(() => changes.push({ kinds: [], sources: true }));
    stop();
    store.state('nodes', 'synced');
    await settled();
    expect(changes).toEqual([]);
  });
});

describe('freshness', () => {
  test('a feed is fresh while it is synced and its stream shows life', () => {
    expect(source('nodes')).toMatchObject({ state: 'syncing', fresh: false, freshAt: null });
    store.fresh('nodes', now);
    expect(source('nodes')?.fresh).toBe(false);
    store.state('nodes', 'synced');
    expect(source('nodes')).toMatchObject({ state: 'synced', fresh: true });
    now += 15_000;
    expect(source('nodes')?.fresh).toBe(true);
    now += 1;
    expect(source('nodes')).toMatchObject({ state: 'stale', fresh: false, since: 1_015_000, freshAt: 1_000_000 });
  });

  test('a feed that cannot be read is not fresh, however young its data', () => {
    store.state('nodes', 'synced');
    store.fresh('nodes', now);
    store.state('nodes', 'unauthorized', '401');
    expect(source('nodes')).toMatchObject({ state: 'unauthorized', fresh: false, reason: '401' });
  });

  test('a probe is fresh when it was run, whatever it found', () => {
    store.declare({ name: 'api-door', role: 'probe', staleAfterMs: 9_000, kinds: ['apiDoor'] });
    store.state('api-door', 'unreachable', 'refused');
    expect(source('api-door')?.fresh).toBe(false);
    store.fresh('api-door', now);
    expect(source('api-door')?.fresh).toBe(true);
    now += 9_001;
    expect(source('api-door')?.fresh).toBe(false);
  });

  test('how long it may be believed can change with the connection', () => {
    store.state('nodes', 'synced');
    store.fresh('nodes', now, 75_000);
    now += 75_000;
    expect(source('nodes')?.fresh).toBe(true);
  });

  test('a clock that is set back does not keep a dead stream fresh', () => {
    store.state('nodes', 'synced');
    store.fresh('nodes', now);
    now -= 3_600_000;
    expect(source('nodes')?.fresh).toBe(true);
    now += 15_001;
    expect(source('nodes')?.fresh).toBe(false);
  });

  test('since moves with the state, not with the reason', () => {
    store.state('nodes', 'failing', 'a');
    now += 1_000;
    store.state('nodes', 'failing', 'b');
    expect(source('nodes')).toMatchObject({ since: 1_000_000, reason: 'b' });
    store.state('nodes', 'synced');
    expect(source('nodes')).toMatchObject({ since: 1_001_000 });
    expect(source('nodes')?.reason).toBeUndefined();
  });

  test('declaring again keeps what is known; what nobody declared is ignored', () => {
    store.state('nodes', 'synced');
    store.fresh('nodes', now);
    store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 1_000, kinds: ['node'] });
    expect(source('nodes')?.fresh).toBe(true);
    now += 1_001;
    expect(source('nodes')?.fresh).toBe(false);
    store.state('nobody', 'synced');
    store.fresh('nobody', now);
    store.restarted('nobody', 'x');
    expect(source('nobody')).toBeUndefined();
  });

  test('reasons for beginning anew are bounded', () => {
    for (let i = 0; i < 100; i += 1) store.restarted('nodes', `reason ${i}`);
    const restarts = source('nodes')?.restarts ?? {};
    expect(Object.keys(restarts)).toHaveLength(21);
    expect(restarts['other']).toBe(80);
  });
});
