import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { Subject } from '#shared/finding.ts';

/** A host as two names of it are compared: in lower case, without the port of HTTPS, Docker Hub's many under one name. */
export function plainHost(host: string): string {
  const lower = host.toLowerCase().replace(/:443$/, '');
  return /(^|\.)docker\.(io|com)$/.test(lower) ? 'docker.io' : lower;
}

/** The subject of what is said of a registry that the wall asks. */
export function probeSubject({ key }: Pick<RegistryProbeFact, 'key'>): Subject {
  return { kind: 'Registry', name: key.slice('Registry/'.length) };
}

/** The same of a host: by the name that its owner gave it, else by the host. */
export function registrySubject(host: string, snapshot: Snapshot): Subject {
  const probe = registryAt(host, snapshot);
  return probe === null ? { kind: 'Registry', name: plainHost(host) } : probeSubject(probe);
}

/** The registry that the wall asks at this host, null if it asks none there. */
export function registryAt(host: string, snapshot: Snapshot): RegistryProbeFact | null {
  return indexOf(snapshot).byHost.get(plainHost(host)) ?? null;
}

/** The registry of a finding, null if the wall does not ask it. */
export function registryOf({ kind, name }: Subject, snapshot: Snapshot): RegistryProbeFact | null {
  return kind === 'Registry' ? (indexOf(snapshot).byName.get(name) ?? null) : null;
}

/** All hosts whose images come from a registry: its own, and those that it is a mirror of. */
export function servedHosts(probe: RegistryProbeFact): ReadonlySet<string> {
  const before = served.get(probe);
  if (before !== undefined) return before;
  const hosts = new Set([...ownHosts(probe), ...probe.mirrors.map(plainHost)]);
  served.set(probe, hosts);
  return hosts;
}

/** True if images of `host` come through this registry, by the configuration. */
export function isMirrorOf(probe: RegistryProbeFact, host: string): boolean {
  return probe.mirrors.some((mirror) => plainHost(mirror) === plainHost(host));
}

const served = new WeakMap<RegistryProbeFact, ReadonlySet<string>>();

/** Image names have the port of plain HTTP, where URLs have none. */
function ownHosts({ host, url }: RegistryProbeFact): string[] {
  const own = plainHost(host);
  return url.startsWith('http:') && !own.includes(':') ? [own, `${own}:80`] : [own];
}

interface Index {
  byHost: ReadonlyMap<string, RegistryProbeFact>;
  byName: ReadonlyMap<string, RegistryProbeFact>;
}

const indexes = new WeakMap<ReadonlyMap<string, RegistryProbeFact>, Index>();

function indexOf(snapshot: Snapshot): Index {
  const facts = snapshot.facts('registryProbe');
  const before = indexes.get(facts);
  if (before !== undefined) return before;
  // What the owner names comes last, and stays.
  const probes = [...facts.values()].sort((a, b) => Number(a.configured) - Number(b.configured));
  const index = {
    byHost: new Map(probes.flatMap((probe) => ownHosts(probe).map((host) => [host, probe] as const))),
    byName: new Map(probes.map((probe) => [probeSubject(probe).name, probe] as const)),
  };
  indexes.set(facts, index);
  return index;
}
