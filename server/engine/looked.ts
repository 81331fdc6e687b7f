import { sourceOfKind, type FactKind } from '#server/facts/fact.ts';
import type { Check } from './define-check.ts';
import { believableSources, type SourcesOf } from './freshness.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * How long all feeds of a check must have been seen until a source that is not declared counts as gone: which kubelets there are
 * is declared after the nodes were listed, half a second later where the machine is not busy.
 */
const declaredWithinMs = 30_000;

/** What is known of the sources of one check since this process looks. Epoch ms. */
export interface Looked {
  /** When the check was first judged. */
  firstAt: number;
  /** Since when all feeds of its kinds can be believed or are forbidden; null while one is neither. */
  allAt: number | null;
  /** True once every source is declared that there is: one that is not is gone. */
  settled: boolean;
  /** Sources of its optional kinds that were not seen since the start, and may yet be. */
  notYet: readonly string[];
}

/** Nothing is awaited: what the engine says itself. */
export const lookedAtAll: Looked = { firstAt: 0, allAt: 0, settled: true, notYet: [] };

/** Looks once more; `before` is null at the first time. `sourcesOf` names undeclared kinds too. */
export function lookAt(check: Check, before: Looked | null, snapshot: Snapshot, sourcesOf: SourcesOf): Looked {
  const { now, sources } = snapshot;
  const firstAt = before?.firstAt ?? now;
  // A kind that nobody declares is not watched at all; in the first seconds that may be said too early.
  const isLate = Math.abs(now - firstAt) >= declaredWithinMs;
  const kinds = Object.keys(check.needs) as FactKind[];
  const believable = believableSources(snapshot);
  const names = kinds.filter((kind) => !isOfSingleSubjects(kind)).flatMap((kind) => sourcesOf(kind));
  // Whoever may not see the nodes does not know of which kubelets there are.
  const mayBeForbidden = !kinds.some(isOfSingleSubjects);
  const isLooked = (name: string) => {
    const source = sources.get(name);
    return source === undefined ? isLate : believable.has(name) || (mayBeForbidden && source.state === 'forbidden');
  };
  const all = names.every(isLooked);
  const allAt = all ? (before?.allAt ?? now) : null;
  const settled = allAt !== null && Math.abs(now - allAt) >= declaredWithinMs;
  const optional = kinds.filter((kind) => check.needs[kind] === 'optional').flatMap((kind) => sourcesOf(kind));
  const notYet = optional.filter((name) => {
    const source = sources.get(name);
    if (source === undefined) return !settled;
    return source.freshAt === null && source.state !== 'forbidden' && source.state !== 'absent';
  });
  return { firstAt, allAt, settled, notYet };
}

/** True for a kind that many sources bring, each for a subject of its own: `kubelet/nuc0`. */
export function isOfSingleSubjects(kind: FactKind): boolean {
  return sourceOfKind[kind].endsWith('/*');
}
