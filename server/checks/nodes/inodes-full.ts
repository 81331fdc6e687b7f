import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { seriesName } from '#server/engine/sampler.ts';
import { duration, percent } from '#server/engine/setting.ts';
import type { DiskStats } from '#server/facts/node-stats.ts';
import { say } from '#shared/say.ts';
import { inodeSteps } from '../disk-steps.ts';
import { fullDiskExplains } from '../evicted-pods.ts';
import { diskPressureOf } from '../node-causes.ts';
import { nodeInodes } from '../node-series.ts';
import { inodesGiven, nodeUses, type NodeUse } from '../node-use.ts';
import { shorten } from '../shorten.ts';
import { nodeSubject } from '../subjects.ts';

/** Does a disk of a node run out of inodes? Then no file can be made there, however much room is left. */
export default defineCheck({
  check: 'nodes/inodes-full',
  about: 'the disk of a node has hardly any inodes left: no new files, however much room there is',
  // Each verdict is judged by the kubelet of its own node.
  needs: { nodeStats: 'optional', node: 'optional' },
  settings: {
    warn: percent(80, 'so many inodes given away are a warning'),
    bad: percent(90, 'so many inodes given away are bad'),
    for: duration(60_000, 'how long it must be so before that counts'),
  },
  for: (settings) => settings.for,
  explains: [diskPressureOf, fullDiskExplains],
  judge: (snapshot, { settings }) =>
    nodeUses(snapshot).flatMap((use) => [
      ...verdict(use, use.stats.disk, 'the disk of {name}', settings),
      ...verdict(use, use.stats.imageDisk, 'the image disk of {name}', settings, 'images'),
    ]),
});

function verdict(
  { stats, node }: NodeUse,
  disk: DiskStats | null,
  the: string,
  limits: { warn: number; bad: number },
  key?: string,
): Verdict[] {
  const given = disk === null ? null : inodesGiven(disk);
  if (disk === null || given === null) return [];
  const name = shorten(node.name, 60);
  const head = {
    subject: nodeSubject(node.name),
    ...(key === undefined ? {} : { key }),
    sources: [stats.source],
    say:
      given >= 100
        ? say(`${the} has no inodes left`, { name })
        : // Rounded down, so that what is not yet at a limit never reads as if it were.
          say(`${the} has given away {given:percent} of its inodes`, { name, given: Math.floor(given) }),
  };
  if (given < Math.min(limits.warn, limits.bad)) return [{ ...head, level: 'ok' }];
  const [all, free] = [disk.inodes ?? 0, disk.inodesFree ?? 0].map((count) => count.toLocaleString('en')) as [
    string,
    string,
  ];
  return [
    {
      ...head,
      level: given >= limits.bad ? 'bad' : 'warn',
      evidence: [
        { kind: 'value', say: say('{free} of {all} inodes free', { free, all }) },
        { kind: 'text', say: say('every file and directory takes one, however small') },
      ],
      steps: inodeSteps(node),
      ...(key === undefined ? { series: [seriesName(nodeInodes, nodeSubject(node.name))] } : {}),
    },
  ];
}
