import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceFact } from '#server/facts/service.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { controllerSteps } from '../controller-steps.ts';
import { figuresOf } from '../group-figures.ts';
import { noEndpointsExplain } from '../service-causes.ts';
import { listed } from '../service-evidence.ts';
import { emptyService, type EmptyService, type Endpoints } from '../service-pods.ts';
import { routesByService, type Route } from '../service-routes.ts';
import { endpointSteps } from '../service-steps.ts';
import { serviceSubject } from '../service-subject.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import type { WorkloadGroup } from '../workload-groups.ts';

/**
 * Does what hosts lead to have a pod that is ready? Only what is not so is told: while the API is blind nobody knows of these,
 * and the services go on being asked all the same.
 */
export default defineCheck({
  check: 'services/no-endpoints',
  about: 'a host leads to no ready pod: none is ready, none fits, it is scaled to 0, or there is no such Service',
  needs: {
    ...{ service: 'optional', endpointSlice: 'optional', ingress: 'optional', httpRoute: 'optional' },
    ...{ ingressRoute: 'optional', pod: 'optional', deployment: 'optional', statefulSet: 'optional' },
    ...{ daemonSet: 'optional', serviceProbe: 'optional' },
  },
  settings: {
    for: duration(10_000, 'how long it must be so before that counts: a roll-out may leave a gap of seconds'),
  },
  for: (settings) => settings.for,
  explains: [noEndpointsExplain],
  judge: (snapshot) =>
    [...routesByService(snapshot)].flatMap(([key, route]) => {
      const service = snapshot.facts('service').get(key);
      const found = service === undefined ? missing(key, route, snapshot) : withoutPods(service, route, snapshot);
      return found === null ? [] : [{ subject: serviceSubject(key), ...found }];
    }),
});

type Found = Omit<Verdict, 'subject'>;

/** "git.example and 2 more hosts", or the object that leads to it where no host is named. */
function whoLeads({ hosts, by }: Route): string {
  const [first, ...others] = [...hosts].sort();
  const [object] = by;
  if (first === undefined) return object === undefined ? 'something' : `${object.kind} ${shorten(object.name, 60)}`;
  const more = others.length === 0 ? '' : others.length === 1 ? ' and 1 more host' : ` and ${others.length} more hosts`;
  return `${shorten(first, 80)}${more}`;
}

/** "leads", of several hosts "lead". */
function leads({ hosts }: Route): string {
  return hosts.size > 1 ? 'lead' : 'leads';
}

function missing(key: string, route: Route, snapshot: Snapshot): Found {
  const who = whoLeads(route);
  return {
    level: answersAllTheSame(route, snapshot) ? 'warn' : 'bad',
    say: say(`{who} ${leads(route)} to no Service at all: {key} does not exist`, { who, key: shorten(key) }),
    evidence: byEvidence(route),
    steps: [
      {
        say: 'Which Services are there?',
        command: command`kubectl -n ${serviceSubject(key).namespace ?? ''} get services`,
      },
      ...byStep(route),
    ],
    sources: ['services', ...route.sources],
  };
}

/** A path that leads nowhere beside others that do: of what is probed all is up. */
function answersAllTheSame({ hosts }: Route, { facts }: Snapshot): boolean {
  const probes = [...facts('serviceProbe').values()].filter(({ host }) => hosts.has(host));
  return probes.length > 0 && probes.every(({ outcome }) => outcome === 'up');
}

/** Null where a pod is ready, and for what leads elsewhere than to pods of its own selection. */
function withoutPods(service: ServiceFact, route: Route, snapshot: Snapshot): Found | null {
  const empty = emptyService(service, snapshot);
  if (empty === null) return null;
  const before = kept.get(service);
  const same = before !== undefined && before.route === route && isSame(before.empty, empty);
  const { found } = same ? before : { found: foundOf(service, route, empty) };
  if (!same) kept.set(service, { route, empty, found });
  return { ...found, ...startedAt(unreadySince(empty.groups), snapshot.now) };
}

/** What was said of a Service, for as long as nothing of it changes: hundreds may be without pods, and all are judged each second. */
const kept = new WeakMap<ServiceFact, { route: Route; empty: EmptyService; found: Found }>();

function isSame(a: EmptyService, b: EmptyService): boolean {
  const { endpoints, groups } = a;
  const alike = groups.length === b.groups.length && groups.every((group, i) => group === b.groups[i]);
  return alike && endpoints === b.endpoints;
}

function foundOf(service: ServiceFact, route: Route, { endpoints, groups, scaled }: EmptyService): Found {
  return {
    level: scaled ? 'notice' : 'bad',
    say: scaled ? scaledSay(route, groups) : unreadySay(service, route, endpoints, groups),
    evidence: [...unreadyEvidence(endpoints), ...byEvidence(route)],
    steps: steps(service, groups, scaled),
    sources: ['services', 'endpointslices', ...route.sources],
  };
}

function scaledSay(route: Route, [group]: readonly WorkloadGroup[]): Say {
  const workload = shorten(group?.subject.name ?? '', 60);
  return say(`{who} ${leads(route)} to no pod: {workload} is scaled to 0`, { who: whoLeads(route), workload });
}

function unreadySay(service: ServiceFact, route: Route, endpoints: Endpoints, groups: readonly WorkloadGroup[]): Say {
  const who = whoLeads(route);
  const count = endpoints.unreadyCount;
  if (count === 1) return say('the pod behind {who} is not ready', { who });
  if (count > 1) return say('none of the {count} pods behind {who} is ready', { who, count });
  const [first] = groups;
  if (first === undefined) {
    return say(`{who} ${leads(route)} to no pod: the selector of Service {service} fits no workload`, {
      ...{ who, service: shorten(service.name, 60) },
    });
  }
  const values = { who, workload: shorten(first.subject.name, 60), wanted: figuresOf(first).wanted };
  return values.wanted === 1
    ? say(`{who} ${leads(route)} to no pod: {workload} has none`, { who, workload: values.workload })
    : say(`{who} ${leads(route)} to no pod: {workload} has none of its {wanted}`, values);
}

function unreadyEvidence({ unready, unreadyCount }: Endpoints): NonNullable<Verdict['evidence']> {
  const pods = unready.flatMap(({ pod, node }) => (pod === '' ? [] : [node === '' ? pod : `${pod} on ${node}`]));
  if (unreadyCount === 0) return [{ kind: 'value', say: say('0 endpoints') }];
  return [
    { kind: 'value', say: say('0 of {unreadyCount} endpoints ready', { unreadyCount }) },
    ...(pods.length === 0 ? [] : [{ kind: 'text' as const, say: say('not ready: {pods}', { pods: listed(pods) }) }]),
  ];
}

function byEvidence({ by, hosts }: Route): NonNullable<Verdict['evidence']> {
  const objects = by.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  return [
    { kind: 'text', say: say('named by {objects}', { objects: listed([...new Set(objects)]) }) },
    ...(hosts.size < 2
      ? []
      : [{ kind: 'text' as const, say: say('for {hosts}', { hosts: listed([...hosts].sort()) }) }]),
  ];
}

/** When the last of them ceased to be ready, as far as that is told. */
function unreadySince(groups: readonly WorkloadGroup[]): number | null {
  const times = groups.flatMap(({ pods }) =>
    pods.flatMap(({ ready, readyChangedAt }) => (ready ? [] : (readyChangedAt ?? []))),
  );
  return times.length === 0 ? null : Math.max(...times);
}

function steps(
  { key, namespace, name, selector }: ServiceFact,
  groups: readonly WorkloadGroup[],
  scaled: boolean,
): Step[] {
  const [group] = groups;
  if (group === undefined) {
    const labels = Object.entries(selector ?? {}).map(([label, value]) => `${label}=${value}`);
    return [
      {
        say: 'Which pods have the labels it selects?',
        command: command`kubectl -n ${namespace} get pods -l ${labels.join(',')}`,
      },
      { say: 'Which labels do the pods have?', command: command`kubectl -n ${namespace} get pods --show-labels` },
      { say: 'What does it select?', command: command`kubectl -n ${namespace} describe service ${name}` },
    ];
  }
  const target = `${group.subject.kind.toLowerCase()}/${group.subject.name}`;
  if (scaled) {
    return [{ say: 'To have it back', command: command`kubectl -n ${namespace} scale ${target} --replicas=1` }];
  }
  return [...controllerSteps(group.subject), ...endpointSteps([key])];
}

function byStep({ by: [first] }: Route): Step[] {
  if (first === undefined) return [];
  const { kind, namespace, name } = first;
  return [
    {
      say: `Where does ${kind} ${shorten(name, 60)} lead?`,
      command: command`kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`,
    },
  ];
}
