import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { seriesName } from '#server/engine/sampler.ts';
import { duration, percent } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say } from '#shared/say.ts';
import { claimInodes } from '../claim-figures.ts';
import { claimSubject, claimUses, type ClaimUse } from '../claim-use.ts';
import { noSpaceExplains } from '../no-space-left.ts';
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
    [...claimUses(snapshot).values()].flatMap((use) => verdict(use, settings, snapshot) ?? []),
});

function verdict(use: ClaimUse, limits: { warn: number; bad: number }, snapshot: Snapshot): Verdict | null {
  const given = claimInodes(use);
  if (given === null || use.stats === null || use.measuredBy === null) return null;
  const name = shorten(use.claim.name, 60);
  const head = {
    subject: claimSubject(use.claim),
    sources: [use.measuredBy.source],
    say:
      given >= 100
        ? say('{name} has no inodes left', { name })
        : // Rounded down, so that what is not yet at a limit never reads as if it were.
          say('{name} has given away {given:percent} of its inodes', { name, given: Math.floor(given) }),
  };
  if (given < Math.min(limits.warn, limits.bad)) return { ...head, level: 'ok' };
  const free = (use.stats.inodesFree ?? 0).toLocaleString('en');
  const all = (use.stats.inodes ?? 0).toLocaleString('en');
  return {
    ...head,
    level: given >= limits.bad ? 'bad' : 'warn',
    evidence: [
      { kind: 'value', say: say('{free} of {all} inodes free', { free, all }) },
      { kind: 'text', say: say('every file and directory takes one, however small') },
    ],
    steps: fillingSteps(use, 'inodes', snapshot),
    series: [seriesName(storageUsed, claimSubject(use.claim))],
  };
}
