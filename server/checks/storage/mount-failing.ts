import { defineCheck, type Explains, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { mountSteps } from '../mount-steps.ts';
import { mountTroubles, type MountTrouble, type WaitingPod } from '../mount-trouble.ts';
import { namedPods } from '../named-pods.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { namesCell } from '../storage-words.ts';
import { workloadSubject } from '../workload-subject.ts';

/** What a verdict stands for: kept beside it, since rules of causes know nothing else of it. */
const standsFor = new WeakMap<Verdict, ReadonlySet<string>>();

/** A volume that cannot be mounted explains that the pods which wait for it do not start. */
const explainsItsPods: Explains = {
  checks: ['workloads/not-starting'],
  when: (cause, { subject }) => cause.level === 'bad' && standsFor.get(cause)?.has(subjectId(subject)) === true,
};

/** Do pods wait for volumes that cannot be attached or mounted? One finding for all that wait for the same claim, driver or server. */
export default defineCheck({
  check: 'storage/mount-failing',
  about:
    'pods wait for a volume that cannot be attached or mounted, with the cause: still in use, no driver, no server',
  needs: {
    persistentVolumeClaim: 'required',
    ...{ pod: 'optional', event: 'optional', persistentVolume: 'optional', replicaSet: 'optional' },
    ...{ volumeAttachment: 'optional', node: 'optional' },
  },
  settings: {
    after: duration(2 * 60_000, 'a pod that has waited for this long is a finding'),
  },
  explains: [explainsItsPods],
  judge: (snapshot, { settings }) =>
    mountTroubles(snapshot).flatMap((trouble) => verdict(trouble, settings.after, snapshot) ?? []),
});

function verdict(all: MountTrouble, afterMs: number, snapshot: Snapshot): Verdict | null {
  const [first, ...others] = all.waiting.filter((each) => hasLasted(each, afterMs, snapshot.now));
  if (first === undefined) return null;
  const trouble: MountTrouble = { ...all, waiting: [first, ...others] };
  const times = trouble.waiting.map(({ pod }) => pod.createdAt);
  const pods = trouble.waiting.map(({ pod }) => pod);
  const made: Verdict = {
    subject: trouble.subject,
    level: 'bad',
    say: sentence(trouble, snapshot),
    evidence: [
      { kind: 'text', say: plainly(shorten(first.said, 1000)) },
      { kind: 'text', say: namedPods(pods) },
    ],
    steps: mountSteps(trouble),
    sources: ['persistentvolumeclaims', 'pods', 'events'],
    ...startedAt(times.includes(null) ? null : Math.min(...times.map((at) => at ?? 0)), snapshot.now),
  };
  const replicaSets = snapshot.facts('replicaSet');
  standsFor.set(made, new Set(pods.map((pod) => subjectId(workloadSubject(pod, replicaSets)))));
  return made;
}

/** One without a date that can be believed has waited long enough. */
function hasLasted({ pod: { createdAt } }: WaitingPod, afterMs: number, now: number): boolean {
  return createdAt === null || createdAt > now || now - createdAt >= afterMs;
}

function sentence({ subject, waiting }: MountTrouble, snapshot: Snapshot): Say {
  const [first] = waiting;
  const { pod, use, reason } = first;
  const values = { pod: shorten(pod.name, 60), count: waiting.length, name: shorten(use.claim.name, 60), why: '' };
  const { count: _, ...one } = values;
  const told = (template: string, why: string): Say =>
    waiting.length === 1
      ? say(`{pod} waits for ${template}: {why}`, { ...one, why })
      : say(`{count} pods wait for ${template}: {why}`, { ...values, why });
  switch (subject.kind) {
    case 'CSIDriver': {
      const nodes = namesCell([...new Set(waiting.flatMap((each) => each.pod.node ?? []))].sort()) ?? 'its node';
      return told(
        waiting.length === 1 ? '{name}' : 'volumes',
        reason.look === 'driver' ? `${reason.words} on ${nodes}` : reason.words,
      );
    }
    case 'NFSServer':
      return told(
        waiting.length === 1 ? '{name}' : 'volumes',
        `the NFS server ${shorten(subject.name, 80)} does not answer`,
      );
    default:
      return told('{name}', reason.look === 'attached' ? attachedWords(first, snapshot) : reason.words);
  }
}

/** The message does not say to which node; attachments do. */
function attachedWords({ use, pod, reason }: WaitingPod, snapshot: Snapshot): string {
  const attachments = [...snapshot.facts('volumeAttachment').values()];
  const holder = attachments.find(
    ({ volume, node, attached }) => attached && volume === use.claim.volume && node !== pod.node,
  );
  if (holder === undefined) return reason.words;
  const isReady = snapshot.facts('node').get(holder.node)?.conditions['Ready']?.status === 'True';
  const where = `it is still attached to ${shorten(holder.node, 60)}`;
  return isReady ? where : `${where}, which is not ready`;
}
