import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { nodeDistribution } from '../distribution.ts';
import { rememberReboot, type RebootMemory } from '../reboot-memory.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { nodeSubject } from '../subjects.ts';

/** Has a node rebooted, also while the wall was off? A notice: it explains much, and is over by itself. */
export default defineCheck({
  check: 'nodes/rebooted',
  about: 'a node has rebooted, also while the wall was off',
  needs: { node: 'required', event: 'optional' },
  settings: { told: duration(6 * 60 * 60_000, 'a reboot is told for so long') },
  remembers: {
    version: 1,
    subjects: (snapshot) => [...snapshot.facts('node').values()].map(({ name }) => name),
    remember: rememberReboot,
  },
  judge: (snapshot, { settings, memory }) =>
    [...snapshot.facts('node').values()].map((node) =>
      verdict(node, memory.get(node.name), settings.told, snapshot.now),
    ),
});

function verdict(node: NodeFact, memory: RebootMemory | undefined, toldMs: number, now: number): Verdict {
  const subject = nodeSubject(node.name);
  const name = shorten(node.name, 60);
  const at = memory?.rebootedAt ?? null;
  if (memory === undefined || at === null || now - at >= toldMs) {
    return { subject, level: 'ok', say: say('no reboot of {name} was seen lately', { name }) };
  }
  return {
    subject,
    level: 'notice',
    say: sentence(name, at, memory.notBefore),
    evidence: [
      ...(memory.notBefore === null
        ? []
        : [{ kind: 'text' as const, say: say('nobody watched in between: the wall was off or blind') }]),
      ...readySince(node, at, now),
    ],
    steps: steps(node),
    ...startedAt(at, now),
  };
}

function sentence(name: string, at: number, notBefore: number | null): Say {
  return notBefore === null
    ? say('{name} rebooted at {at:at}', { name, at })
    : say('{name} rebooted between {from:at} and {at:at}', { name, from: notBefore, at });
}

function readySince({ conditions }: NodeFact, rebootedAt: number, now: number): NonNullable<Verdict['evidence']> {
  const ready = conditions['Ready'];
  const at = startedAt(ready?.changedAt ?? null, now).startedAt;
  if (ready?.status !== 'True' || at === undefined || at < rebootedAt) return [];
  return [{ kind: 'value', say: say('ready again since {at:at}', { at }) }];
}

function steps(node: NodeFact): Step[] {
  const { name, internalIp } = node;
  if (nodeDistribution(node) === 'talos') {
    return [
      {
        say: 'If you did not do it: what does it say of its start?',
        command: command`talosctl -n ${internalIp ?? name} dmesg`,
      },
    ];
  }
  return [
    {
      say: `If you did not do it, on ${name}: was it shut down or did it crash?`,
      command: 'last -x -n 10 reboot shutdown',
    },
    { say: 'What did it say last before?', command: 'journalctl -b -1 -n 50 --no-pager' },
  ];
}
