import { defineCheck, type CheckContext, type Verdict } from '#server/engine/define-check.ts';
import { seriesName } from '#server/engine/sampler.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { say } from '#shared/say.ts';
import { backupMemoryCheck } from '../backup-memory.ts';
import { backupKinds } from '../backup-view.ts';
import { claimSubjectOf, claimUses, type ClaimUse } from '../claim-use.ts';
import { perInputs } from '../per-inputs.ts';
import { shorten } from '../shorten.ts';
import { storageUsed } from '../storage-series.ts';
import { lastGoodBefore } from '../volume-backup.ts';
import { lossExplains } from '../volume-causes.ts';
import { isShown, type Loss } from '../volume-loss.ts';
import { lossSteps } from '../volume-loss-steps.ts';
import { lossEvidence, lossSentence } from '../volume-loss-words.ts';
import {
  acknowledgeVolume,
  keepsVolume,
  measuredClaims,
  rememberVolume,
  volumeMemoryCheck,
  volumeMemoryVersion,
  type VolumeMemory,
} from '../volume-memory.ts';
import { reasonOf } from '../volume-reason.ts';

/**
 * Are a volume's data gone? By its size alone, since storage systems call an empty volume healthy; red until somebody
 * acknowledges it, whether or not the claim, its pod or its figures are still there.
 */
export default defineCheck({
  check: volumeMemoryCheck,
  about: 'the data of a volume are gone, whatever its storage says of it',
  needs: {
    ...Object.fromEntries(backupKinds.map((kind) => [kind, 'optional'] as const)),
    ...{ persistentVolumeClaim: 'optional', persistentVolume: 'optional', nodeStats: 'optional', pod: 'optional' },
    ...{ node: 'optional', replicaSet: 'optional', deployment: 'optional', statefulSet: 'optional' },
    ...{ longhornVolume: 'optional', longhornReplica: 'optional' },
  },
  settings: {},
  latch: true,
  remembers: {
    version: volumeMemoryVersion,
    subjects: measuredClaims,
    remember: (before: VolumeMemory | undefined, claim, snapshot) => rememberVolume(before, claim, snapshot),
    keeps: keepsVolume,
    acknowledged: acknowledgeVolume,
  },
  explains: lossExplains,
  judge(snapshot, context: CheckContext<Record<never, never>, VolumeMemory>) {
    const verdicts: Verdict[] = [];
    for (const [claim, { loss }] of context.memory) {
      if (isShown(loss) && !isExpected(claim, snapshot)) verdicts.push(lost(claim, loss, snapshot, context));
      else verdicts.push(...fine(claim, claimUses(snapshot).get(claim)));
    }
    return verdicts;
  },
});

/** Said of a claim that is not measured now, it must not wait until it is. */
function isExpected(claim: string, snapshot: Snapshot): boolean {
  return claimUses(snapshot).get(claim)?.claim.wish.expectShrink === true;
}

function lost(
  claim: string,
  loss: Loss,
  snapshot: Snapshot,
  context: CheckContext<Record<never, never>, VolumeMemory>,
): Verdict {
  const subject = claimSubjectOf(claim);
  const good = lastGoodBefore(claim, loss, snapshot, context.memoryOf(backupMemoryCheck));
  return {
    subject,
    level: 'bad',
    say: lossSentence(loss, claim, reasonOf(loss, claim, context, snapshot)),
    evidence: lossEvidence(loss, claim, good, snapshot),
    steps: lossSteps(loss, claim, good, snapshot),
    startedAt: Math.min(loss.after.at, snapshot.now),
    // What is known of it stands in the memory: it is not greyed by a kubelet that is silent.
    sources: [],
    series: [seriesName(storageUsed, subject)],
  };
}

function fine(claim: string, use: ClaimUse | undefined): Verdict[] {
  if (use?.measuredBy == null || use.shares === 'node') return [];
  return fineVerdicts(use.claim, claim, use.measuredBy.source);
}

const fineVerdicts = perInputs((of: PersistentVolumeClaimFact, claim: string, source: string): Verdict[] => {
  const name = shorten(of.name, 60);
  const words = of.wish.expectShrink
    ? say('the data of {name} come and go, by its annotation', { name })
    : say('nothing of {name} is known to be lost', { name });
  return [{ subject: claimSubjectOf(claim), level: 'ok', say: words, sources: [source] }];
});
