import { defineCheck, type Effect, type Explains, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { findingId, subjectId } from '#shared/finding.ts';
import type { Level } from '#shared/level.ts';
import { componentExpiries, type ComponentExpiry } from '../component-expiry.ts';
import { restartEvidence, restartSay } from '../component-expiry-words.ts';
import { isServerNode } from '../distribution.ts';
import { apiNode } from '../k3s-nodes.ts';
import { restartOrderSteps } from '../restart-order.ts';
import { startedAt } from '../started-at.ts';
import { apiSubject, nodeSubject, sameSubject } from '../subjects.ts';
import { warnedIn, warnedMemory } from '../warned-memory.ts';

const day = 86_400_000;

/** Is k3s or RKE2 to be restarted, since it renews its own certificates only when it starts? One finding a node. */
export default defineCheck({
  check: 'certificates/kubernetes-restart-renews',
  about: 'k3s or RKE2 renews its own certificates only when it starts: which node is to be restarted, and before when',
  // Each verdict is judged by what its node is known by.
  needs: {
    node: 'optional',
    componentCertificates: 'optional',
    event: 'optional',
    tlsServer: 'optional',
    apiHandshake: 'optional',
    apiDoor: 'optional',
  },
  settings: {
    warn: duration(30 * day, 'so long before the first of them ends it is a warning'),
    bad: duration(7 * day, 'so long before the first of them ends it is bad'),
  },
  remembers: warnedMemory('leafs'),
  explains: [explainsShown()],
  judge(snapshot, { settings, memory }) {
    const all = componentExpiries(snapshot, warnedIn(memory));
    const due = all.filter((each) => levelOf(each, settings, snapshot.now) !== 'ok');
    return all.map((each) => verdict(each, due, settings, snapshot));
  },
});

/** The restart is the one thing to do about the certificates that a node's kubelet and API server show. */
function explainsShown(): Explains {
  const about = ({ id, check, subject }: Effect, snapshot: Snapshot): string | null => {
    if (id === findingId(check, subject, 'kubelet')) return subjectId(subject);
    const node = sameSubject(subject, apiSubject) ? apiNode(snapshot) : null;
    return node === null ? null : subjectId(nodeSubject(node.name));
  };
  return {
    checks: ['certificates/expiring', 'certificates/expired'],
    // That its kubelet's certificate ends too says nothing more of the node.
    noNews: true,
    about,
    when(cause, effect, snapshot) {
      const isDue = cause.level === 'notice' || cause.level === 'warn' || cause.level === 'bad';
      return isDue && about(effect, snapshot) === subjectId(cause.subject);
    },
  };
}

function verdict(
  expiry: ComponentExpiry,
  due: readonly ComponentExpiry[],
  limits: { warn: number; bad: number },
  { now }: Snapshot,
): Verdict {
  const { node, sources, ends } = expiry;
  const level = levelOf(expiry, limits, now);
  const head = { subject: nodeSubject(node.name), level, say: restartSay(expiry, level, now), sources };
  if (level === 'ok') return head;
  return {
    ...head,
    evidence: restartEvidence(expiry, now),
    steps: restartOrderSteps(expiry, [...due].sort(serversFirst)),
    ...startedAt(ends[0]?.at ?? null, now),
  };
}

/** A restart within the window renews, and outside of it does not: before there is nothing to do. */
function levelOf(
  { ends, windowMs }: ComponentExpiry,
  { warn, bad }: { warn: number; bad: number },
  now: number,
): Level {
  const [first] = ends;
  // It warns, in words in which no date was found.
  if (first === undefined) return 'notice';
  const left = first.at - now;
  if (left > windowMs) return 'ok';
  if (left <= Math.max(0, bad)) return 'bad';
  return left <= warn ? 'warn' : 'notice';
}

function serversFirst(a: ComponentExpiry, b: ComponentExpiry): number {
  const [first, second] = [isServerNode(a.node), isServerNode(b.node)];
  if (first !== second) return first ? -1 : 1;
  return a.node.name < b.node.name ? -1 : 1;
}
