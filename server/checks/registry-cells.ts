import { sparkColumn, uptimeColumns } from '#server/engine/measured-columns.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { Cells, Column } from '#shared/area-rows.ts';
import type { Subject } from '#shared/finding.ts';
import { splitAddress } from './door-words.ts';
import { imagesAsked } from './images-asked.ts';
import { plainHost, registryOf } from './registry-hosts.ts';
import { workloadsNeeding } from './registry-needs.ts';
import { registryLatency, registryReachable } from './registry-series.ts';
import { registriesOf } from './registry-workloads.ts';
import { shorten } from './shorten.ts';

const day = 86_400_000;

/** The table of all registries, and of workloads that keep something in their pods. */
export const registryColumns: Column[] = [
  { key: 'name', title: 'Registry', type: 'text' },
  { key: 'state', title: 'State', type: 'text' },
  { key: 'latency', title: 'Answers in', type: 'duration' },
  sparkColumn(registryLatency, 'Latency 24 h'),
  ...uptimeColumns(registryReachable),
  { key: 'images', title: 'Images there', type: 'text' },
  { key: 'components', title: 'Healthy parts', type: 'text' },
  { key: 'workloads', title: 'Workloads', type: 'number' },
  { key: 'certificate', title: 'Certificate days', type: 'number' },
  { key: 'host', title: 'Host', type: 'text' },
  { key: 'kind', title: 'Kind', type: 'text' },
  { key: 'login', title: 'Login', type: 'text' },
];

const nothing: Cells = {
  ...{ host: null, kind: null, state: null, latency: null, login: null },
  ...{ components: null, images: null, workloads: null, certificate: null },
};

/** One row of it. */
export function registryCells(subject: Subject, snapshot: Snapshot): Cells {
  const probe = registryOf(subject, snapshot);
  if (probe !== null) return probeCells(probe, subject.name, snapshot);
  const { kind, namespace, name } = subject;
  const whole = shorten(namespace === undefined ? name : `${namespace}/${name}`, 100);
  if (kind === 'Registry') return { ...nothing, name: whole, state: 'not asked' };
  const [registry] = registriesOf(subject, snapshot);
  return { ...nothing, name: whole, kind, host: registry === undefined ? null : shorten(registry.host, 80) };
}

const logins: Record<RegistryProbeFact['login'], string | null> = {
  none: 'none needed',
  wanted: 'wanted',
  accepted: 'accepted',
  refused: 'refused',
  unknown: null,
};

function probeCells(probe: RegistryProbeFact, name: string, snapshot: Snapshot): Cells {
  const { host, kind, components, latencyMs, outcome, login } = probe;
  const healthy = components.filter((each) => each.healthy).length;
  return {
    ...{
      name: shorten(name, 80),
      host: name === host ? null : shorten(host, 80),
      kind: kind === 'harbor' ? 'Harbor' : 'v2',
    },
    state: stateOf(probe),
    latency: outcome === 'up' ? latencyMs : null,
    login: logins[login],
    components: components.length === 0 ? null : `${healthy} of ${components.length}`,
    images: imagesCell(probe, snapshot),
    workloads: workloadsNeeding(probe, snapshot).length,
    certificate: certificateDays(host, snapshot),
  };
}

function stateOf({ outcome, trouble, limitedSince }: RegistryProbeFact): string {
  if (outcome === 'down') return 'down';
  if (limitedSince !== null) return 'limited';
  return trouble === 'refused-login' ? 'login refused' : 'up';
}

/** "14 of 14"; "3 of 14 asked again" while that is not sure; null where none was asked for. */
function imagesCell({ key, outcome }: RegistryProbeFact, snapshot: Snapshot): string | null {
  const fact = snapshot.facts('registryImages').get(key);
  if (fact === undefined || fact.images.length === 0) return null;
  const { all, asked, held, inDoubt, again } = imagesAsked(fact);
  const isKnown = fact.images.some((each) => each.held !== 'unknown');
  if (outcome === 'down') return isKnown ? `${held} of ${all} before it went down` : null;
  if (inDoubt > 0 && fact.problem === '') return `${asked} of ${all} asked${again ? ' again' : ''}`;
  return isKnown ? `${held} of ${all}` : null;
}

/** Whole days until the certificate of its host ends, null where none is looked at. */
function certificateDays(whole: string, snapshot: Snapshot): number | null {
  const servers = snapshot.facts('tlsServer');
  const found = servers.get(`Host/${plainHost(whole)}`) ?? servers.get(`Host/${splitAddress(whole).host}`);
  const notAfter = found?.certificate?.notAfter ?? null;
  return notAfter === null ? null : Math.floor((notAfter - snapshot.now) / day);
}
