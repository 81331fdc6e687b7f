import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { perProbe } from './per-probe.ts';
import { shorten } from './shorten.ts';
import { workloadBehind } from './service-pods.ts';
import { probeSubject } from './service-subject.ts';

/** The first steps for a service that is down or shows the wrong thing. */
export function serviceSteps(probe: ServiceProbeFact, snapshot: Snapshot): Step[] {
  const { trouble } = probe;
  if (trouble === 'dns') return dnsSteps(probe);
  if (trouble === 'tls') return [showCertificate(probe), ...askSteps(probe)];
  if (trouble === 'forbidden-address') return [...dnsSteps(probe).slice(0, 1), forbiddenStep];
  return [...askStepsOf(probe), ...behindSteps(probe, snapshot)];
}

const askStepsOf = perProbe(askSteps);

const forbiddenStep: Step = {
  say: 'Is that meant? Then write "linkLocal: true" under "services:" of the configuration, or at the probe',
};

/** Ask it by hand. */
export function askSteps({ is, url, host, port }: ServiceProbeFact): Step[] {
  if (is === 'http') {
    return [{ say: 'Ask it yourself, from the machine of the wall', command: command`curl -v --max-time 10 ${url}` }];
  }
  if (is === 'dns') return [{ say: 'Look up the name yourself', command: command`getent hosts ${host}` }];
  const ping = { say: 'Is the machine there?', command: command`ping -c 3 ${host}` };
  if (port === null) return [ping];
  return [
    { say: 'Is its port open, as seen from the wall?', command: command`nc -vz -w 5 ${host} ${String(port)}` },
    ...(is === 'host' ? [ping] : []),
  ];
}

function dnsSteps({ host }: ServiceProbeFact): Step[] {
  return [
    { say: 'Look up the name on the machine of the wall', command: command`getent hosts ${host}` },
    {
      say: 'Do its users ask another DNS server? Name that as "resolver:", or the address under "addresses:" of the configuration',
    },
  ];
}

function showCertificate({ host, port }: ServiceProbeFact): Step {
  const at = `${host.includes(':') ? `[${host}]` : host}:${port ?? 443}`;
  return {
    say: 'See which certificate it shows',
    command: command`openssl s_client -connect ${at} -servername ${host} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates`,
  };
}

/** What the objects say that name it, and what is behind it. */
export function behindSteps(probe: ServiceProbeFact, snapshot: Snapshot): Step[] {
  return [...objectSteps(probe), ...podSteps(probe, snapshot)];
}

const objectSteps = perProbe((probe): Step[] => [...namedSteps(probe), ...endpointSteps(probe.services)]);

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
