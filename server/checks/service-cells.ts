import { sparkColumn, uptimeColumns } from '#server/engine/measured-columns.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Cells, Column } from '#shared/area-rows.ts';
import { subjectId, type Subject } from '#shared/finding.ts';
import { perSnapshot } from './per-snapshot.ts';
import { seenCertificates } from './seen-certificates.ts';
import { tlsHostOf } from './service-causes.ts';
import { entranceIdOf, entrances } from './service-entrances.ts';
import { serviceLatency, serviceReachable } from './service-series.ts';
import { shorten } from './shorten.ts';
import { speaksNoTls } from './speaks-no-tls.ts';
import { statusWords } from './status-words.ts';

const day = 86_400_000;

/** The table of services. */
export const serviceColumns: Column[] = [
  { key: 'name', title: 'Service', type: 'text' },
  { key: 'status', title: 'Status', type: 'text' },
  { key: 'latency', title: 'Latency', type: 'duration' },
  sparkColumn(serviceLatency, 'Latency 24 h'),
  ...uptimeColumns(serviceReachable),
  { key: 'certificate', title: 'Certificate days', type: 'number' },
  { key: 'since', title: 'For', type: 'age' },
  { key: 'asked', title: 'Last asked', type: 'age' },
  { key: 'group', title: 'Group', type: 'group' },
  { key: 'through', title: 'Through', type: 'text' },
];

const nothing: Cells = Object.fromEntries(
  serviceColumns.filter(({ measured }) => measured === undefined).map(({ key }) => [key, null]),
);

/** One row of it. What is no probe (a Service, a controller) has a name alone. */
export function serviceCells(subject: Subject, snapshot: Snapshot): Cells {
  const probe = snapshot.facts('serviceProbe').get(subjectId(subject));
  const { namespace, name } = subject;
  if (probe === undefined)
    return { ...nothing, name: shorten(namespace === undefined ? name : `${namespace}/${name}`, 100) };
  return {
    name: shorten(probe.name, 100),
    status: statusOf(probe),
    latency: probe.phases?.wholeMs ?? null,
    certificate: certificateDays(probe, snapshot),
    since: probe.outcomeSince,
    asked: probe.askedAt,
    group: probe.group === '' ? null : shorten(probe.group, 40),
    through: throughOf(probe, snapshot),
  };
}

/** "200 OK" is "up, 200"; else what is wrong, in a word or two. */
function statusOf({ outcome, status, trouble, is, message }: ServiceProbeFact): string {
  if (outcome === 'up') return is === 'http' && status !== null ? `up, ${status}` : 'up';
  if (outcome === 'wrong-content') return 'wrong content';
  if (trouble === 'tls' && speaksNoTls(message)) return 'no TLS';
  return trouble === 'status' && status !== null ? statusWords(status) : words[trouble];
}

const words: Record<ServiceProbeFact['trouble'], string> = {
  ...{ '': 'down', dns: 'name not found', refused: 'refused', unreachable: 'unreachable', timeout: 'no answer' },
  ...{ silent: 'silent', reset: 'broken off', tls: 'not trusted', redirects: 'redirects' },
  ...{ 'forbidden-address': 'not probed', 'not-http': 'not HTTP', unexpected: 'fails', status: 'error' },
  ...{ 'text-missing': 'wrong content', 'text-forbidden': 'wrong content', json: 'wrong content' },
};

/** Whole days that its certificate still lasts, less than 0 if it has ended. */
function certificateDays(probe: ServiceProbeFact, snapshot: Snapshot): number | null {
  const notAfter = endsByHost(snapshot).get(tlsHostOf(probe));
  return notAfter === undefined || !probe.url.startsWith('https:') ? null : Math.floor((notAfter - snapshot.now) / day);
}

const endsByHost = perSnapshot((snapshot): ReadonlyMap<string, number> => {
  return new Map(
    seenCertificates(snapshot).flatMap(({ where, subject, notAfter }) =>
      where === 'host' && notAfter !== null ? [[subject.name, notAfter] as const] : [],
    ),
  );
});

function throughOf(probe: ServiceProbeFact, snapshot: Snapshot): string | null {
  const id = entranceIdOf(probe, snapshot);
  return id === null ? null : (entrances(snapshot).get(id)?.name ?? null);
}
