import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { keptCount } from '../backup-index.ts';
import { isStillThere } from '../backup-coverage.ts';
import {
  backupMemoryCheck,
  coveredSubjects,
  keepsBackups,
  rememberBackups,
  settleBackups,
  type BackupMemory,
} from '../backup-memory.ts';
import { isCompared, type BackupShrink, type ComparedBackup } from '../backup-shrink.ts';
import { pauseStepsOf } from '../backup-pause.ts';
import { lookIntoVolumeSteps } from '../backup-steps.ts';
import { backupNeeds, backupSources, systemNames } from '../backup-systems.ts';
import { plansOf, type BackupSystem, type Covered } from '../backup-view.ts';
import { coveredName, planName } from '../backup-words.ts';
import { claimSubjectOf } from '../claim-use.ts';
import { perInputs } from '../per-inputs.ts';
import { startedAt } from '../started-at.ts';

/** Does the newest backup of a volume hold much less than the one before? Then it may be of a volume that was emptied. */
export default defineCheck({
  check: backupMemoryCheck,
  about: 'a backup holds less than half of the one before it: its volume may have been emptied',
  needs: backupNeeds,
  settings: {},
  latch: true,
  remembers: {
    version: 1,
    subjects: coveredSubjects,
    remember: rememberBackups,
    keeps: keepsBackups,
    acknowledged: settleBackups,
  },
  judge: (snapshot, { memory }) =>
    [...memory].flatMap(([covered, known]) => (covered === 'etcd' ? [] : (verdict(covered, known, snapshot) ?? []))),
});

function verdict(covered: Covered, { good, shrank }: BackupMemory, snapshot: Snapshot): Verdict | null {
  if (shrank !== undefined) return shrankVerdict(covered, shrank, snapshot);
  const compared = comparedOf(good);
  return compared.length === 0 ? null : fineVerdict(good, covered, backupSources(compared, snapshot));
}

const comparedOf = perInputs((good: BackupMemory['good']): readonly BackupSystem[] => {
  const sized = good.filter(({ system, bytes }) => bytes !== null && isCompared(system));
  const systems = [...new Set(sized.map(({ system }) => system))];
  return systems.filter((system) => sized.filter((each) => each.system === system).length > 1);
});

const fineVerdict = perInputs((_: BackupMemory['good'], covered: Covered, sources: string[]): Verdict => {
  const words = say('no backup of {name} holds much less than the one before', { name: coveredName(covered) });
  return { subject: claimSubjectOf(covered), level: 'ok', say: words, sources };
});

function shrankVerdict(covered: Covered, { system, from, to }: BackupShrink, snapshot: Snapshot): Verdict {
  const subject = claimSubjectOf(covered);
  const plans = plansOf(covered, snapshot).filter((plan) => plan.system === system);
  return {
    subject,
    level: 'bad',
    say: say('the backup of {name} shrank: {before:bytes} to {after:bytes} at {at:at}', {
      ...{ name: coveredName(covered), before: from.bytes, after: to.bytes, at: to.at },
    }),
    evidence: [
      { kind: 'value', say: leftSay(from, snapshot) },
      ...plans.flatMap((plan) => {
        const keeps = keptCount(plan);
        const values = { plan: planName(plan), keeps: keeps ?? 0 };
        return keeps === null ? [] : [{ kind: 'text' as const, say: say('{plan} keeps {keeps}', values) }];
      }),
      { kind: 'text', say: say('by {system}; stays until someone acknowledges it', { system: systemNames[system] }) },
    ],
    steps: [
      ...pauseStepsOf(covered, snapshot).slice(0, 3),
      ...lookIntoVolumeSteps(covered, snapshot),
      { say: 'If you made it smaller yourself, acknowledge it: later backups are compared with each other then' },
    ],
    // It stands by what is remembered, whatever can be seen now.
    sources: [],
    series: [`storage/used|${subjectId(subject)}`],
    ...startedAt(to.at, snapshot.now),
  };
}

/** Whether what may be the last good copy is still there. */
function leftSay({ at, bytes, object }: ComparedBackup, snapshot: Snapshot) {
  const there = isStillThere(object, snapshot);
  return there
    ? say('the one of {at:at} with {bytes:bytes} may be the last good copy, and is still there', { at, bytes })
    : say('the one of {at:at} with {bytes:bytes} is not listed any more: look for another copy', { at, bytes });
}
