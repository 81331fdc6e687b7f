import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { LonghornVolumeFact } from '#server/facts/longhorn-volume.ts';
import type { Subject } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { faultedExplainsMounts, faultedExplainsPods } from '../longhorn-causes.ts';
import { longhornVolumeSubject, replicasOf } from '../longhorn-replicas.ts';
import { degradedSteps, engineSteps, faultedSteps } from '../longhorn-steps.ts';
import { degradedSay, lastBackupEvidence, replicaEvidence, unknownSay } from '../longhorn-volume-words.ts';
import { perInputs } from '../per-inputs.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

const hourMs = 60 * 60_000;

/** Does Longhorn have all copies of each volume, and can it be used? It says nothing of what is in it. */
export default defineCheck({
  check: 'storage/longhorn-volume',
  about: 'a volume of Longhorn is degraded (with the replica that is missing), faulted, or was put together again',
  needs: {
    longhornVolume: 'required',
    ...{ longhornReplica: 'optional', persistentVolumeClaim: 'optional', persistentVolume: 'optional' },
    ...{ node: 'optional', pod: 'optional' },
  },
  settings: {
    salvaged: duration(24 * hourMs, 'a volume that was put together again from a replica is a notice for this long'),
  },
  explains: [faultedExplainsPods, faultedExplainsMounts],
  judge: (snapshot, { settings }) =>
    [...snapshot.facts('longhornVolume').values()].map((volume) =>
      isQuiet(volume)
        ? quietVerdict(volume, longhornVolumeSubject(volume, snapshot))
        : verdict(volume, settings.salvaged, snapshot),
    ),
});

/** Nearly all are: in use, with all their replicas, and nothing to be told of them. */
function isQuiet({ state, robustness, conditions, lastSalvagedAt }: LonghornVolumeFact): boolean {
  return state === 'attached' && robustness === 'healthy' && conditions.length === 0 && lastSalvagedAt === null;
}

const quietVerdict = perInputs((volume: LonghornVolumeFact, subject: Subject): Verdict => {
  return { subject, level: 'ok', say: fineSay(shorten(subject.name, 60), volume) };
});

const changing = ['creating', 'attaching', 'detaching', 'deleting'];

function verdict(volume: LonghornVolumeFact, salvagedMs: number, snapshot: Snapshot): Verdict {
  const subject = longhornVolumeSubject(volume, snapshot);
  const name = shorten(subject.name, 60);
  const { state, robustness } = volume;
  if (robustness === 'faulted') return faulted({ subject, name }, volume, snapshot);
  if (robustness === 'degraded') return degraded({ subject, name }, volume, snapshot);
  const isKnown = state === 'attached' || state === 'detached' || changing.includes(state);
  const said = robustness === 'healthy' || robustness === 'unknown' || (robustness === '' && changing.includes(state));
  if (!isKnown || !said) {
    return { subject, level: 'unknown', say: unknownSay(name, volume), steps: degradedSteps(volume) };
  }
  // Robustness is said while it is attached: then unknown means that its engine does not answer.
  if (state === 'attached' && robustness === 'unknown') return silent({ subject, name }, volume);
  return conditions({ subject, name }, volume, snapshot) ?? salvaged({ subject, name }, volume, salvagedMs, snapshot);
}

type Head = Pick<Verdict, 'subject'> & { name: string };

function faulted({ subject, name }: Head, volume: LonghornVolumeFact, snapshot: Snapshot): Verdict {
  const failures = replicasOf(volume, snapshot).missing.flatMap(({ failedAt }) => failedAt ?? []);
  return {
    subject,
    level: 'bad',
    say: say('{name} cannot be used: none of its replicas is good (faulted)', { name }),
    evidence: [...replicaEvidence(volume, snapshot), ...lastBackupEvidence(volume)],
    steps: faultedSteps(volume),
    ...startedAt(failures.length === 0 ? null : Math.max(...failures), snapshot.now),
  };
}

function degraded({ subject, name }: Head, volume: LonghornVolumeFact, snapshot: Snapshot): Verdict {
  return {
    subject,
    level: 'warn',
    say: degradedSay(name, volume, snapshot),
    evidence: replicaEvidence(volume, snapshot),
    steps: degradedSteps(volume),
    ...startedAt(volume.lastDegradedAt, snapshot.now),
  };
}

function silent({ subject, name }: Head, volume: LonghornVolumeFact): Verdict {
  const on = volume.node === '' ? '' : ' to {node}';
  return {
    subject,
    level: 'unknown',
    say: say(`{name} is attached${on}, and its engine does not answer`, { name, node: shorten(volume.node, 60) }),
    steps: engineSteps(volume),
  };
}

/** What Longhorn complains of while the volume works. */
function conditions({ subject, name }: Head, volume: LonghornVolumeFact, snapshot: Snapshot): Verdict | null {
  const find = (type: string) => volume.conditions.find((condition) => condition.type === type);
  const unplaced = find('Scheduled');
  const told = unplaced ?? find('TooManySnapshots');
  if (told === undefined) return null;
  return {
    subject,
    level: unplaced === undefined ? 'notice' : 'warn',
    say: unplaced === undefined ? say('{name} has too many snapshots', { name }) : unplacedSay(name, volume),
    evidence: replicaEvidence(volume, snapshot),
    steps: degradedSteps(volume),
    ...startedAt(told.changedAt, snapshot.now),
  };
}

function unplacedSay(name: string, { replicasWanted }: LonghornVolumeFact) {
  const words = 'Longhorn finds no place for a replica of {name}, which wants {wanted}';
  return say(words, { name, wanted: replicasWanted });
}

/** Its data are those of one replica: whatever the others had of the last moments is gone. */
function salvaged({ subject, name }: Head, volume: LonghornVolumeFact, forMs: number, snapshot: Snapshot): Verdict {
  const at = volume.lastSalvagedAt;
  if (at !== null && at <= snapshot.now && snapshot.now - at < forMs) {
    return {
      subject,
      level: 'notice',
      say: say('{name} had failed, and Longhorn put it together again at {at:at}', { name, at }),
      evidence: [{ kind: 'text', say: say('look whether its data are as they were') }, ...lastBackupEvidence(volume)],
      steps: degradedSteps(volume),
      startedAt: at,
    };
  }
  return { subject, level: 'ok', say: fineSay(name, volume) };
}

function fineSay(name: string, { state, robustness }: LonghornVolumeFact) {
  if (state === 'attached') return say('{name} has all its replicas', { name });
  return robustness === 'healthy' ? say('{name} is healthy', { name }) : say('{name} is {state}', { name, state });
}
