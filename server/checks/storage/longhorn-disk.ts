import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { percent } from '#server/engine/setting.ts';
import type { LonghornNodeFact } from '#server/facts/longhorn-node.ts';
import { say } from '#shared/say.ts';
import { byWorst } from '#shared/level.ts';
import { calmNumber } from '../calm-figures.ts';
import { diskTroubles, freeOf, type DiskLimits, type LonghornDisk } from '../longhorn-disk-troubles.ts';
import { explainsReplicasOnIt } from '../longhorn-causes.ts';
import { diskSteps } from '../longhorn-steps.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Is each disk of Longhorn there, and does it have room? */
export default defineCheck({
  check: 'storage/longhorn-disk',
  about: 'a disk of Longhorn is nearly full, not ready, takes no replicas, or fails by its own word (SMART)',
  needs: { longhornNode: 'required' },
  settings: {
    warn: percent(15, 'a disk with less than this free of what Longhorn may use is a warning'),
    bad: percent(10, 'a disk with less than this free of what Longhorn may use is bad'),
  },
  explains: [explainsReplicasOnIt],
  judge: (snapshot, { settings }) =>
    [...snapshot.facts('longhornNode').values()].flatMap((node) =>
      named(node.disks).map((disk) => verdict(node, disk, settings, snapshot.now)),
    ),
});

/** One that has lost its name cannot be told from others. */
function named(disks: readonly LonghornDisk[]): LonghornDisk[] {
  return [...new Map(disks.map((disk) => [disk.name, disk])).values()];
}

function verdict(node: LonghornNodeFact, disk: LonghornDisk, limits: DiskLimits, now: number): Verdict {
  const subject = { kind: 'LonghornNode', namespace: node.namespace, name: node.name };
  const values = { node: shorten(node.name, 60), path: shorten(disk.path || disk.name, 60) };
  const head = { subject, key: disk.name };
  const [worst, ...others] = diskTroubles(node, disk, limits).sort((a, b) => byWorst(a.level, b.level));
  if (worst === undefined) {
    return { ...head, level: 'ok', say: say("Longhorn's disk {path} on {node} has room", values) };
  }
  return {
    ...head,
    level: worst.level,
    say: say(`Longhorn's disk {path} on {node} ${worst.words}`, { ...values, ...worst.values }),
    evidence: [
      ...worst.evidence,
      ...others.map(({ words, values: its }) => ({ kind: 'text' as const, say: say(`it ${words}`, its) })),
      ...room(disk),
    ],
    steps: diskSteps(node.namespace, node.name, disk.path),
    ...startedAt(worst.changedAt, now),
  };
}

function room(disk: LonghornDisk): NonNullable<Verdict['evidence']> {
  const { availableBytes: available, maximumBytes: maximum, reservedBytes, scheduledBytes } = disk;
  if (freeOf(disk) === null || available === null || maximum === null) return [];
  const values = { free: calmNumber(available), all: maximum, reserved: reservedBytes ?? 0 };
  const promised = scheduledBytes === null || scheduledBytes < 0 ? '' : ', {promised:bytes} promised to replicas';
  const words = `{free:bytes} free of {all:bytes}, {reserved:bytes} of it not for Longhorn${promised}`;
  const told = promised === '' ? values : { ...values, promised: scheduledBytes ?? 0 };
  return [{ kind: 'value', say: say(words, told) }];
}
