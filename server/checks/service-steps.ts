import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { splitAddress } from './door-words.ts';
import { shorten } from './shorten.ts';
import { speaksNoTls } from './speaks-no-tls.ts';
import { workloadBehind } from './service-pods.ts';
import { probeSubject } from './service-subject.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** The first steps for a service that is down or shows the wrong thing. */
export function serviceSteps(probe: ServiceProbeFact, snapshot: Snapshot): Step[] {
  const { trouble } = probe;
  if (trouble === 'dns') return dnsSteps(probe);
  if (trouble === 'tls') {
    const first = speaksNoTls(probe.message) ? schemeStep(probe) : showCertificate(probe);
    return [first, ...askSteps(probe)];
  }
  if (trouble === 'forbidden-address') return forbiddenSteps(probe);
  const group = workloadBehind({ subject: probeSubject(probe) }, snapshot);
  const before = kept.get(probe);
  if (before !== undefined && before.group === group) return before.steps;
  const steps = [...askSteps(probe), ...behindSteps(probe, snapshot)];
  kept.set(probe, { group, steps });
  return steps;
}

/** Nothing else of the snapshot is in them: hundreds may be down, and all are judged each second. */
const kept = new WeakMap<ServiceProbeFact, { group: WorkloadGroup | null; steps: Step[] }>();

/** What is asked may be right: only the owner can say so. */
function forbiddenSteps(probe: ServiceProbeFact): Step[] {
  const { key, message } = probe;
  const look = message.startsWith('leads elsewhere: ') ? askSteps(probe) : lookUp(probe);
  const isOwn = key.startsWith('Probe/');
  const place = isOwn ? 'at this probe' : 'under "services:"';
  const permit = message.includes("wall's own machine")
    ? `Is it meant to be on the machine of the wall? Then write it down under "probes:" of the configuration`
    : `Is that meant? Then write "linkLocal: true" ${place} in the configuration`;
  const leave = isOwn ? [] : [{ say: 'Or leave it out: name it under "services: except:" of the configuration' }];
  return [...look, { say: permit }, ...leave];
}

/** An address is no name. */
function lookUp(probe: ServiceProbeFact): Step[] {
  return isAddress(probe.host) ? [] : dnsSteps(probe).slice(0, 1);
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':');
}

/** It answers without TLS: then it is to be asked so, or to be put right there. */
function schemeStep({ key, namedBy }: ServiceProbeFact): Step {
  if (key.startsWith('Probe/')) return { say: 'Write http:// in the "url:" of this probe in the configuration' };
  const named = namedBy.find(({ kind }) => kind !== 'Configuration')?.kind ?? 'object';
  return {
    say: `Does it speak TLS at another port? Else take "tls:" out of the ${shorten(named, 40)}, or write it down under "probes:" of the configuration, with http://`,
  };
}

/** Where it is asked by an address that the owner gives for its name: DNS was not asked then. Null where it was. */
function givenAddress({ host, address, phases }: ServiceProbeFact): { host: string; port: string } | null {
  if (address === '' || isAddress(host) || phases?.dnsMs != null) return null;
  const given = splitAddress(address);
  return given.host === '' || given.port === '' ? null : given;
}

/** Ask it by hand. */
export function askSteps(probe: ServiceProbeFact): Step[] {
  const { is, url, host, port } = probe;
  const given = givenAddress(probe);
  if (is === 'http' && given !== null) {
    const at = `${host}:${port ?? given.port}:${given.host.includes(':') ? `[${given.host}]` : given.host}`;
    return [
      {
        say: 'Ask it yourself, from the machine of the wall',
        command: command`curl -v --max-time 10 --resolve ${at} ${url}`,
      },
    ];
  }
  if (is === 'http') {
    return [{ say: 'Ask it yourself, from the machine of the wall', command: command`curl -v --max-time 10 ${url}` }];
  }
  if (is === 'dns') return [{ say: 'Look up the name yourself', command: command`getent hosts ${host}` }];
  const ping = { say: 'Is the machine there?', command: command`ping -c 3 ${given?.host ?? host}` };
  if (port === null) return [ping];
  return [
    {
      say: 'Is its port open, as seen from the wall?',
      command: command`nc -vz -w 5 ${given?.host ?? host} ${String(port)}`,
    },
    ...(is === 'host' ? [ping] : []),
  ];
}

function dnsSteps({ host: own, message }: ServiceProbeFact): Step[] {
  // Where an answer leads elsewhere it is that name which is not found.
  const host = /^leads elsewhere: the name (?:in )?([\w.-]+)/.exec(message)?.[1] ?? own;
  return [
    { say: 'Look up the name on the machine of the wall', command: command`getent hosts ${host}` },
    {
      say: 'Do its users ask another DNS server? Name that as "resolver:", or the address under "addresses:" of the configuration',
    },
  ];
}

function showCertificate(probe: ServiceProbeFact): Step {
  const { host, port } = probe;
  const to = givenAddress(probe)?.host ?? host;
  const at = `${to.includes(':') ? `[${to}]` : to}:${port ?? 443}`;
  return {
    say: 'See which certificate it shows',
    command: command`openssl s_client -connect ${at} -servername ${host} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates`,
  };
}

/** What the objects say that name it, and what is behind it. */
export function behindSteps(probe: ServiceProbeFact, snapshot: Snapshot): Step[] {
  return [...objectSteps(probe), ...podSteps(probe, snapshot)];
}

function objectSteps(probe: ServiceProbeFact): Step[] {
  return [...namedSteps(probe), ...endpointSteps(probe.services)];
}

function namedSteps({ namedBy }: ServiceProbeFact): Step[] {
  const [named] = namedBy.filter(({ kind, namespace }) => kind !== 'Configuration' && namespace !== null);
  if (named === undefined) return [];
  const { kind, namespace, name } = named;
  return [
    {
      say: `Where does ${kind} ${shorten(name, 60)} lead?`,
      command: command`kubectl -n ${namespace ?? ''} describe ${kind.toLowerCase()} ${name}`,
    },
  ];
}

/** Which pods a Service leads to, and which of them are ready; of several Services the first. */
export function endpointSteps([first]: readonly string[]): Step[] {
  if (first === undefined) return [];
  const [namespace = '', name = ''] = first.split('/');
  return [
    {
      say: `Which pods does Service ${shorten(name, 60)} lead to?`,
      command: command`kubectl -n ${namespace} get endpointslices -l ${`kubernetes.io/service-name=${name}`}`,
    },
  ];
}

function podSteps(probe: ServiceProbeFact, snapshot: Snapshot): Step[] {
  const group = workloadBehind({ subject: probeSubject(probe) }, snapshot);
  if (group === null) return [];
  const { kind, namespace = '', name } = group.subject;
  return [
    {
      say: `What does ${shorten(name, 60)} write?`,
      command: command`kubectl -n ${namespace} logs ${`${kind.toLowerCase()}/${name}`} --all-containers --tail=50`,
    },
  ];
}
