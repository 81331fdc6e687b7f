import { defineCheck, type TrendOf, type Verdict } from '#server/engine/define-check.ts';
import type { SeriesRule } from '#server/engine/define-series.ts';
import { seriesName } from '#server/engine/sampler.ts';
import { duration, percent } from '#server/engine/setting.ts';
import type { DiskStats } from '#server/facts/node-stats.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { byWorst } from '#shared/level.ts';
import { say, type Say } from '#shared/say.ts';
import { calmDuration, calmNumber } from '../calm-figures.ts';
import { diskSteps } from '../disk-steps.ts';
import { nodeDistribution } from '../distribution.ts';
import { fullDiskExplains } from '../evicted-pods.ts';
import { forecast, type Forecast } from '../forecast.ts';
import { diskPressureOf } from '../node-causes.ts';
import { nodeDisk, nodeImageDisk } from '../node-series.ts';
import { describeStep } from '../node-steps.ts';
import { fullness, nodeUses, type NodeUse } from '../node-use.ts';
import { shorten } from '../shorten.ts';
import { nodeSubject } from '../subjects.ts';

const hourMs = 60 * 60_000;

/** Is the disk of a node full, or will it soon be? That of the images for itself, where it is another one. */
export default defineCheck({
  check: 'nodes/disk-full',
  about: 'the disk of a node is nearly full, or will be within hours if it goes on as it does',
  // Each verdict is judged by the kubelet of its own node.
  needs: { nodeStats: 'optional', node: 'optional' },
  settings: {
    warn: percent(80, 'a disk that is so full is a warning'),
    bad: percent(90, 'a disk that is so full is bad'),
    ahead: duration(24 * hourMs, 'a disk that will be full within this time is a warning'),
    soon: duration(6 * hourMs, 'a disk that will be full within this time is bad'),
    floor: percent(50, 'a disk that is less full than this is not forecast'),
    for: duration(60_000, 'how long it must be so before that counts'),
  },
  for: (settings) => settings.for,
  trends: {
    windowMs: 6 * hourMs,
    *series(snapshot) {
      for (const use of nodeUses(snapshot)) for (const { rule } of disksOf(use)) yield nameOf(rule, use.node);
    },
  },
  explains: [diskPressureOf, fullDiskExplains],
  judge: (snapshot, { settings, trend }) =>
    nodeUses(snapshot).flatMap((use) => disksOf(use).flatMap((disk) => verdict(use, disk, settings, trend) ?? [])),
});

interface Disk {
  disk: DiskStats;
  rule: SeriesRule;
  /** As the first words of a sentence, and where what fills has been named. */
  words: { the: string; its: string };
  key?: string;
}

function disksOf({ stats: { disk, imageDisk } }: NodeUse): Disk[] {
  const own = { the: 'the disk of {name}', its: 'its disk' };
  const ofImages = { the: 'the image disk of {name}', its: 'its image disk' };
  return [
    ...(disk === null ? [] : [{ disk, rule: nodeDisk, words: own }]),
    ...(imageDisk === null ? [] : [{ disk: imageDisk, rule: nodeImageDisk, words: ofImages, key: 'images' }]),
  ];
}

function nameOf(rule: SeriesRule, { name }: NodeFact): string {
  return seriesName(rule, nodeSubject(name));
}

type Limits = Record<'warn' | 'bad' | 'ahead' | 'soon' | 'floor', number>;

function verdict({ stats, node }: NodeUse, disk: Disk, limits: Limits, trend: TrendOf): Verdict | null {
  const used = fullness(disk.disk);
  if (used === null) return null;
  const series = nameOf(disk.rule, node);
  const coming = used < limits.floor ? null : forecast(trend(series), used, 100);
  const told = coming !== null && coming.leftMs <= Math.max(limits.ahead, limits.soon) ? coming : null;
  const head = {
    subject: nodeSubject(node.name),
    ...(disk.key === undefined ? {} : { key: disk.key }),
    say: sentence(node, disk, used, told),
    sources: [stats.source],
  };
  const level = levelOf(used, told, limits);
  if (level === 'ok') return { ...head, level };
  return {
    ...head,
    level,
    evidence: [...evidence(disk.disk, told), ...eviction(node)],
    steps: [...diskSteps(node), describeStep(node.name)],
    series: [series],
  };
}

function levelOf(used: number, coming: Forecast | null, { warn, bad, soon }: Limits): 'ok' | 'warn' | 'bad' {
  const now = used >= bad ? 'bad' : used >= warn ? 'warn' : 'ok';
  const then = coming === null ? 'ok' : coming.leftMs <= soon ? 'bad' : 'warn';
  return byWorst(now, then) <= 0 ? now : then;
}

function sentence({ name: whole }: NodeFact, { words }: Disk, used: number, coming: Forecast | null): Say {
  const name = shorten(whole, 60);
  if (used >= 100) return say(`${words.the} is full`, { name });
  // Rounded down, so that what is not yet at a limit never reads as if it were.
  const values = { name, used: Math.floor(used) };
  if (coming === null) return say(`${words.the} is {used:percent} full`, values);
  const left = calmDuration(coming.leftMs);
  return say(`{name} is full in {left:duration}: ${words.its} is {used:percent} full`, { ...values, left });
}

function evidence(
  { capacityBytes, availableBytes }: DiskStats,
  coming: Forecast | null,
): NonNullable<Verdict['evidence']> {
  const all = capacityBytes ?? 0;
  const free = Math.max(0, availableBytes ?? 0);
  const values = { used: calmNumber(all - free), all, free: calmNumber(free) };
  const now = say('{used:bytes} of {all:bytes} used, {free:bytes} free', values);
  if (coming === null) return [{ kind: 'value', say: now }];
  const growth = (coming.perHour / 100) * all;
  const grows = { growth: calmNumber(growth), held: calmDuration(coming.heldMs) };
  return [
    { kind: 'value', say: say('{growth:bytes} more each hour, seen for {held:duration}', grows) },
    { kind: 'value', say: now },
  ];
}

/** Its own word for it, DiskPressure, comes late. */
function eviction(node: NodeFact): NonNullable<Verdict['evidence']> {
  if (nodeDistribution(node) !== 'k3s') return [];
  return [{ kind: 'text', say: say('k3s reports DiskPressure and evicts pods only when less than 5 % is free') }];
}
