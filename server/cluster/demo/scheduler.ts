import type { RawNode } from './raw-objects.ts';
import type { ObjectStore } from './object-store.ts';

/** The node for a pod: the one it is used to if that can take it, else the one with the fewest pods; null if there is none. */
export function chooseNode(store: ObjectStore, usual: string | undefined): string | null {
  const free = store.list('nodes').filter(takesPods);
  if (free.length === 0) return null;
  const known = free.find(({ metadata }) => metadata.name === usual);
  if (known) return known.metadata.name;
  const load = new Map(free.map(({ metadata }) => [metadata.name, 0]));
  for (const { spec } of store.list('pods')) {
    const count = load.get(spec.nodeName ?? '');
    if (count !== undefined) load.set(spec.nodeName ?? '', count + 1);
  }
  return [...load].reduce((least, next) => (next[1] < least[1] ? next : least))[0];
}

function takesPods(node: RawNode): boolean {
  return !node.spec.unschedulable && (node.spec.taints ?? []).length === 0 && isReady(node);
}

function isReady(node: RawNode): boolean {
  return node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
