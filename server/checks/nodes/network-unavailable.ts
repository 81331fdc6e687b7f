import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { describeStep } from '../node-steps.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { nodeSubject } from '../subjects.ts';

/** Does the network plugin say that a node's network is not set up? Many plugins say nothing at all. */
export default defineCheck({
  check: 'nodes/network-unavailable',
  about: "a node's pod network is not set up, as its network plugin says",
  needs: { node: 'required' },
  settings: {},
  judge: (snapshot) => [...snapshot.facts('node').values()].flatMap((node) => verdict(node, snapshot.now)),
});

function verdict({ name, conditions }: NodeFact, now: number): Verdict[] {
  const condition = conditions['NetworkUnavailable'];
  if (condition === undefined) return [];
  const subject = nodeSubject(name);
  const { status, reason, message, changedAt } = condition;
  if (status === 'False') return [{ subject, level: 'ok', say: say('the network of {name} is set up', { name }) }];
  if (status !== 'True') {
    return [{ subject, level: 'unknown', say: say('whether the network of {name} is set up is not known', { name }) }];
  }
  const said = shorten([reason, message].filter((part) => part !== '').join(': '), 1000);
  return [
    {
      subject,
      level: 'bad',
      say: say('the pod network of {name} is not set up', { name }),
      evidence: said === '' ? [] : [{ kind: 'text', say: plainly(said) }],
      steps: [
        {
          say: 'Do the pods of the network plugin run there?',
          command: command`kubectl -n kube-system get pods -o wide --field-selector ${`spec.nodeName=${name}`}`,
        },
        describeStep(name),
      ],
      ...startedAt(changedAt, now),
    },
  ];
}
