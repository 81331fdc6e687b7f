import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { claimSubject } from '../claim-use.ts';
import { describeStep } from '../node-steps.ts';
import { readOnlyClaims, remountClaims, type SaidOfClaim } from '../read-only-claims.ts';
import { explainsOfSame } from '../same-workload.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { describeClaim } from '../storage-steps.ts';
import { nodeSubject } from '../subjects.ts';

/** Can a volume, or the disk of a node, only be read? Told where events or the node say so; silence says nothing. */
export default defineCheck({
  check: 'storage/read-only',
  about: 'events say that a volume, or the disk of a node, can only be read, or must be mounted anew',
  needs: {
    persistentVolumeClaim: 'required',
    ...{ event: 'optional', pod: 'optional', node: 'optional', persistentVolume: 'optional' },
  },
  settings: {
    recent: duration(15 * 60_000, 'for so long after it was last said it counts'),
  },
  explains: [explainsOfSame(['storage/mount-failing'])],
  judge(snapshot, { settings }) {
    const since = snapshot.now - settings.recent;
    const readOnly = readOnlyClaims(snapshot).filter(({ at }) => at >= since);
    const known = new Set(readOnly.map(({ use }) => use.claim.key));
    const remounts = remountClaims(snapshot).filter(({ at, use }) => at >= since && !known.has(use.claim.key));
    return [
      ...[...snapshot.facts('node').values()].flatMap((node) => ofNode(node, snapshot) ?? []),
      ...readOnly.map((each) => ofClaim(each, 'bad', snapshot)),
      ...remounts.map((each) => ofClaim(each, 'warn', snapshot)),
    ];
  },
});

/** As node-problem-detector writes it. */
function ofNode(node: NodeFact, snapshot: Snapshot): Verdict | null {
  const condition = node.conditions['ReadonlyFilesystem'];
  if (condition?.status !== 'True') return null;
  return {
    subject: nodeSubject(node.name),
    level: 'bad',
    say: say('a disk of {name} can only be read', { name: shorten(node.name, 60) }),
    evidence: condition.message === '' ? [] : [{ kind: 'text', say: plainly(shorten(condition.message, 1000)) }],
    steps: [
      {
        say: `On ${shorten(node.name, 60)}: what did the kernel say of the disk?`,
        command: 'dmesg -T | grep -iE "remount|I/O error|EXT4-fs|XFS"',
      },
      describeStep(node.name),
    ],
    sources: ['nodes'],
    ...startedAt(condition.changedAt, snapshot.now),
  };
}

function ofClaim({ use, message, pod, since }: SaidOfClaim, level: 'bad' | 'warn', snapshot: Snapshot): Verdict {
  const { claim } = use;
  const name = shorten(claim.name, 60);
  return {
    subject: claimSubject(claim),
    level,
    say:
      level === 'bad'
        ? say('{name} can only be read', { name })
        : say('{name} must be mounted anew: its pods still have what was there before', { name }),
    evidence: [{ kind: 'text', say: plainly(shorten(message, 1000)) }],
    steps: [
      ...(pod?.node == null
        ? []
        : [
            {
              say: `On ${shorten(pod.node, 60)}: what did the kernel say of its disk?`,
              command: 'dmesg -T | grep -iE "remount|I/O error|EXT4-fs|XFS"',
            },
          ]),
      ...(pod === undefined
        ? []
        : [
            {
              say: 'Mount it anew: once its storage is well, delete the pod (its controller makes another)',
              command: command`kubectl -n ${pod.namespace} delete pod ${pod.name}`,
            },
          ]),
      describeClaim(claim),
    ],
    sources: ['persistentvolumeclaims', 'events', 'pods'],
    ...startedAt(since, snapshot.now),
  };
}
