import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step, Subject } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { apiDistribution } from '../distribution.ts';
import { figuresOf } from '../group-figures.ts';
import { imageStore } from '../registry-products.ts';
import { probeSubject } from '../registry-hosts.ts';
import { imagesOf, needSay, workloadsNeeding } from '../registry-needs.ts';
import { targetOf } from '../registry-steps.ts';
import { registryCalled } from '../registry-words.ts';
import { registryWorkloads, type RegistryWorkload } from '../registry-workloads.ts';
import { shorten } from '../shorten.ts';
import type { WorkloadGroup } from '../workload-groups.ts';

/** Is a registry gone with one node? Then no pod of that node can start elsewhere, since its image cannot be pulled. */
export default defineCheck({
  check: 'registry/single-replica-on-one-node',
  about: 'a registry runs on one node alone: while that is down, nothing can be pulled from it',
  needs: {
    pod: 'required',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    node: 'optional',
    registryProbe: 'optional',
    service: 'optional',
    ingress: 'optional',
    httpRoute: 'optional',
    ingressRoute: 'optional',
  },
  settings: {},
  judge: (snapshot) =>
    [...bySubject(snapshot).values()].flatMap(({ subject, workloads }) => verdict(subject, workloads, snapshot) ?? []),
});

interface OfSubject {
  subject: Subject;
  workloads: RegistryWorkload[];
}

/** The registries as the wall asks them; those that it does not ask, by their own names. */
function bySubject(snapshot: Snapshot): ReadonlyMap<string, OfSubject> {
  const found = new Map<string, OfSubject>();
  for (const workload of registryWorkloads(snapshot)) {
    if (!serves(workload)) continue;
    const [probe] = workload.registries;
    const id = probe?.key ?? workload.group.id;
    const held = found.get(id) ?? { subject: probe ? probeSubject(probe) : workload.group.subject, workloads: [] };
    found.set(id, held);
    held.workloads.push(workload);
  }
  return found;
}

/** The parts without which nothing is pulled; nodes that hand images to each other are many. */
function serves({ group, product }: RegistryWorkload): boolean {
  if (product === 'spegel' || group.subject.kind === 'DaemonSet') return false;
  if (product !== 'harbor') return true;
  return imagesOf(group).some((image) => imageStore(image) !== null || /harbor-core(?::|@|$)/.test(image));
}

function verdict(subject: Subject, workloads: readonly RegistryWorkload[], snapshot: Snapshot): Verdict | null {
  const wanted = workloads.filter(({ group }) => figuresOf(group).wanted > 0);
  if (wanted.length === 0) return null;
  const single = wanted.flatMap(({ group }) => aloneOn(group) ?? []);
  const name = registryCalled(subject.name);
  const [first] = single;
  if (first === undefined) return { subject, level: 'ok', say: say('{name} runs on several nodes', { name }) };
  const nodes = snapshot.facts('node').size;
  return {
    subject,
    // With one node there is nothing to choose.
    level: nodes === 1 ? 'notice' : 'warn',
    say: aloneSay(name, single),
    evidence: evidence(single, wanted, snapshot),
    steps: nodes === 1 ? [] : steps(first.group, snapshot),
  };
}

/** A workload with the one node of its pods, "" where that is not known. */
interface Alone {
  group: WorkloadGroup;
  node: string;
  pods: number;
}

/** Null where its pods are on several nodes. */
function aloneOn(group: WorkloadGroup): Alone | null {
  const { wanted } = figuresOf(group);
  const nodes = new Set(group.pods.flatMap(({ node, deletingAt }) => (deletingAt === null ? (node ?? []) : [])));
  const [node = ''] = nodes;
  if (wanted > 1 && nodes.size !== 1) return null;
  return { group, node: nodes.size === 1 ? node : '', pods: wanted };
}

function aloneSay(name: string, [first, ...others]: readonly Alone[]): Say {
  const node = shorten(first?.node ?? '', 40);
  const values = { name, node };
  if (node === '' || others.some((each) => each.node !== first?.node)) {
    return say('{name} has no second pod: while one node is down, nothing can be pulled from it', values);
  }
  return (first?.pods ?? 1) > 1
    ? say('all pods of {name} are on {node}: while that is down, nothing can be pulled from it', values)
    : say('{name} runs on {node} alone: while that is down, nothing can be pulled from it', values);
}

function evidence(
  single: readonly Alone[],
  workloads: readonly RegistryWorkload[],
  snapshot: Snapshot,
): NonNullable<Verdict['evidence']> {
  const [probe] = workloads.flatMap(({ registries }) => registries);
  const need = probe === undefined ? null : needSay(workloadsNeeding(probe, snapshot));
  return [
    ...(need === null ? [] : [{ kind: 'text' as const, say: need }]),
    ...single.slice(0, 10).map(({ group, node }) => ({
      kind: 'text' as const,
      say: plainly(`${shorten(targetOf(group), 80)}${node === '' ? '' : ` on ${shorten(node, 40)}`}`),
    })),
  ];
}

function steps(group: WorkloadGroup, snapshot: Snapshot): Step[] {
  const { namespace = 'default' } = group.subject;
  return [
    {
      say: 'Where its images are in S3 or on a volume that several pods may write to: run a second pod',
      command: command`kubectl -n ${namespace} scale ${targetOf(group)} --replicas=2`,
    },
    ...(apiDistribution(snapshot) === 'k3s'
      ? [
          {
            say: 'Or let nodes take images from each other: write "embedded-registry: true" into /etc/rancher/k3s/config.yaml of the servers, and the registry as a mirror into registries.yaml of all nodes',
          },
        ]
      : [{ say: 'Or let nodes take images from each other, with Spegel' }]),
  ];
}
