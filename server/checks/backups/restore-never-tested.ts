import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { say } from '#shared/say.ts';
import { coveredName } from '../backup-words.ts';
import { claimSubject } from '../claim-use.ts';

const day = 86_400_000;

/** Is it long ago that somebody tried to restore a volume? Only where its owner keeps a date of that. */
export default defineCheck({
  check: 'backups/restore-never-tested',
  about: 'a restore was tried long ago, by the date in the annotation clusterwall.dev/restore-tested',
  needs: { persistentVolumeClaim: 'required' },
  settings: { after: duration(180 * day, 'a restore that was tried longer ago than this is to be tried again') },
  judge: (snapshot, { settings }) =>
    [...snapshot.facts('persistentVolumeClaim').values()].flatMap(
      (claim) => verdict(claim, snapshot.now, settings.after) ?? [],
    ),
});

function verdict(claim: PersistentVolumeClaimFact, now: number, afterMs: number): Verdict | null {
  const at = claim.wish.restoreTestedAt;
  if (at === null) return null;
  const subject = claimSubject(claim);
  const name = coveredName(claim.key);
  // The date is of a day, in whatever zone its owner lives.
  if (at > now + day) {
    return {
      ...{ subject, level: 'notice' },
      say: say('a restore of {name} is said to have been tried on {at:day}, which is still to come', { name, at }),
    };
  }
  if (now - at <= afterMs) {
    return { subject, level: 'ok', say: say('a restore of {name} was tried on {at:day}', { name, at }) };
  }
  return {
    ...{ subject, level: 'notice' },
    say: say('a restore of {name} was last tried {at:age} ago', { name, at }),
    steps: [{ say: 'Restore it beside the real one, look whether all is there, and write the new date on the claim' }],
  };
}
