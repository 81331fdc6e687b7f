import type { CheckContext } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Moment } from '#shared/history.ts';
import { claimUses } from './claim-use.ts';
import { longhornClaims } from './longhorn-claims.ts';
import { perFacts } from './per-snapshot.ts';
import type { RebootMemory } from './reboot-memory.ts';
import { shorten } from './shorten.ts';
import { isReplaced, type Loss } from './volume-loss.ts';
import { workloadSubject } from './workload-subject.ts';

/** What happened shortly before data were lost, as the end of a sentence: `, after nuc0 rebooted`. */
export interface Reason {
  words: string;
  values: Record<string, string>;
}

/** What else is known to have happened. */
export type Happenings = Pick<CheckContext<Record<never, never>, never>, 'memoryOf' | 'moments'>;

const nearMs = 2 * 60 * 60_000;
// What is told on the timeline is noticed a little later than it happens.
const noticedMs = 5 * 60_000;

/**
 * The nearest thing that may have brought it about, null if nothing is known: a reboot of its node first, or of one that holds
 * its replicas, then versions, its own workload, its volume; at last a reboot of any other node.
 */
export function reasonOf(loss: Loss, claim: string, happened: Happenings, snapshot: Snapshot): Reason | null {
  const moments = happened.moments.filter(({ at }) => isNear(at, loss));
  const reboots = isOfOneNode(loss, snapshot) ? none : rebootsOf(loss, happened, moments);
  return (
    reboot(loss, happened, moments) ??
    ofReboots(reboots, replicaNodes(loss, claim, snapshot)) ??
    version(loss, moments) ??
    ofWorkload(claim, moments, snapshot) ??
    ofVolume(loss) ??
    ofReboots(reboots, reboots)
  );
}

const none: ReadonlyMap<string, number> = new Map();

function isNear(at: number, { before, after }: Loss): boolean {
  return at >= before.at - nearMs && at <= Math.min(before.at + nearMs, after.at + noticedMs);
}

/** Nodes on which it was measured last, and first without its data. */
function nodesOf({ before, after }: Loss): string[] {
  return [...new Set([after.mount.node, before.mount?.node ?? ''])].filter((name) => name !== '');
}

function reboot(loss: Loss, { memoryOf }: Happenings, moments: readonly Moment[]): Reason | null {
  const rebooted = (node: string) =>
    hasNewBoot(loss, node) ||
    isRemembered(memoryOf('nodes/rebooted').get(node) as RebootMemory | undefined, loss) ||
    moments.some(({ kind, text }) => kind === 'reboot' && text === `${node} rebooted`);
  const node = nodesOf(loss).find(rebooted);
  return node === undefined ? null : { words: ', after {node} rebooted', values: { node: shorten(node, 60) } };
}

function hasNewBoot({ before: { mount }, after }: Loss, node: string): boolean {
  return (
    mount?.node === node &&
    after.mount.node === node &&
    mount.boot !== '' &&
    after.mount.boot !== '' &&
    mount.boot !== after.mount.boot
  );
}

/** Where nobody watched it was some time between two moments. */
function isRemembered(memory: RebootMemory | undefined, loss: Loss): boolean {
  const at = memory?.rebootedAt ?? null;
  if (at === null) return false;
  const from = memory?.notBefore ?? at;
  return isNear(at, loss) || (from <= loss.after.at && at >= loss.before.at);
}

/** A directory or a disk of a node has nothing to do with any other. */
function isOfOneNode({ after }: Loss, snapshot: Snapshot): boolean {
  const is = snapshot.facts('persistentVolume').get(after.mount.volume)?.made.is;
  return is === 'local' || is === 'host';
}

const rebootWords = ' rebooted';

/** When which node rebooted shortly before, by the timeline and by what is remembered of each; the latest of each. */
function rebootsOf(loss: Loss, { memoryOf }: Happenings, moments: readonly Moment[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { at, kind, text } of moments) {
    if (kind !== 'reboot' || !text.endsWith(rebootWords)) continue;
    const node = text.slice(0, -rebootWords.length);
    found.set(node, Math.max(at, found.get(node) ?? 0));
  }
  for (const [node, memory] of memoryOf('nodes/rebooted')) {
    const at = (memory as RebootMemory).rebootedAt;
    if (at !== null && isNear(at, loss)) found.set(node, Math.max(at, found.get(node) ?? 0));
  }
  return found;
}

const togetherMs = 60 * 60_000;

/** Of those among `nodes` the last that rebooted, or how many did within the hour. */
function ofReboots(reboots: ReadonlyMap<string, number>, nodes: Pick<ReadonlySet<string>, 'has'>): Reason | null {
  const [last, ...before] = [...reboots].filter(([node]) => nodes.has(node)).toSorted(([, a], [, b]) => b - a);
  if (last === undefined) return null;
  const [node, at] = last;
  const count = 1 + before.filter((each) => at - each[1] <= togetherMs).length;
  return count === 1
    ? { words: ', after {node} rebooted', values: { node: shorten(node, 60) } }
    : { words: ', after {count} nodes rebooted', values: { count: String(count) } };
}

/** Where Longhorn keeps the data of the volume that held them, and of the one that is mounted now. */
function replicaNodes({ before, after }: Loss, claim: string, snapshot: Snapshot): ReadonlySet<string> {
  const volumes = new Set([
    before.mount?.volume,
    after.mount.volume,
    longhornClaims(snapshot).volumeOf.get(claim)?.name,
  ]);
  return new Set([...volumes].flatMap((volume) => replicasByVolume(snapshot).get(volume ?? '') ?? []));
}

/** Longhorn calls its volumes as their PersistentVolumes are called. */
const replicasByVolume = perFacts(['longhornReplica'], (snapshot): ReadonlyMap<string, readonly string[]> => {
  const all = Map.groupBy(snapshot.facts('longhornReplica').values(), ({ volume }) => volume);
  return new Map([...all].map(([volume, replicas]) => [volume, replicas.map(({ node }) => node)]));
});

function version(loss: Loss, moments: readonly Moment[]): Reason | null {
  const nodes = nodesOf(loss);
  const told = moments.findLast(
    ({ kind, text }) =>
      kind === 'version' &&
      (text.startsWith('API server ') || nodes.some((node) => text.startsWith(`${node} kubelet `))),
  );
  const node = nodes.find((name) => told?.text.startsWith(`${name} `) === true || hasNewVersion(loss, name));
  if (node !== undefined) return { words: ', after {node} was upgraded', values: { node: shorten(node, 60) } };
  return told === undefined ? null : { words: ', after the API server was upgraded', values: {} };
}

function hasNewVersion({ before: { mount }, after }: Loss, node: string): boolean {
  return (
    mount?.node === node &&
    after.mount.node === node &&
    mount.kubelet !== '' &&
    after.mount.kubelet !== '' &&
    mount.kubelet !== after.mount.kubelet
  );
}

const changes: Partial<Record<Moment['kind'], string>> = {
  image: ', after {workload} got another image',
  scale: ', after {workload} was scaled',
  moved: ', after {workload} moved to another node',
};

function ofWorkload(claim: string, moments: readonly Moment[], snapshot: Snapshot): Reason | null {
  const replicaSets = snapshot.facts('replicaSet');
  const pods = claimUses(snapshot).get(claim)?.pods ?? [];
  const names = new Set(pods.flatMap((pod) => [pod.name, workloadSubject(pod, replicaSets).name]));
  for (const { kind, text } of moments.toReversed()) {
    const words = changes[kind];
    const name = text.slice(0, text.indexOf(' '));
    if (words !== undefined && names.has(name)) return { words, values: { workload: shorten(name, 60) } };
  }
  return null;
}

function ofVolume(loss: Loss): Reason | null {
  const { mount } = loss.before;
  if (isReplaced(loss)) return { words: ', after its volume was replaced', values: {} };
  if (mount === null || mount.pod === '' || loss.after.mount.pod === '') return null;
  return mount.pod === loss.after.mount.pod ? null : { words: ', since its pod was created anew', values: {} };
}
