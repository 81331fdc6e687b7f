import { defineCheck, type CheckContext, type Verdict } from '#server/engine/define-check.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { seriesName } from '#server/engine/sampler.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import { calmNumber } from '../calm-figures.ts';
import { claimSubject, claimUses, type ClaimUse } from '../claim-use.ts';
import { perInputs } from '../per-inputs.ts';
import { shorten } from '../shorten.ts';
import { storageUsed } from '../storage-series.ts';
import { rememberCourse, shrinkingOf, type VolumeCourse } from '../volume-course.ts';
import { lossOfClaim, measuredClaims, volumeMemoryCheck } from '../volume-memory.ts';

/** Does a volume lose its data bit by bit? A notice: a clean-up looks the same. */
export default defineCheck({
  check: 'storage/volume-shrunk-slowly',
  about: 'a volume has lost more than half of its data within days, bit by bit',
  // Each verdict is judged by the kubelet that measured it.
  needs: { nodeStats: 'optional', persistentVolumeClaim: 'optional', persistentVolume: 'optional', pod: 'optional' },
  settings: {},
  remembers: { version: 1, subjects: measuredClaims, remember: rememberCourse },
  judge(snapshot, context: CheckContext<Record<never, never>, VolumeCourse>) {
    const losses = context.memoryOf(volumeMemoryCheck);
    return [...context.memory].flatMap(([key, course]) => {
      const use = claimUses(snapshot).get(key);
      if (use?.measuredBy == null) return [];
      const isTold = !use.claim.wish.expectShrink && lossOfClaim(losses, key) === null;
      return [verdict(use, isTold ? course : null, snapshot.now)];
    });
  },
});

function verdict({ claim, measuredBy }: ClaimUse, course: VolumeCourse | null, now: number): Verdict {
  const found = course === null ? null : shrinkingOf(course, now);
  if (found === null) return fine(claim, measuredBy?.source ?? '');
  const subject = claimSubject(claim);
  const name = shorten(claim.name, 60);
  const sources = measuredBy === null ? [] : [measuredBy.source];
  const { from, bytes } = found;
  const values = { name, before: calmNumber(from.bytes), now: calmNumber(bytes), at: from.at };
  return {
    ...{ subject, level: 'notice', sources, series: [seriesName(storageUsed, subject)] },
    say: say('{name} shrinks: {before:bytes} on {at:day}, {now:bytes} now', values),
    evidence: [{ kind: 'text', say: say('bit by bit: it never fell by a quarter or more at once') }],
    steps: [
      {
        say: 'If nothing is meant to delete there, look what does; if its data come and go, say so',
        command: command`kubectl -n ${claim.namespace} annotate persistentvolumeclaims ${claim.name} clusterwall.dev/expect-shrink=true`,
      },
    ],
  };
}

const fine = perInputs((claim: PersistentVolumeClaimFact, source: string): Verdict => {
  const words = say('{name} does not shrink', { name: shorten(claim.name, 60) });
  return { subject: claimSubject(claim), level: 'ok', say: words, sources: source === '' ? [] : [source] };
});
