import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { claimSubject, claimUses, type ClaimUse } from '../claim-use.ts';
import { quoted } from '../meanings.ts';
import { classOf, isAskedFor, pendingReason, type PendingReason } from '../pending-words.ts';
import { makerOf } from '../provisioners.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { describeClaim } from '../storage-steps.ts';
import { explainsItsWaiting } from '../waiting-claims.ts';

const minuteMs = 60_000;

/** Does every claim have its volume? */
export default defineCheck({
  check: 'storage/claim-pending',
  about: 'a claim gets no volume: no such class, no volume that fits, a provisioner that does not run',
  needs: {
    persistentVolumeClaim: 'required',
    ...{ persistentVolume: 'optional', storageClass: 'optional', pod: 'optional', event: 'optional' },
    ...{ deployment: 'optional', statefulSet: 'optional', daemonSet: 'optional', replicaSet: 'optional' },
  },
  settings: {
    warn: duration(2 * minuteMs, 'a claim without a volume for this long is a warning'),
    bad: duration(5 * minuteMs, 'a claim without a volume for this long is bad'),
    unused: duration(7 * 24 * 60 * minuteMs, 'a claim that has waited for a pod for this long is a notice'),
  },
  explains: [explainsItsWaiting],
  judge: (snapshot, { settings }) =>
    [...claimUses(snapshot).values()].flatMap((use) => verdict(use, settings, snapshot)),
});

/** Nearly all are bound: one verdict for as long as nothing of a claim changes. */
const fine = new WeakMap<PersistentVolumeClaimFact, Verdict>();

function verdict(use: ClaimUse, settings: Record<'warn' | 'bad' | 'unused', number>, snapshot: Snapshot): Verdict[] {
  const { claim } = use;
  switch (claim.phase) {
    case 'Bound':
      return [boundVerdict(claim)];
    case 'Lost':
      return []; // storage/claim-lost tells of it.
    case 'Pending':
      return [pendingVerdict(use, settings, snapshot)];
    default: {
      const [name, phase] = [shorten(claim.name, 60), quoted(claim.phase, 40)];
      const words =
        claim.phase === ''
          ? '{name} does not say whether it has a volume'
          : '{name} is in a phase that is not known: {phase}';
      return [{ subject: claimSubject(claim), level: 'unknown', say: say(words, { name, phase }) }];
    }
  }
}

function boundVerdict(claim: PersistentVolumeClaimFact): Verdict {
  const before = fine.get(claim);
  if (before !== undefined) return before;
  const words = say('{name} has its volume', { name: shorten(claim.name, 60) });
  const made: Verdict = { subject: claimSubject(claim), level: 'ok', say: words };
  fine.set(claim, made);
  return made;
}

function pendingVerdict(
  use: ClaimUse,
  settings: Record<'warn' | 'bad' | 'unused', number>,
  snapshot: Snapshot,
): Verdict {
  const { claim } = use;
  const head = { subject: claimSubject(claim), ...startedAt(claim.createdAt, snapshot.now) };
  const name = shorten(claim.name, 60);
  // A date of 1970 or of days to come says nothing: then it is as old as a warning.
  const ageMs = head.startedAt === undefined ? settings.warn : snapshot.now - head.startedAt;
  const waiting = waitsForPod(use, snapshot);
  if (waiting !== '') {
    const level = waiting === 'a pod' && ageMs >= settings.unused ? 'notice' : 'ok';
    const words =
      level === 'notice'
        ? '{name} has no volume yet: no pod has wanted it for {since:age}'
        : '{name} waits for {waiting}';
    const values = level === 'notice' ? { name, since: head.startedAt ?? 0 } : { name, waiting };
    return { ...head, level, say: say(words, values), steps: level === 'notice' ? [describeClaim(claim)] : [] };
  }
  if (ageMs < Math.min(settings.warn, settings.bad))
    return { ...head, level: 'ok', say: say('the volume of {name} is being made', { name }) };
  const reason = pendingReason(claim, snapshot);
  return {
    ...head,
    level: ageMs >= settings.bad ? 'bad' : 'warn',
    say: say('{name} gets no volume: {why}', { name, why: reason.words }),
    evidence: reason.said === '' ? [] : [{ kind: 'text', say: plainly(shorten(reason.said, 1000)) }],
    steps: steps(claim, reason, snapshot),
  };
}

/** What the volume is not made before: a pod that wants it, or a node for such a pod, which is told of the pod; "" if nothing. */
function waitsForPod({ claim, pods }: ClaimUse, snapshot: Snapshot): '' | 'a pod' | 'a node for its pod' {
  if (classOf(claim, snapshot)?.waitsForPod !== true) return '';
  if (pods.length === 0) return 'a pod';
  // Its provisioner is asked only once a node was chosen.
  if (isAskedFor(claim, snapshot)) return '';
  const waits = pods.every(
    ({ node, unscheduled }) => node === null && !aboutVolumes.test(unscheduled === null ? '' : unscheduled.message),
  );
  return waits ? 'a node for its pod' : '';
}

/** Where the scheduler finds no node for the very volume's sake, the claim is the news. */
const aboutVolumes = /binding volumes|persistent ?volume|free storage|unbound immediate/i;

function steps(claim: PersistentVolumeClaimFact, { look }: PendingReason, snapshot: Snapshot): Step[] {
  return [...lookSteps(claim, look, snapshot), describeClaim(claim)];
}

function lookSteps(claim: PersistentVolumeClaimFact, look: PendingReason['look'], snapshot: Snapshot): Step[] {
  switch (look) {
    case 'classes':
      return [
        { say: 'Which storage classes are there, and which is the default?', command: 'kubectl get storageclasses' },
      ];
    case 'volumes':
      return [{ say: 'Which volumes are there, and whose are they?', command: 'kubectl get persistentvolumes' }];
    case 'provisioner':
    case null: {
      const provisioner = classOf(claim, snapshot)?.provisioner ?? '';
      const maker = provisioner === '' ? null : makerOf(provisioner, snapshot);
      if (maker === null) return [{ say: 'Does the provisioner run?', command: 'kubectl get pods -A' }];
      const { kind, namespace = '', name } = maker.subject;
      return [
        { say: 'Does its provisioner run?', command: command`kubectl -n ${namespace} get pods` },
        {
          say: 'What does it say?',
          command: command`kubectl -n ${namespace} logs ${`${kind.toLowerCase()}/${name}`} --all-containers --tail 50`,
        },
      ];
    }
  }
}
