import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { claimSubject } from '../claim-use.ts';
import { deadAttachments, type DeadAttachment } from '../dead-attachments.ts';
import { namedPods } from '../named-pods.ts';
import { explainsOfSame } from '../same-workload.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

const minuteMs = 60_000;

/** Does a node that is down hold a volume that a pod elsewhere waits for? */
export default defineCheck({
  check: 'storage/attached-to-dead-node',
  about: 'a volume is still attached to a node that is down or gone, and a pod on another node waits for it',
  needs: {
    persistentVolumeClaim: 'required',
    ...{ volumeAttachment: 'optional', node: 'optional', pod: 'optional', persistentVolume: 'optional' },
  },
  settings: {
    warn: duration(2 * minuteMs, 'a pod that waits for this long is a warning'),
    bad: duration(10 * minuteMs, 'a pod that waits for this long is bad'),
  },
  explains: [explainsOfSame(['storage/mount-failing'])],
  judge: (snapshot, { settings }) =>
    [...deadAttachments(snapshot).values()].flatMap((found) => verdict(found, settings, snapshot) ?? []),
});

function verdict(
  found: DeadAttachment,
  { warn, bad }: Record<'warn' | 'bad', number>,
  snapshot: Snapshot,
): Verdict | null {
  const own = startedAt(found.since, snapshot.now);
  const heldMs = own.startedAt === undefined ? warn : snapshot.now - own.startedAt;
  if (heldMs < Math.min(warn, bad)) return null;
  const { attachment, use, waiting } = found;
  const error = attachment.detachError?.message ?? attachment.attachError?.message ?? '';
  return {
    subject: claimSubject(use.claim),
    level: heldMs >= bad ? 'bad' : 'warn',
    say: sentence(found),
    evidence: [
      {
        kind: 'text',
        say: say('{what}: {pods}', { what: waiting.length === 1 ? 'it waits' : 'they wait', pods: named(waiting) }),
      },
      ...(error === '' ? [] : [{ kind: 'text' as const, say: plainly(shorten(error, 1000)) }]),
    ],
    steps: steps(found, snapshot),
    sources: ['persistentvolumeclaims', 'volumeattachments', 'nodes', 'pods'],
    ...own,
  };
}

function named(pods: DeadAttachment['waiting']): string {
  const { values } = namedPods(pods);
  return String(values['pods']);
}

function sentence({ attachment, use, isGone, waiting: [pod, ...more] }: DeadAttachment): Say {
  const values = { name: shorten(use.claim.name, 60), node: shorten(attachment.node, 60), pod: shorten(pod.name, 60) };
  const where = isGone ? 'which is gone' : 'which is not ready';
  const who = more.length === 0 ? '{pod} waits' : '{count} pods wait';
  const counted = more.length === 0 ? values : { ...values, count: more.length + 1 };
  return say(`{name} is still attached to {node}, ${where}: ${who} for it`, counted);
}

/** Detached by force while the node still writes, a volume is damaged: that it is off must be sure. */
function steps({ attachment, isGone }: DeadAttachment, snapshot: Snapshot): Step[] {
  const { node, name } = attachment;
  const list = { say: 'Which volume is attached where?', command: 'kubectl get volumeattachments' };
  if (isGone) {
    return [
      list,
      {
        say: `Only if ${shorten(node, 60)} is really off: let go of the volume`,
        command: command`kubectl delete volumeattachment ${name}`,
      },
    ];
  }
  const target = snapshot.facts('node').get(node)?.internalIp ?? node;
  return [
    {
      say: 'Is the machine off, or does it only not report? If it comes back, it lets go by itself',
      command: command`ping -c 3 ${target}`,
    },
    {
      say: `Only if ${shorten(node, 60)} is really off: let Kubernetes take its pods and volumes away`,
      command: command`kubectl taint nodes ${node} node.kubernetes.io/out-of-service=nodeshutdown:NoExecute`,
    },
    {
      say: 'Once the pods run elsewhere, and before the machine comes back: take the taint away',
      command: command`kubectl taint nodes ${node} node.kubernetes.io/out-of-service-`,
    },
    list,
  ];
}
