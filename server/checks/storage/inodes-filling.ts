import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { seriesName } from '#server/engine/sampler.ts';
import { duration, percent } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say } from '#shared/say.ts';
import { claimInodes } from '../claim-figures.ts';
import { claimSubject, claimUses, type ClaimUse } from '../claim-use.ts';
import { noSpaceExplains } from '../no-space-left.ts';
import { perInputs } from '../per-inputs.ts';
import { shorten } from '../shorten.ts';
import { storageUsed } from '../storage-series.ts';
import { fillingSteps } from '../storage-steps.ts';

/** Does the volume of a claim run out of inodes? Then no file can be made there, however much room is left. */
export default defineCheck({
  check: 'storage/inodes-filling',
  about: 'the volume of a claim has hardly any inodes left: no new files, however much room there is',
  // Each verdict is judged by the kubelet that measured it, which goes on while the API is silent.
  needs: {
    persistentVolumeClaim: 'optional',
    ...{ nodeStats: 'optional', pod: 'optional', persistentVolume: 'optional', storageClass: 'optional' },
    crashLog: 'optional',
  },
  settings: {
    warn: percent(85, 'so many inodes given away are a warning'),
    bad: percent(95, 'so many inodes given away are bad'),
    for: duration(60_000, 'how long it must be so before that counts'),
  },
  for: (settings) => settings.for,
  explains: [noSpaceExplains(claimInodes)],
  judge: (snapshot, { settings }) =>
    [...claimUses(snapshot).values()].flatMap((use) => {
      const given = claimInodes(use);
      if (given === null || use.measuredBy === null) return [];
      return given < Math.min(settings.warn, settings.bad)
        ? fine(use, given)
        : full(use, given, settings.bad, snapshot);
    }),
});

/** The same as long as nothing is measured anew. */
const fine = perInputs((use: ClaimUse, given: number): Verdict => ({ ...head(use, given), level: 'ok' }));

function head(use: ClaimUse, given: number): Pick<Verdict, 'subject' | 'sources' | 'say'> {
  const name = shorten(use.claim.name, 60);
  return {
    subject: claimSubject(use.claim),
    sources: use.measuredBy === null ? [] : [use.measuredBy.source],
    say:
      given >= 100
        ? say('{name} has no inodes left', { name })
        : // Rounded down, so that what is not yet at a limit never reads as if it were.
          say('{name} has given away {given:percent} of its inodes', { name, given: Math.floor(given) }),
  };
}

function full(use: ClaimUse, given: number, bad: number, snapshot: Snapshot): Verdict {
  const free = (use.stats?.inodesFree ?? 0).toLocaleString('en');
  const all = (use.stats?.inodes ?? 0).toLocaleString('en');
  return {
    ...head(use, given),
    level: given >= bad ? 'bad' : 'warn',
    evidence: [
      { kind: 'value', say: say('{free} of {all} inodes free', { free, all }) },
      { kind: 'text', say: say('every file and directory takes one, however small') },
    ],
    steps: fillingSteps(use, 'inodes', snapshot),
    series: [seriesName(storageUsed, claimSubject(use.claim))],
  };
}
