import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { say } from '#shared/say.ts';
import { claimSubject } from '../claim-use.ts';
import { shorten } from '../shorten.ts';
import { describeClaim } from '../storage-steps.ts';
import { explainsItsWaiting } from '../waiting-claims.ts';

/** Is the volume of a claim gone? */
export default defineCheck({
  check: 'storage/claim-lost',
  about: 'the volume that a claim was bound to is gone',
  needs: { persistentVolumeClaim: 'required', pod: 'optional' },
  settings: {},
  explains: [explainsItsWaiting],
  judge: (snapshot) =>
    [...snapshot.facts('persistentVolumeClaim').values()].flatMap((claim) =>
      claim.phase === 'Lost' ? [verdict(claim)] : [],
    ),
});

function verdict(claim: PersistentVolumeClaimFact): Verdict {
  const name = shorten(claim.name, 60);
  const volume = shorten(claim.volume, 80);
  return {
    subject: claimSubject(claim),
    level: 'bad',
    say:
      volume === ''
        ? say('the volume of {name} is gone', { name })
        : say('the volume of {name} is gone: {volume}', { name, volume }),
    evidence: [
      { kind: 'text', say: say('the PersistentVolume was deleted; the data may still be there in the storage system') },
    ],
    steps: [
      { say: 'Which volumes are there, and whose are they?', command: 'kubectl get persistentvolumes' },
      {
        say: 'Look for its data in the storage system before you delete the claim; a PersistentVolume of the same name that leads there brings it back',
      },
      describeClaim(claim),
    ],
  };
}
