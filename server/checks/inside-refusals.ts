import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EventFact } from '#server/facts/event.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { readDistrust, type Distrust } from './distrust-words.ts';
import { eventMessage, seenAt } from './events-about.ts';
import { mayBeRefused } from './refusals.ts';
import { nodeSubject } from './subjects.ts';
import { workloadGroups } from './workload-groups.ts';

/** One certificate that a program of the cluster does not accept, by all that says so. Times epoch ms. */
export interface InsideRefusal {
  /** `Webhook/NAME` as its configuration calls it, `APIService/NAME`, `Node/NAME` whose kubelet says so. */
  subject: Subject;
  distrust: Distrust;
  /** What was said last. */
  message: string;
  since: number | null;
  at: number | null;
  /** `namespace/name` of the Service that shows it, "" where that is not known. */
  service: string;
  /** The sources that say so. */
  sources: ReadonlySet<string>;
  /** Ids of the subjects that it was said of: `Deployment/media/jellyfin`. */
  about: ReadonlySet<string>;
}

// A controller that fails tries again after at most 1,000 s.
const betweenTriesMs = 1_200_000;
const mostRefusals = 200;

const kept = new WeakMap<Snapshot, readonly InsideRefusal[]>();

/** All of a snapshot, one for each subject. */
export function insideRefusals(snapshot: Snapshot): readonly InsideRefusal[] {
  const before = kept.get(snapshot);
  if (before !== undefined) return before;
  const bySubject = new Map<string, InsideRefusal>();
  for (const each of [...ofConditions(snapshot), ...ofApiServices(snapshot), ...ofEvents(snapshot)]) {
    const id = subjectId(each.subject);
    const other = bySubject.get(id);
    if (other === undefined && bySubject.size === mostRefusals) continue;
    bySubject.set(id, other === undefined ? each : both(other, each));
  }
  const all = [...bySubject.values()];
  kept.set(snapshot, all);
  return all;
}

/** Deployments and ReplicaSets say in a condition why they cannot create pods, for as long as it is so. */
function ofConditions(snapshot: Snapshot): InsideRefusal[] {
  const found: InsideRefusal[] = [];
  for (const { failure, namespace, name, source } of snapshot.facts('deployment').values()) {
    if (failure?.status !== 'True') continue;
    const refusal = webhookRefusal(failure.message, failure.changedAt, failure.updatedAt ?? failure.changedAt, source);
    if (refusal !== null) found.push(about(refusal, { kind: 'Deployment', namespace, name }));
  }
  for (const { failure, namespace, name, source, owner } of snapshot.facts('replicaSet').values()) {
    if (failure?.status !== 'True') continue;
    const refusal = webhookRefusal(failure.message, failure.changedAt, failure.updatedAt ?? failure.changedAt, source);
    if (refusal === null) continue;
    found.push(about(refusal, { kind: 'ReplicaSet', namespace, name }));
    if (owner !== null) found.push(about(refusal, { kind: owner.kind, namespace, name: owner.name }));
  }
  return found;
}

function ofApiServices(snapshot: Snapshot): InsideRefusal[] {
  return [...snapshot.facts('apiService').values()].flatMap(
    ({ name, available, message, changedAt, service, source }) => {
      const distrust = available === 'False' ? readDistrust(message) : null;
      if (distrust === null) return [];
      const subject = { kind: 'APIService', name };
      const ids = new Set([subjectId(subject)]);
      return [
        {
          subject,
          distrust,
          message,
          since: changedAt,
          at: changedAt,
          service,
          sources: new Set([source]),
          about: ids,
        },
      ];
    },
  );
}

function ofEvents(snapshot: Snapshot): InsideRefusal[] {
  const found: InsideRefusal[] = [];
  for (const event of eventsOfCertificates(snapshot)) {
    if (snapshot.now - seenAt(event) > betweenTriesMs || isOver(event, snapshot)) continue;
    const message = eventMessage(event);
    const { kind, namespace, name } = event.about;
    const of = { kind, ...(namespace === null ? {} : { namespace }), name };
    const webhook = webhookRefusal(message, event.firstAt, event.lastAt, event.source);
    const refusal = webhook ?? nodeRefusal(event, message, snapshot);
    if (refusal !== null) found.push(about(refusal, of));
  }
  return found;
}

/** There are thousands of events, judged each second, and hardly ever one of these. */
const certificateEvents = new WeakMap<ReadonlyMap<string, EventFact>, readonly EventFact[]>();

function eventsOfCertificates(snapshot: Snapshot): readonly EventFact[] {
  const all = snapshot.facts('event');
  const before = certificateEvents.get(all);
  if (before !== undefined) return before;
  const some = [...all.values()].filter(({ type, message }) => type === 'Warning' && message.includes('x509:'));
  certificateEvents.set(all, some);
  return some;
}

/** A StatefulSet or DaemonSet that has its pods is refused none; ReplicaSets that are seen tell it themselves. */
function isOver({ reason, about: { kind, namespace, name } }: EventFact, snapshot: Snapshot): boolean {
  if (reason !== 'FailedCreate' || namespace === null) return false;
  if (kind === 'ReplicaSet') return snapshot.sources.get('replicasets')?.fresh === true;
  const group = workloadGroups(snapshot).get(subjectId({ kind, namespace, name }));
  return group !== undefined && !mayBeRefused(group);
}

/** `failed calling webhook "NAME": ... Post "https://SERVICE.NAMESPACE.svc:443/...": ... x509: ...` */
function webhookRefusal(
  message: string,
  since: number | null,
  at: number | null,
  source: string,
): InsideRefusal | null {
  const [, name] = /failed calling webhook "([^"]{1,253})"/.exec(message) ?? [];
  const distrust = name === undefined ? null : readDistrust(message);
  if (name === undefined || distrust === null) return null;
  const [, service, namespace] = /"https:\/\/([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc[.:/]/.exec(message) ?? [];
  const subject = { kind: 'Webhook', name };
  const behind = service === undefined ? '' : `${namespace ?? ''}/${service}`;
  return { subject, distrust, message, since, at, service: behind, sources: new Set([source]), about: new Set() };
}

/** Of a kubelet, about its node or one of its pods. What registries show is told where images cannot be pulled. */
function nodeRefusal(event: EventFact, message: string, snapshot: Snapshot): InsideRefusal | null {
  const { kind, namespace, name } = event.about;
  if (event.component !== 'kubelet' || /pull|image/i.test(`${event.reason} ${message}`)) return null;
  const pod = kind === 'Pod' ? snapshot.facts('pod').get(`${namespace ?? ''}/${name}`) : undefined;
  const node = kind === 'Node' ? name : (pod?.node ?? null);
  const distrust = node === null ? null : readDistrust(message);
  if (node === null || distrust === null) return null;
  const { firstAt: since, lastAt: at, source } = event;
  return {
    subject: nodeSubject(node),
    distrust,
    message,
    since,
    at,
    service: '',
    sources: new Set([source]),
    about: new Set(),
  };
}

function about(refusal: InsideRefusal, subject: Subject): InsideRefusal {
  return { ...refusal, about: new Set([...refusal.about, subjectId(subject)]) };
}

/** Said of one subject twice: the newer words, since the older time. */
function both(a: InsideRefusal, b: InsideRefusal): InsideRefusal {
  const newer = (b.at ?? 0) > (a.at ?? 0) ? b : a;
  return {
    ...newer,
    service: newer.service || a.service || b.service,
    since: a.since === null || b.since === null ? (a.since ?? b.since) : Math.min(a.since, b.since),
    sources: new Set([...a.sources, ...b.sources]),
    about: new Set([...a.about, ...b.about]),
  };
}
