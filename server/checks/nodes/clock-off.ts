import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { say, type Say } from '#shared/say.ts';
import { rememberClock, type ClockMemory } from '../clock-memory.ts';
import { nodeClockSteps, wallClockSteps } from '../clock-steps.ts';
import { shorten } from '../shorten.ts';
import { nodeSubject, wallSubject } from '../subjects.ts';

/** How a node's clock goes by its renewals. */
interface NodeClock {
  node: NodeFact;
  aheadMs: number;
}

/** Does the clock of each node go as the others do? A Pi without a battery begins wherever it was switched off. */
export default defineCheck({
  check: 'nodes/clock-off',
  about: 'the clock of a node is ahead or behind, or that of the wall itself',
  // Each verdict is judged by the leases; that they cannot be seen is told for heartbeats.
  needs: { node: 'required', lease: 'optional' },
  settings: {
    warn: duration(10_000, 'a clock that is off by so much is a warning'),
    bad: duration(60_000, 'a clock that is off by so much is bad: certificates and tokens are refused'),
  },
  remembers: {
    version: 1,
    subjects: (snapshot) => [...snapshot.facts('node').values()].map(({ name }) => name),
    remember: rememberClock,
  },
  explains: [
    {
      // A node that lives in another time finds the certificates of others expired, or not yet valid.
      checks: ['certificates/refused-inside'],
      when: (cause, { subject }) =>
        cause.level === 'bad' &&
        cause.subject.kind === 'Node' &&
        subject.kind === 'Node' &&
        cause.subject.name === subject.name,
    },
  ],
  judge(snapshot, { settings, memory }) {
    if (snapshot.sources.get('leases')?.fresh !== true) return [];
    const clocks = [...snapshot.facts('node').values()].flatMap((node): NodeClock[] => {
      const { aheadMs = null } = memory.get(node.name) ?? ({} as Partial<ClockMemory>);
      return aheadMs === null ? [] : [{ node, aheadMs }];
    });
    const most = mostAgreeOn(clocks);
    const oursIsOff = most !== null && Math.abs(most.aheadMs) >= settings.warn;
    return [
      ...(oursIsOff ? [ourVerdict(most, clocks.length, settings)] : []),
      ...clocks.map((clock) => nodeVerdict(clock, oursIsOff ? most.aheadMs : 0, settings)),
    ];
  },
});

interface Limits {
  warn: number;
  bad: number;
}

/** What more than half of the nodes, and at least two, agree on; null if they do not. */
function mostAgreeOn(clocks: readonly NodeClock[]): { aheadMs: number; count: number } | null {
  const sorted = clocks.map(({ aheadMs }) => aheadMs).sort((a, b) => a - b);
  const aheadMs = sorted[Math.floor(sorted.length / 2)];
  if (aheadMs === undefined) return null;
  const count = sorted.filter((each) => Math.abs(each - aheadMs) <= alikeMs).length;
  return count >= 2 && count * 2 > clocks.length ? { aheadMs, count } : null;
}

// Renewals are held up by other amounts on their ways.
const alikeMs = 5_000;

/** Where most nodes are off alike, it is ours that is off: one finding in place of many. */
function ourVerdict({ aheadMs, count }: { aheadMs: number; count: number }, all: number, limits: Limits): Verdict {
  const off = Math.abs(aheadMs);
  const values = { off, count, all };
  return {
    subject: wallSubject,
    level: off < limits.bad ? 'warn' : 'bad',
    say:
      aheadMs > 0
        ? say('our own clock is {off:duration} behind those of {count} of {all} nodes', values)
        : say('our own clock is {off:duration} ahead of those of {count} of {all} nodes', values),
    evidence: [{ kind: 'text', say: say('the nodes agree with each other, by the times in their heartbeats') }],
    steps: [...wallClockSteps],
    sources: ['leases'],
  };
}

/** `commonMs`: how much most nodes are ahead of us, where it is our clock that is off. */
function nodeVerdict({ node, aheadMs }: NodeClock, commonMs: number, limits: Limits): Verdict {
  const subject = nodeSubject(node.name);
  const ahead = aheadMs - commonMs;
  const off = Math.abs(ahead);
  const values = { name: shorten(node.name, 60), off };
  if (off < limits.warn) return { subject, level: 'ok', say: say('the clock of {name} is right', values) };
  return {
    subject,
    level: off < limits.bad ? 'warn' : 'bad',
    say: offSay(ahead, commonMs !== 0, values),
    evidence: [{ kind: 'value', say: heartbeatSay(aheadMs) }],
    steps: [...nodeClockSteps(node)],
    sources: ['leases'],
  };
}

function heartbeatSay(aheadMs: number): Say {
  return aheadMs > 0
    ? say('its heartbeats bear times {off:duration} after we see them come', { off: aheadMs })
    : say('its heartbeats bear times {off:duration} before we see them come', { off: -aheadMs });
}

function offSay(aheadMs: number, byOthers: boolean, values: { name: string; off: number }): Say {
  const whose = byOthers ? 'those of the other nodes' : 'ours';
  return aheadMs > 0
    ? say(`the clock of {name} is {off:duration} ahead of ${whose}`, values)
    : say(`the clock of {name} is {off:duration} behind ${whose}`, values);
}
