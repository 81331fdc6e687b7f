import { containersOf, type ContainerFact } from './container.ts';
import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { controllerOf, type Owner } from './owner.ts';
import { asItIs, messageLength, objectOf, objectsOf, textOf, timeOf, type Intern, type Raw } from './read-raw.ts';

/** One pod, only what checks and the page use. Source: `/api/v1/pods`. */
export interface PodFact extends FactHead {
  namespace: string;
  name: string;
  node: string | null;
  /** `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`, "" or what a newer API may say. */
  phase: string;
  /** Why the whole pod is as it is: `Evicted`, `NodeLost`, `DeadlineExceeded`, "" mostly. */
  reason: string;
  message: string;
  ready: boolean;
  /** When `ready` last changed (epoch ms), null if it is not said. */
  readyChangedAt: number | null;
  /** The controlling owner, null for a bare or static pod. */
  owner: Owner | null;
  /** True for the mirror of a static pod: its kubelet runs it, whatever the API says. */
  isStatic: boolean;
  /** Label `pod-template-hash`: tells the Deployment where its ReplicaSet is not known. "" if there is none. */
  templateHash: string;
  /** Why no node has taken it, as the scheduler says, null once it has a node. */
  unscheduled: { reason: string; message: string; since: number | null } | null;
  /** Restarts of all its containers. */
  restarts: number;
  /** Init containers first. */
  containers: readonly ContainerFact[];
  /** Names of the claims it mounts, at most 50; that of an ephemeral volume is `POD-VOLUME`. */
  claims: readonly string[];
  createdAt: number | null;
  /** When it should be gone (epoch ms; the API has added the grace time already), null if it is not being deleted. */
  deletingAt: number | null;
  /** Who must agree before it can go; empty unless it is being deleted. */
  finalizers: readonly string[];
}

/** A raw Pod as a fact; null if it has no name. Absent, null and absurd fields become empty ones. */
export function podFact(raw: unknown, source: string, intern: Intern = asItIs): PodFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const pod = objectOf(raw);
  const metadata = objectOf(pod['metadata']);
  const status = objectOf(pod['status']);
  const conditions = objectsOf(status['conditions'], 64);
  const ready = conditions.find(({ type }) => type === 'Ready');
  const controller = controllerOf(metadata['ownerReferences'], intern);
  const isStatic = controller?.kind === 'Node';
  const containers = containersOf(pod, intern);
  const deletingAt = timeOf(metadata['deletionTimestamp']);
  return {
    key: identity.key,
    uid: identity.uid,
    source,
    namespace: identity.namespace,
    name: identity.name,
    node: intern(textOf(objectOf(pod['spec'])['nodeName'])) || null,
    phase: intern(textOf(status['phase'])),
    reason: intern(textOf(status['reason'], 128)),
    message: intern(textOf(status['message'], messageLength)),
    ready: ready?.['status'] === 'True',
    readyChangedAt: timeOf(ready?.['lastTransitionTime']),
    // The mirror of a static pod is owned by its node, which is no owner in our sense.
    owner: isStatic ? null : controller,
    isStatic,
    templateHash: intern(textOf(objectOf(metadata['labels'])['pod-template-hash'], 63)),
    unscheduled: unscheduledOf(conditions, intern),
    restarts: containers.reduce((sum, { restarts }) => sum + restarts, 0),
    containers,
    claims: claimsOf(objectOf(pod['spec'])['volumes'], identity.name, intern),
    createdAt: timeOf(metadata['creationTimestamp']),
    deletingAt,
    finalizers: deletingAt === null ? none : textsOf(metadata['finalizers'], intern),
  };
}

const none: readonly string[] = [];

function textsOf(value: unknown, intern: Intern): readonly string[] {
  const texts = Array.isArray(value) ? value.slice(0, 16).map((each) => intern(textOf(each))) : [];
  return texts.filter((text) => text !== '');
}

const mostClaims = 50;

/** Most pods have no claim: they share one empty list. */
function claimsOf(value: unknown, pod: string, intern: Intern): readonly string[] {
  if (!Array.isArray(value)) return none;
  const names: string[] = [];
  for (const volume of value as unknown[]) {
    const name = claimOf(objectOf(volume), pod);
    if (name !== '' && !names.includes(name)) names.push(intern(name));
    if (names.length === mostClaims) break;
  }
  return names.length === 0 ? none : names;
}

function claimOf(volume: Raw, pod: string): string {
  const { persistentVolumeClaim, ephemeral, name } = volume;
  if (persistentVolumeClaim !== undefined) return textOf(objectOf(persistentVolumeClaim)['claimName']);
  const isEphemeral = typeof ephemeral === 'object' && ephemeral !== null;
  return isEphemeral && textOf(name) !== '' ? textOf(`${pod}-${textOf(name)}`) : '';
}

function unscheduledOf(conditions: readonly Raw[], intern: Intern): PodFact['unscheduled'] {
  const condition = conditions.find(({ type }) => type === 'PodScheduled');
  if (condition?.['status'] !== 'False') return null;
  return {
    reason: intern(textOf(condition['reason'], 128)),
    message: intern(textOf(condition['message'], messageLength)),
    since: timeOf(condition['lastTransitionTime']),
  };
}
