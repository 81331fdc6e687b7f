import { isIP } from 'node:net';
import * as v from 'valibot';
import type { ConfiguredServer, TlsConfig } from '#server/probes/tls-config.ts';
import { addressFor } from '#server/probes/wanted-servers.ts';
import type { ConfiguredProbe, ProbeAsk, ServicesConfig } from '#server/probes/service-config.ts';
import { expectedEntries } from './config-expected.ts';
import { headers } from './config-headers.ts';
import { namedList, ownName, type LineOf } from './config-named-list.ts';
import { checkPeriods, latencyEntry, periodEntries, periodsOf, type Periods } from './config-periods.ts';
import { parsePort } from './config-places.ts';
import { checkKeys, redirectsOf } from './config-probe-keys.ts';
import { parseTarget, type ProbeTarget } from './config-probe-target.ts';
import type { References } from './config-references.ts';
import { address, authoritiesIn, configured, resolver } from './config-tls.ts';
import { flag, listOf, mapping, oneOf, oneOrMore, optional, section, text, told, written } from './config-values.ts';

const usual: Periods = { everyMs: 30_000, timeoutMs: 10_000, slowMs: 3_000 };
/** Of machines in a house: SSH, web, Windows shares and remote desktop, Proxmox, and Prometheus's exporters. */
const usualPorts = [22, 80, 443, 445, 3_389, 8_006, 9_100];
const mostProbes = 500;
const trueOrFalse = written(flag, 'must be true or false');

/** The keys about services: `probes` and `services`. */
export function probeEntries(references: References, lineOf: LineOf) {
  const list = { key: 'probes', what: 'probe', most: mostProbes, lineOf };
  return {
    probes: optional(namedList(probe(references), list), []),
    services: v.pipe(
      section({
        discover: v.optional(trueOrFalse, true),
        namespaces: optional(listOf(namespace), []),
        except: optional(listOf(namespace), []),
        ...periodEntries,
        ...latencyEntry,
        linkLocal: optional(trueOrFalse, false),
      }),
      v.rawCheck((context) => checkPeriods(context)),
    ),
  };
}

const namespace = written(
  (input) => (typeof input === 'string' && /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(input) ? input : null),
  'is no name of a namespace',
);

/** One probe; of keys that are left out it holds null, since which of them make sense depends on the others. */
function probe({ authorities, secrets }: References) {
  return v.pipe(
    mapping({
      name: ownName,
      url: told<ProbeTarget>(parseTarget),
      method: optional(oneOf(['GET', 'HEAD', 'POST', 'OPTIONS']), null),
      headers: optional(headers(secrets), null),
      ...expectedEntries,
      redirects: optional(written(redirectsOf, 'must be true, false or a number from 0 to 10'), null),
      authorities: optional(authoritiesIn(authorities), null),
      address: optional(address, null),
      resolver: optional(resolver, null),
      ...periodEntries,
      ...latencyEntry,
      group: optional(text(100), ''),
      verify: optional(trueOrFalse, null),
      linkLocal: optional(trueOrFalse, null),
      addresses: optional(oneOrMore(ip, 20), null),
      ports: optional(oneOrMore(port, 20), null),
    }),
    v.rawCheck((context) => checkPeriods(context)),
    v.rawCheck((context) => checkKeys(context)),
  );
}

const ip = written(
  (input) => (typeof input === 'string' && isIP(input) !== 0 && !input.includes('%') ? input.toLowerCase() : null),
  'is no address: write it like 10.0.0.5 or "fd00::5"',
);
const port = written(parsePort, 'must be a number from 1 to 65535');

/** What `probeEntries` read of one probe. */
export type WrittenProbe = v.InferOutput<ReturnType<typeof probe>>;

/** What `probeEntries` read. */
export interface ProbesPart {
  probes: readonly WrittenProbe[];
  services: v.InferOutput<ReturnType<typeof probeEntries>['services']>;
}

/** What is probed and how; `addresses`, `resolver` and `authorities` are those of `certificates`. */
export function servicesConfigOf(
  { probes, services }: ProbesPart,
  around: Pick<TlsConfig, 'addresses' | 'resolver' | 'authorities'>,
): ServicesConfig {
  const { every, timeout, latency, ...rest } = services;
  const periods = periodsOf({ every, timeout, latency }, usual);
  const { addresses, resolver: dns, authorities } = around;
  return {
    ...rest,
    ...periods,
    ...{ addresses, resolver: dns, authorities },
    probes: probes.map((each): ConfiguredProbe => {
      const { name, group } = each;
      return { name, group, ...periodsOf(each, periods), asks: asksOf(each, around) };
    }),
  };
}

function asksOf(probed: WrittenProbe, around: Parameters<typeof servicesConfigOf>[1]): ProbeAsk {
  const { url: target } = probed;
  const dns = probed.resolver ?? around.resolver;
  if (target.is === 'dns') return { ...target, resolver: dns, addresses: probed.addresses ?? [] };
  const way = {
    address: probed.address ?? addressFor(target.host, around.addresses),
    resolver: dns,
    linkLocal: probed.linkLocal ?? false,
  };
  if (target.is === 'tcp') return { ...target, ...way };
  if (target.is === 'host') return { ...target, ports: probed.ports ?? usualPorts, ...way };
  return {
    is: 'http',
    ask: {
      ...way,
      url: target.url,
      method: probed.method ?? 'GET',
      headers: probed.headers ?? {},
      redirects: probed.redirects ?? 5,
      verify: (probed.verify ?? true) ? 'all' : 'none',
      authorities: [...(probed.authorities ?? []), ...around.authorities],
      // What the owner names may be on the wall's own machine, whose name Debian leads to 127.0.1.1.
      loopback: true,
    },
    expects: {
      status: probed.status ?? [],
      text: probed.text ?? '',
      absent: probed.absent ?? '',
      json: probed.json ?? [],
    },
  };
}

/** Whose certificates are looked at since they are probed. */
export function serversOfProbes(probes: readonly WrittenProbe[]): ConfiguredServer[] {
  return probes.flatMap(({ name, url, address: to, resolver: dns, authorities }) => {
    if (url.is !== 'http' || !url.secure) return [];
    const way = { address: to ?? '', resolver: dns ?? '', authorities: authorities ?? [] };
    return [{ ...configured(`probe ${name}`, url), ...way }];
  });
}
