import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { LeaseFact } from '#server/facts/lease.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { say } from '#shared/say.ts';
import { enoughRenewals, leaseOf, rememberHeartbeat, type HeartbeatMemory } from '../heartbeat-memory.ts';
import { isKubeletOf, kubeletChecks } from '../kubelet-checks.ts';
import { stoppedPosting } from '../kubelet-words.ts';
import { explainsItsAttachments } from '../dead-attachments.ts';
import { explainsItsReplicas } from '../longhorn-causes.ts';
import { explainsItsCertificate, explainsItsPods } from '../node-causes.ts';
import { kubeletSteps } from '../node-steps.ts';
import { explainsRegistriesThere } from '../registry-causes.ts';
import { explainsItsEntrances } from '../service-causes.ts';
import { startedAt } from '../started-at.ts';
import { nodeSubject, sameSubject, sourceSubject } from '../subjects.ts';

/**
 * Does a node still renew its lease? Seen before the API gives up on it (after 40 to 50 s), by when we last saw it
 * renewed, counting only time in which we would have seen it.
 */
export default defineCheck({
  check: 'nodes/no-heartbeat',
  about: 'a node sends no heartbeat, before the API itself gives up on it',
  needs: { node: 'required', lease: 'required', apiDoor: 'required' },
  settings: {
    warn: duration(20_000, 'no heartbeat for this long is a warning'),
    bad: duration(35_000, 'no heartbeat for this long is bad'),
  },
  remembers: {
    version: 1,
    subjects: (snapshot) => [...snapshot.facts('node').values()].map(({ name }) => name),
    remember: rememberHeartbeat,
  },
  explains: [
    {
      checks: ['nodes/not-ready'],
      when: (cause, effect, snapshot) =>
        ofSameNode(cause, effect) &&
        stoppedPosting(snapshot.facts('node').get(cause.subject.name)?.conditions['Ready']),
    },
    { checks: kubeletChecks, when: (cause, effect) => effect.level === 'unknown' && ofSameNode(cause, effect) },
    {
      checks: ['*/unseen'],
      when: (cause, { subject }) => isSilent(cause) && isKubeletOf(cause.subject.name, subject),
    },
    explainsItsPods,
    explainsItsReplicas,
    explainsItsCertificate,
    explainsItsAttachments,
    explainsItsEntrances,
    explainsRegistriesThere,
  ],
  judge(snapshot, { settings, memory }) {
    const nodes = [...snapshot.facts('node').values()];
    const ready = snapshot.facts('apiDoor').get('api')?.outcome === 'ready';
    const verdicts: Verdict[] = [];
    const unheard: NodeFact[] = [];
    for (const node of nodes) {
      const heartbeat = memory.get(node.name);
      if (isUnheard(heartbeat, leaseOf(snapshot, node.name), settings.bad)) {
        unheard.push(node);
        continue;
      }
      const told = verdict(node, heartbeat, settings, snapshot);
      if (ready || heardLately(heartbeat, snapshot.now, settings.warn)) verdicts.push(told);
      else if (isSilent(told)) verdicts.push(unknownNow(told));
      else unheard.push(node);
    }
    return unheard.length === 0 ? verdicts : [...verdicts, ready ? notYetHeard(unheard) : blind];
  },
});

/** Of heartbeats as a whole: it is no node, so it depends on the leases alone and is not counted among the nodes. */
const heartbeatsUnknown: Omit<Verdict, 'say'> = {
  subject: sourceSubject('leases'),
  level: 'unknown',
  sources: ['leases'],
};

/** While the API is not ready nodes may be unable to renew: one sentence for all that were fine. */
const blind: Verdict = {
  ...heartbeatsUnknown,
  say: say('heartbeats of nodes cannot be judged while the API server is not ready'),
};

/** A watch that outlives our credentials goes on to bring renewals: what was heard is true, ready or not. */
function heardLately(memory: HeartbeatMemory | undefined, now: number, warnMs: number): boolean {
  return memory !== undefined && memory.seenAt !== null && now - memory.seenAt < warnMs;
}

function unknownNow({ subject, startedAt }: Verdict): Verdict {
  const text = '{name} sent no heartbeat when the API server was last ready';
  return { subject, level: 'unknown', say: say(text, { name: subject.name }), ...(startedAt && { startedAt }) };
}

function isSilent({ level }: Verdict): boolean {
  return level === 'warn' || level === 'bad';
}

function ofSameNode(cause: Verdict, effect: Effect): boolean {
  return isSilent(cause) && sameSubject(cause.subject, effect.subject);
}

function verdict(
  node: NodeFact,
  memory: HeartbeatMemory | undefined,
  settings: { warn: number; bad: number },
  snapshot: Snapshot,
): Verdict {
  const { name } = node;
  const subject = nodeSubject(name);
  if (memory === undefined || leaseOf(snapshot, name) === undefined) {
    return { subject, level: 'unknown', say: say('{name} has no heartbeat to watch: it has no lease', { name }) };
  }
  const { silentMs, silentFrom: since } = memory;
  if (memory.renewals < enoughRenewals) {
    const text = 'no heartbeat of {name} heard in the {since:age} since we listen';
    return { subject, level: 'unknown', say: say(text, { name, since }) };
  }
  if (silentMs < settings.warn) {
    return {
      subject,
      level: 'ok',
      say: say('last heartbeat of {name} {at:age} ago', { name, at: memory.seenAt ?? since }),
    };
  }
  return {
    subject,
    level: silentMs < settings.bad ? 'warn' : 'bad',
    say: say('{name} has sent no heartbeat for {since:age}', { name, since }),
    evidence: [
      { kind: 'value', say: say('last heartbeat seen {seenAt:at}', { seenAt: memory.seenAt ?? since }) },
      { kind: 'text', say: say('written by the node as {renewTime}', { renewTime: memory.renewTime }) },
    ],
    steps: kubeletSteps(node),
    series: ['nodes/ready'],
    ...startedAt(since, snapshot.now),
  };
}

/** True for a node that we have not listened to for long enough. */
function isUnheard(memory: HeartbeatMemory | undefined, lease: LeaseFact | undefined, badMs: number): boolean {
  if (lease === undefined) return false;
  return memory === undefined || (memory.renewals < enoughRenewals && memory.silentMs < badMs);
}

/** One sentence for all of them: so it is after every start of ours, for some 20 s. */
function notYetHeard([first, ...others]: NodeFact[]): Verdict {
  const name = first?.name ?? '';
  const count = others.length + 1;
  return count === 1
    ? { ...heartbeatsUnknown, say: say('listening for heartbeats of {name}: two must be heard first', { name }) }
    : {
        ...heartbeatsUnknown,
        say: say('listening for heartbeats of {count} nodes: two of each must be heard first', { count }),
      };
}
