import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { plainly, say } from '#shared/say.ts';
import { explainsItsAttachments } from '../dead-attachments.ts';
import { kubeletWords, stoppedPosting } from '../kubelet-words.ts';
import { isKubeletOf, kubeletChecks } from '../kubelet-checks.ts';
import { explainsItsReplicas } from '../longhorn-causes.ts';
import { explainsItsCertificate, explainsItsPods, explainsUnscheduled } from '../node-causes.ts';
import { kubeletSteps } from '../node-steps.ts';
import { explainsRegistriesThere } from '../registry-causes.ts';
import { explainsItsEntrances } from '../service-causes.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { clusterSubject, nodeSubject, sameSubject } from '../subjects.ts';

/** Is a node ready, as its kubelet or the node controller says? */
export default defineCheck({
  check: 'nodes/not-ready',
  about: 'a node is not ready, with the reason of its kubelet in plain words',
  needs: { node: 'required' },
  settings: {},
  explains: [
    {
      // What the kubelet no longer reports is Unknown because the node as a whole is.
      checks: ['nodes/pressure', 'nodes/network-unavailable', ...kubeletChecks],
      when: (cause, effect) => effect.level === 'unknown' && ofSameNode(cause, effect),
    },
    {
      // The other way round than nodes/no-heartbeat explains this: here the kubelet said why before it fell silent, or
      // its heartbeat was never known.
      checks: ['nodes/no-heartbeat'],
      when: (cause, effect, snapshot) =>
        ofSameNode(cause, effect) &&
        (effect.level === 'unknown' ||
          !stoppedPosting(snapshot.facts('node').get(cause.subject.name)?.conditions['Ready'])),
    },
    {
      checks: ['*/unseen'],
      when: (cause, { subject }) => cause.level === 'bad' && isKubeletOf(cause.subject.name, subject),
    },
    explainsItsPods,
    explainsItsReplicas,
    explainsItsCertificate,
    explainsItsAttachments,
    explainsItsEntrances,
    explainsRegistriesThere,
    explainsUnscheduled,
  ],
  judge(snapshot) {
    const nodes = [...snapshot.facts('node').values()];
    if (nodes.length > 0) return nodes.map((node) => verdict(node, snapshot.now));
    const source = snapshot.sources.get('nodes');
    // What is not seen is not told to be empty.
    return source?.fresh === true && source.state === 'synced' ? [withoutNodes] : [];
  },
});

// A wiped datastore, or agents that never joined: a cluster that can run nothing is not fine.
const withoutNodes: Verdict = {
  subject: clusterSubject,
  level: 'bad',
  say: say('the cluster has no nodes'),
  steps: [
    { say: 'Does the API know any?', command: 'kubectl get nodes' },
    { say: 'On a machine that should be one: does its agent run, and what does it say?' },
  ],
  series: ['nodes/ready'],
};

function ofSameNode(cause: Verdict, effect: Effect): boolean {
  return cause.level === 'bad' && sameSubject(cause.subject, effect.subject);
}

function verdict(node: NodeFact, now: number): Verdict {
  const { name } = node;
  const subject = nodeSubject(name);
  const ready = node.conditions['Ready'];
  if (ready?.status === 'True') return { subject, level: 'ok', say: say('{name} is ready', { name }) };
  if (ready === undefined || !['False', 'Unknown'].includes(ready.status)) {
    return {
      subject,
      level: 'unknown',
      say: say('{name} has not told whether it is ready', { name }),
      steps: kubeletSteps(node),
    };
  }
  const { reason, message } = ready;
  const said = shorten([reason, message].filter((part) => part !== '').join(': '), 1000);
  return {
    subject,
    level: 'bad',
    say: say('{name} is not ready: {why}', { name, why: kubeletWords(ready) }),
    evidence: [
      ...(said === '' ? [] : [{ kind: 'text' as const, say: plainly(said) }]),
      ...(node.unschedulable ? [{ kind: 'text' as const, say: say('{name} is cordoned', { name }) }] : []),
    ],
    steps: kubeletSteps(node),
    series: ['nodes/ready'],
    ...startedAt(ready.changedAt, now),
  };
}
