import type { Verdict } from '#server/engine/define-check.ts';
import type { LonghornNodeFact } from '#server/facts/longhorn-node.ts';
import { plainly } from '#shared/say.ts';
import { quoted } from './meanings.ts';
import { shorten } from './shorten.ts';

/** A disk of Longhorn on a node. */
export type LonghornDisk = LonghornNodeFact['disks'][number];

/** What is wrong with a disk of Longhorn; `words` go on from "the disk ...". */
export interface DiskTrouble {
  level: Exclude<Verdict['level'], 'ok'>;
  words: string;
  values: Record<string, string | number>;
  evidence: NonNullable<Verdict['evidence']>;
  changedAt: number | null;
}

/** Percents of what Longhorn may use that are free. */
export interface DiskLimits {
  warn: number;
  bad: number;
}

/** All that is wrong with a disk, in no order. */
export function diskTroubles(node: LonghornNodeFact, disk: LonghornDisk, limits: DiskLimits): DiskTrouble[] {
  return [...readiness(disk), ...smart(disk), ...space(disk, limits), ...scheduling(node, disk)];
}

/** How much is free of what Longhorn may use, 0..100; null without figures that can be. */
export function freeOf({ availableBytes, maximumBytes, reservedBytes }: LonghornDisk): number | null {
  if (availableBytes === null || maximumBytes === null || availableBytes < 0) return null;
  const usable = maximumBytes - Math.max(0, reservedBytes ?? 0);
  return usable > 0 ? Math.min(100, (availableBytes / usable) * 100) : null;
}

type Condition = LonghornDisk['ready'];

function trouble(level: DiskTrouble['level'], words: string, condition: Condition = null): DiskTrouble {
  const said = [condition?.reason ?? '', condition?.message ?? ''].filter((part) => part !== '').join(': ');
  return {
    ...{ level, words, values: {}, changedAt: condition?.changedAt ?? null },
    evidence: said === '' ? [] : [{ kind: 'text', say: plainly(shorten(said, 300)) }],
  };
}

function readiness({ ready }: LonghornDisk): DiskTrouble[] {
  if (ready?.status === 'True') return [];
  if (ready?.status === 'False') return [trouble('bad', 'is not ready', ready)];
  return [trouble('unknown', 'does not say whether it is ready', ready)];
}

/** What the disk says of itself. `UNKNOWN` is what most disks in enclosures say. */
function smart({ health, healthTroubles }: LonghornDisk): DiskTrouble[] {
  const known = ['', 'PASSED', 'UNKNOWN'];
  if (known.includes(health.toUpperCase())) return [];
  const evidence = healthTroubles.map((text) => ({ kind: 'text' as const, say: plainly(shorten(text, 200)) }));
  if (health.toUpperCase() === 'FAILED') {
    return [{ ...trouble('bad', 'is failing by its own word (SMART): replace it'), evidence }];
  }
  const words = 'says of its health what is not known: {health}';
  return [{ ...trouble('unknown', words), values: { health: quoted(health, 40) }, evidence }];
}

function space(disk: LonghornDisk, { warn, bad }: DiskLimits): DiskTrouble[] {
  const free = freeOf(disk);
  if (free === null) {
    // Without the disk itself there are no figures either.
    return disk.ready?.status === 'True' ? [trouble('unknown', 'does not say how much of it is free')] : [];
  }
  if (free >= warn && free >= bad) return [];
  // Rounded up, so that what is under a limit is not shown as more.
  return [{ ...trouble(free < bad ? 'bad' : 'warn', 'has {free:percent} left'), values: { free: Math.ceil(free) } }];
}

/** By the owner's own will it is a notice; else it is for want of room, mostly. */
function scheduling(node: LonghornNodeFact, { allowScheduling, schedulable, ready }: LonghornDisk): DiskTrouble[] {
  if (!allowScheduling || !node.allowScheduling) {
    return [trouble('notice', 'takes no new replicas: somebody has switched that off')];
  }
  if (schedulable?.status !== 'False' || ready?.status !== 'True') return [];
  if (schedulable.reason === 'DiskPressure') {
    return [trouble('warn', 'takes no new replicas: too little of it is free', schedulable)];
  }
  const why = schedulable.reason === '' ? '' : ': {why}';
  return [
    {
      ...trouble('warn', `takes no new replicas${why}`, schedulable),
      values: { why: shorten(schedulable.reason, 60) },
    },
  ];
}
