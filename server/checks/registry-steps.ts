import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { Step } from '#shared/finding.ts';
import { speaksNoTls } from './speaks-no-tls.ts';
import { command } from '#shared/quote.ts';
import { splitAddress } from './door-words.ts';
import { workloadsOfRegistry } from './registry-workloads.ts';
import type { WorkloadGroup } from './workload-groups.ts';

/** The first steps for a registry that does not answer: ask it, see what runs there, mend what the wall asks by. */
export function downSteps(probe: RegistryProbeFact, snapshot: Snapshot): Step[] {
  return [...askSteps(probe), ...runSteps(probe, snapshot), ...wallSteps(probe)];
}

/** Does what serves it run, and what does it say? Nothing where none of the cluster's workloads is known to be it. */
export function runSteps(probe: RegistryProbeFact, snapshot: Snapshot): Step[] {
  const own = workloadsOfRegistry(probe, snapshot);
  const [first] = own;
  if (first === undefined) return [];
  const { namespace = 'default' } = first.group.subject;
  const target = targetOf(first.group);
  if (own.length > 1) return [{ say: 'Do its pods run?', command: command`kubectl -n ${namespace} get pods -o wide` }];
  return [
    { say: 'Does it run?', command: command`kubectl -n ${namespace} get ${target}` },
    { say: 'What does it say?', command: command`kubectl -n ${namespace} logs ${target} --tail 50` },
  ];
}

/** As kubectl names a workload: `deployment/registry`. */
export function targetOf({ subject }: WorkloadGroup): string {
  return `${subject.kind.toLowerCase()}/${subject.name}`;
}

/** Where its API begins: `https://registry.example/v2/`. */
export function apiUrl({ url }: RegistryProbeFact): string {
  return `${url.replace(/\/+$/, '')}/v2/`;
}

function askSteps(probe: RegistryProbeFact): Step[] {
  const { host, port } = splitAddress(probe.host);
  const ask = { say: 'Does it answer, as seen from the wall?', command: command`curl -sSi ${apiUrl(probe)}` };
  switch (probe.trouble) {
    case 'dns':
      return [{ say: 'Look up the name on the machine of the wall', command: command`getent hosts ${host}` }];
    case 'refused':
    case 'unreachable':
    case 'timeout': {
      const usual = probe.url.startsWith('http:') ? '80' : '443';
      return [
        { say: 'Is its port open, as seen from the wall?', command: command`nc -vz -w 5 ${host} ${port || usual}` },
      ];
    }
    case 'tls':
      if (isOtherScheme(probe)) return [schemeStep(probe)];
      return [{ say: 'Which certificate does it show?', command: command`curl -svo /dev/null ${apiUrl(probe)}` }];
    case 'refused-login':
      return [{ say: 'Correct "user:" and "password:" of this registry in the configuration' }];
    case '':
    case 'silent':
    case 'reset':
    case 'redirects':
    case 'forbidden-address':
    case 'not-http':
    case 'unexpected':
    case 'status':
    case 'not-a-registry':
    case 'limited':
      return [ask];
  }
}

/** True if it is no certificate that is wrong, but https:// or http://. */
function isOtherScheme({ message }: RegistryProbeFact): boolean {
  return speaksNoTls(message) || message.includes('asked by http://');
}

function schemeStep({ url, configured }: RegistryProbeFact): Step {
  const right = url.startsWith('https:') ? 'http://' : 'https://';
  return configured
    ? { say: `Write ${right} in the "url:" of this registry in the configuration` }
    : { say: `Write it down under "registries:" of the configuration, with ${right} in its "url:"` };
}

/** Where the wall may be wrong: others may reach it by another way. */
function wallSteps(probe: RegistryProbeFact): Step[] {
  const { configured, trouble } = probe;
  if (trouble === 'tls' && isOtherScheme(probe)) return [];
  const outOfReach = ['dns', 'refused', 'unreachable', 'timeout', 'forbidden-address', 'not-a-registry', 'tls'];
  if (!outOfReach.includes(trouble)) return [];
  if (configured) {
    return trouble === 'tls'
      ? [{ say: 'Is its authority your own? Name its file under "authorities:" of this registry in the configuration' }]
      : [
          {
            say: 'Do nodes reach it at another address? Name that as "address:" of this registry in the configuration',
          },
        ];
  }
  return [
    {
      say: 'Do nodes reach it another way? Name that as "addresses:" or "resolver:" under "certificates:" of the configuration, or write the registry down under "registries:"',
    },
  ];
}
