import { createDemo, type DemoCluster } from '#server/cluster/demo/create-demo.ts';
import type { FactKind } from '#server/facts/fact.ts';
import { kinds } from '#server/cluster/kinds.ts';
import { createReadinessGate } from '#server/cluster/readiness-gate.ts';
import { watchCluster, type ClusterWatch } from '#server/cluster/watch-cluster.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';

let running: { demo: DemoCluster; watch: ClusterWatch } | null = null;

afterEach(async () => {
  running?.demo.stop();
  await running?.watch.stop();
});

/** The real list-watch on the demo's transport, in real time. */
function start(): { demo: DemoCluster; store: Store } {
  const demo = createDemo({ clock: Date.now, seed: 7 });
  const store = createStore({ clock: Date.now });
  const gate = createReadinessGate();
  gate.set(true, '');
  running = { demo, watch: watchCluster({ connection: demo.connection, sink: store, gate, clock: Date.now }) };
  return { demo, store };
}

/** What the house of the demo has not: its volumes are Longhorn's, and so are their backups. */
const notInstalled = /^(?:velero-|k8up-|volsync-|volumesnapshots$|ceph)/;

/** Sources that are not there yet, or not synced. */
function unsynced(store: Store): string[] {
  const { sources } = store.snapshot();
  return kinds
    .map(({ source }) => source)
    .filter((source) => {
      const state = sources.get(source)?.state ?? 'syncing';
      return state !== 'synced' && !(notInstalled.test(source) && ['absent', 'failing', 'syncing'].includes(state));
    });
}

const facts = <K extends FactKind>(store: Store, kind: K) => [...store.snapshot().facts(kind).values()];

describe('the real list-watch on the demo', () => {
  test('ends with the facts of 4 nodes, 4 leases and 45 pods, every source synced', async () => {
    const { store } = start();
    await vi.waitFor(() => expect(unsynced(store)).toEqual([]), 4000);
    expect(
      facts(store, 'node')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['kmaster', 'nuc0', 'nuc1', 'nuc2']);
    expect(facts(store, 'node').every(({ conditions }) => conditions['Ready']?.status === 'True')).toBe(true);
    expect(facts(store, 'lease').length).toBe(4);
    expect(facts(store, 'pod').length).toBeGreaterThanOrEqual(45);
    expect(facts(store, 'apiService').map(({ name, available }) => [name, available])).toEqual([
      ['v1beta1.metrics.k8s.io', 'True'],
    ]);
  });

  test('a cordon is a fact within a second, and connections that break are taken up again', async () => {
    const { demo, store } = start();
    await vi.waitFor(() => expect(unsynced(store)).toEqual([]), 4000);
    const cordoned = () =>
      facts(store, 'node')
        .filter(({ unschedulable }) => unschedulable)
        .map(({ name }) => name);
    await demo.stage.apply({ action: 'cordon', node: 'nuc1' });
    await vi.waitFor(() => expect(cordoned()).toEqual(['nuc1']), 1000);
    await demo.stage.apply({ action: 'cutConnections' });
    await demo.stage.apply({ action: 'cordon', node: 'nuc0' });
    await vi.waitFor(() => expect(cordoned().sort()).toEqual(['nuc0', 'nuc1']), 5000);
  });
});
