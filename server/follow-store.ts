import type { Store } from '#server/store/store.ts';

/** What is to be done when the store tells of it. */
export interface StoreEvents {
  /** A watched kind that was synced is no longer: something happened to the API. */
  streamBroke(): void;
  /** Another cluster answers behind the same address: all that was listed is another's. */
  otherCluster(): void;
}

/** Follows the store for what the parts of a cluster must tell each other. Returns the way to stop. */
export function followStore(store: Store, events: StoreEvents): () => void {
  let synced = new Set<string>();
  let clusterId = '';
  return store.onChange(({ kinds, sources }) => {
    if (!sources && !kinds.has('apiDoor')) return;
    const snapshot = store.snapshot();
    if (sources) {
      // What is asked elsewhere (`kubelet/nuc0`) says nothing of the API.
      const feeds = [...snapshot.sources.values()].filter(({ role, name }) => role === 'feed' && !name.includes('/'));
      const now = new Set(feeds.filter(({ state }) => state === 'synced').map(({ name }) => name));
      if ([...synced].some((name) => !now.has(name))) events.streamBroke();
      synced = now;
    }
    if (!kinds.has('apiDoor')) return;
    const current = snapshot.facts('apiDoor').get('api')?.clusterId ?? '';
    if (current === '' || current === clusterId) return;
    // A UID and a hash of the CA ("ca:...") are two ways to know one cluster, depending on our rights.
    const comparable = clusterId !== '' && clusterId.startsWith('ca:') === current.startsWith('ca:');
    clusterId = current;
    if (comparable) events.otherCluster();
  });
}
