import type { CheckContext } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Moment } from '#shared/history.ts';
import { claimUses } from './claim-use.ts';
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

/** The nearest thing that may have brought it about, null if nothing is known: a reboot first, then versions, then its own workload, then its volume. */
export function reasonOf(loss: Loss, claim: string, happened: Happenings, snapshot: Snapshot): Reason | null {
  const moments = happened.moments.filter(({ at }) => isNear(at, loss));
  return (
    reboot(loss, happened, moments) ??
    version(loss, moments) ??
    ofWorkload(claim, moments, snapshot) ??
    ofVolume(loss) ??
    null
  );
}

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
  image: ', after {name} got another image',
  scale: ', after {name} was scaled',
  moved: ', after {name} moved to another node',
};

function ofWorkload(claim: string, moments: readonly Moment[], snapshot: Snapshot): Reason | null {
  const replicaSets = snapshot.facts('replicaSet');
  const pods = claimUses(snapshot).get(claim)?.pods ?? [];
  const names = new Set(pods.flatMap((pod) => [pod.name, workloadSubject(pod, replicaSets).name]));
  for (const { kind, text } of moments.toReversed()) {
    const words = changes[kind];
    const name = text.slice(0, text.indexOf(' '));
    if (words !== undefined && names.has(name)) return { words, values: { name: shorten(name, 60) } };
  }
  return null;
}

function ofVolume(loss: Loss): Reason | null {
  const { mount } = loss.before;
  if (isReplaced(loss)) return { words: ', after its volume was replaced', values: {} };
  if (mount === null || mount.pod === '' || loss.after.mount.pod === '') return null;
  return mount.pod === loss.after.mount.pod ? null : { words: ', since its pod was created anew', values: {} };
}
