import type { Remembers } from '#server/engine/define-check.ts';
import { rememberWarned, warnedNodes, type WarnedCertificates, type WarnedKind } from './warned-certificates.ts';

/** By the names of nodes. */
export type WarnedByNode = Readonly<Record<string, WarnedCertificates>>;

// One subject for all nodes: those that are not listed while the API is away must not be forgotten, and a subject that is
// not named is.
const all = 'nodes';
const mostNodes = 1_000;

/** How a check remembers what k3s warned of on each node. Pure; of nodes that are surely gone nothing is kept. */
export function warnedMemory(kind: WarnedKind): Remembers<WarnedByNode> {
  return {
    version: 1,
    subjects: () => [all],
    remember(before = {}, _subject, snapshot) {
      const known = new Map(Object.entries(before));
      const kept = snapshot.sources.get('nodes')?.fresh === true ? [] : known.keys();
      const names = [...new Set([...warnedNodes(snapshot), ...kept])].slice(0, mostNodes);
      const after = names.flatMap((name): [string, WarnedCertificates][] => {
        const one = rememberWarned(kind, known.get(name), name, snapshot);
        return one.saidAt === 0 && one.fineAt === 0 ? [] : [[name, one]];
      });
      const same = after.length === known.size && after.every(([name, one]) => known.get(name) === one);
      return same ? before : Object.fromEntries(after);
    },
  };
}

/** What `warnedMemory` has kept, by the names of nodes. */
export function warnedIn(memory: ReadonlyMap<string, unknown> | undefined): ReadonlyMap<string, WarnedCertificates> {
  return new Map(Object.entries((memory?.get(all) ?? {}) as WarnedByNode));
}
