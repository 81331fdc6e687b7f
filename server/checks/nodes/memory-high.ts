import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { seriesName } from '#server/engine/sampler.ts';
import { duration, percent } from '#server/engine/setting.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { say } from '#shared/say.ts';
import { calmNumber } from '../calm-figures.ts';
import { nodeDistribution } from '../distribution.ts';
import { fullMemoryExplains } from '../evicted-pods.ts';
import { largest } from '../largest.ts';
import { memoryKillsOf, memoryPressureOf } from '../node-causes.ts';
import { nodeMemory } from '../node-series.ts';
import { describeStep } from '../node-steps.ts';
import { memoryOf, memoryUsed, nodeUses, type NodeUse } from '../node-use.ts';
import { shorten } from '../shorten.ts';
import { nodeSubject } from '../subjects.ts';

/** Does a node use nearly all its memory, for longer than a nightly job takes? By the working set, as the kubelet evicts by it. */
export default defineCheck({
  check: 'nodes/memory-high',
  about: 'a node uses nearly all its memory for minutes, with the pods that use most',
  // Each verdict is judged by the kubelet of its own node.
  needs: { nodeStats: 'optional', node: 'optional' },
  settings: {
    warn: percent(90, 'so much memory in use is a warning'),
    bad: percent(95, 'so much memory in use is bad'),
    for: duration(5 * 60_000, 'how long it must be so before that counts'),
  },
  for: (settings) => settings.for,
  explains: [memoryPressureOf, memoryKillsOf, fullMemoryExplains],
  judge: (snapshot, { settings }) => nodeUses(snapshot).flatMap((use) => verdict(use, settings) ?? []),
});

function verdict(use: NodeUse, limits: { warn: number; bad: number }): Verdict | null {
  const { stats, node } = use;
  const used = memoryUsed(use);
  if (used === null) return null;
  const subject = nodeSubject(node.name);
  const head = {
    subject,
    sources: [stats.source],
    // Rounded down, so that what is not yet at a limit never reads as if it were.
    say: say('{name} uses {used:percent} of its memory', { name: shorten(node.name, 60), used: Math.floor(used) }),
  };
  if (used < Math.min(limits.warn, limits.bad)) return { ...head, level: 'ok' };
  return {
    ...head,
    level: used >= limits.bad ? 'bad' : 'warn',
    evidence: [...evidence(use), ...eviction(node)],
    steps: [
      { say: 'See which pods use most', command: 'kubectl top pods -A --sort-by=memory' },
      { say: 'Give what uses most a limit, or move it to another node' },
      describeStep(node.name),
    ],
    series: [seriesName(nodeMemory, subject)],
  };
}

function evidence(use: NodeUse): NonNullable<Verdict['evidence']> {
  const values = { used: calmNumber(use.stats.memoryBytes ?? 0), all: calmNumber(memoryOf(use) ?? 0) };
  const pods = largest(use.stats.pods.map(({ name, memoryBytes }) => ({ name, bytes: memoryBytes ?? 0 })));
  return [
    { kind: 'value', say: say('{used:bytes} of {all:bytes} used', values) },
    ...(pods === null ? [] : [{ kind: 'value' as const, say: say(`most by ${pods.template}`, pods.values) }]),
  ];
}

/** Only k3s is known for it: elsewhere the kubelet evicts under 100 MiB. */
function eviction(node: NodeFact): NonNullable<Verdict['evidence']> {
  if (nodeDistribution(node) !== 'k3s') return [];
  return [
    { kind: 'text', say: say('k3s evicts no pods for memory: when none is left, the kernel kills what it finds') },
  ];
}
