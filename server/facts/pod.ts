import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, numberOf, objectOf, objectsOf, textOf, timeOf, type Intern, type Raw } from './read-raw.ts';

/** One pod, only what checks and the page use. Source: `/api/v1/pods`. */
export interface PodFact extends FactHead {
  namespace: string;
  name: string;
  node: string | null;
  phase: string;
  ready: boolean;
  /** Kind and name of the controlling owner, null for a bare or static pod. */
  owner: { kind: string; name: string } | null;
  restarts: number;
  createdAt: number | null;
  deletingAt: number | null;
}

// More than any real pod has.
const mostContainers = 256;

/** A raw Pod as a fact; null if it has no name. Absent, null and absurd fields become empty ones. */
export function podFact(raw: unknown, source: string, intern: Intern = asItIs): PodFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    key: identity.key,
    uid: identity.uid,
    source,
    namespace: identity.namespace,
    name: identity.name,
    node: intern(textOf(objectOf(objectOf(raw)['spec'])['nodeName'])) || null,
    phase: intern(textOf(status['phase'])),
    ready: isReady(status['conditions']),
    owner: ownerOf(metadata['ownerReferences'], intern),
    restarts: restartsOf(status['containerStatuses']) + restartsOf(status['initContainerStatuses']),
    createdAt: timeOf(metadata['creationTimestamp']),
    deletingAt: timeOf(metadata['deletionTimestamp']),
  };
}

function isReady(conditions: unknown): boolean {
  return objectsOf(conditions, 64).some((raw) => raw['type'] === 'Ready' && raw['status'] === 'True');
}

function restartsOf(statuses: unknown): number {
  return objectsOf(statuses, mostContainers).reduce(
    (sum: number, raw: Raw) => sum + (numberOf(raw['restartCount'], 0, 1e9) ?? 0),
    0,
  );
}

function ownerOf(references: unknown, intern: Intern): PodFact['owner'] {
  const raw = objectsOf(references, 64).find((reference) => reference['controller'] === true);
  const kind = textOf(raw?.['kind']);
  const name = textOf(raw?.['name']);
  // The mirror of a static pod is owned by its node, which is no owner in our sense.
  return kind === '' || name === '' || kind === 'Node' ? null : { kind: intern(kind), name: intern(name) };
}
