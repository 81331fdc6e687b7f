import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { NodeCondition, NodeFact } from '#server/facts/node.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { diskSteps } from '../disk-steps.ts';
import { nodeDistribution } from '../distribution.ts';
import { pressureExplains } from '../node-causes.ts';
import { describeStep } from '../node-steps.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { nodeSubject } from '../subjects.ts';

/** What a node runs short of, by the condition that says so. */
const shortages = {
  DiskPressure: 'disk space',
  MemoryPressure: 'memory',
  PIDPressure: 'process numbers',
} as const;

type Shortage = keyof typeof shortages;

/** Is a node under pressure, so that its kubelet evicts pods? Each shortage is a finding of its own. */
export default defineCheck({
  check: 'nodes/pressure',
  about: 'a node is short of disk space, memory or process numbers and evicts pods',
  needs: { node: 'required' },
  settings: {},
  explains: pressureExplains,
  judge: (snapshot) => [...snapshot.facts('node').values()].flatMap((node) => verdicts(node, snapshot.now)),
});

function verdicts(node: NodeFact, now: number): Verdict[] {
  return (Object.keys(shortages) as Shortage[]).flatMap((key) => {
    const condition = node.conditions[key];
    return condition === undefined ? [] : verdict(node, key, condition, now);
  });
}

function verdict(node: NodeFact, key: Shortage, condition: NodeCondition, now: number): Verdict {
  const { name } = node;
  const subject = nodeSubject(name);
  const values = { name, what: shortages[key] };
  if (condition.status === 'False') return { subject, key, level: 'ok', say: say('{name} has enough {what}', values) };
  if (condition.status !== 'True') {
    return { subject, key, level: 'unknown', say: say('whether {name} has enough {what} is not known', values) };
  }
  const said = shorten([condition.reason, condition.message].filter(Boolean).join(': '), 1000);
  return {
    subject,
    key,
    level: 'bad',
    say: say('{name} is short of {what} and evicts pods', values),
    evidence: [
      ...(said === '' ? [] : [{ kind: 'text' as const, say: plainly(said) }]),
      ...(key === 'DiskPressure' && nodeDistribution(node) === 'k3s'
        ? [{ kind: 'text' as const, say: say('k3s says so only when less than 5 % is free') }]
        : []),
    ],
    steps: steps(node, key),
    ...startedAt(condition.changedAt, now),
  };
}

function steps(node: NodeFact, key: Shortage): Step[] {
  const { name } = node;
  const pods = {
    say: 'See which pods run there',
    command: command`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${name}`}`,
  };
  switch (key) {
    case 'DiskPressure':
      return [...diskSteps(node), describeStep(name)];
    case 'MemoryPressure':
      return [
        { say: 'See which pods use most', command: 'kubectl top pods -A --sort-by=memory' },
        pods,
        describeStep(name),
      ];
    case 'PIDPressure':
      return [
        { say: `On ${name}: which programs have most threads?`, command: 'ps -eo nlwp,pid,comm --sort=-nlwp | head' },
        pods,
        describeStep(name),
      ];
  }
}
