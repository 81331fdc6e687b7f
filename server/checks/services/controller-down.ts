import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { entranceStates, podSources, type EntranceState } from '../entrance-state.ts';
import { entranceSteps } from '../entrance-steps.ts';
import { entranceWhy, hasCrashed } from '../entrance-why.ts';
import { splitAddress } from '../door-words.ts';
import { rememberEntrance, returnOf, steadyMs, type EntranceReturn } from '../entrance-memory.ts';
import { namedPods } from '../named-pods.ts';
import { explainsRegistriesBehind } from '../registry-causes.ts';
import { explainsOfSame } from '../same-workload.ts';
import { explainsBehind, explainsUnshown } from '../service-causes.ts';
import { listed } from '../service-evidence.ts';
import { isUp } from '../service-series.ts';
import { startedAt } from '../started-at.ts';

type Evidence = NonNullable<Verdict['evidence']>;

/**
 * Does what all hosts go through run, and does it answer? The one finding that stands for all services behind it. Only what is
 * not so is told: what is behind it tells that it is fine.
 */
export default defineCheck({
  check: 'services/controller-down',
  about: 'the Ingress or Gateway controller has no ready pod, or nobody gets through it: all services behind it',
  needs: {
    ...{
      serviceProbe: 'optional',
      pod: 'optional',
      deployment: 'optional',
      daemonSet: 'optional',
      statefulSet: 'optional',
    },
    ...{ ingressClass: 'optional', gatewayClass: 'optional', ingress: 'optional', httpRoute: 'optional' },
    ...{ crashLog: 'optional', event: 'optional', replicaSet: 'optional' },
    ...{ ingressRoute: 'optional', gateway: 'optional', service: 'optional', node: 'optional' },
  },
  settings: {
    for: duration(
      10_000,
      'how long it must be without a ready pod before that counts, if no service has failed by then',
    ),
  },
  for: (settings) => settings.for,
  // What it explains must not outlive it: how long that takes `remembers` knows.
  calmsMs: 0,
  remembers: {
    version: 2,
    subjects: (snapshot) => entranceStates(snapshot).keys(),
    remember: rememberEntrance,
  },
  explains: [explainsBehind, explainsUnshown, explainsRegistriesBehind, explainsOfSame(['workloads/*'])],
  judge: (snapshot, { memory, settings }) =>
    [...entranceStates(snapshot)].flatMap(([id, state]) => {
      const known = memory.get(id);
      const back = known === undefined ? null : returnOf(state, known, snapshot.now);
      const found = back === null ? downVerdict(state, snapshot) : backVerdict(state, back, settings.for, snapshot);
      return found === null ? [] : [found];
    }),
});

function downVerdict(state: EntranceState, snapshot: Snapshot): Verdict | null {
  if (state.is === 'fine') return null;
  const byPods = state.is === 'no-pods';
  return {
    subject: state.entrance.subject,
    level: 'bad',
    say: byPods || state.outage === null ? downSay(state, snapshot) : outageSay(state, state.outage),
    evidence: evidence(state, snapshot),
    steps: entranceSteps(state, snapshot),
    sources: byPods ? podSourcesOf(state, snapshot) : ['services-probed'],
    series: ['services/up'],
    ...startedAt(byPods ? noneReadySince(state) : (state.outage?.since ?? null), snapshot.now),
  };
}

/**
 * Back, and not over yet: services behind it have still to be asked, or it has to stay so. What crashes again and again is ready
 * for a moment each time; a gap of a roll-out that would not have counted needs no such wait.
 */
function backVerdict(state: EntranceState, back: EntranceReturn, forMs: number, snapshot: Snapshot): Verdict | null {
  const { entrance } = state;
  const { waiting, steady, wasDownMs, answered } = back;
  const crashed = hasCrashed(entrance, snapshot);
  const hasToStay = !steady && (crashed || wasDownMs >= forMs);
  if (waiting === 0 && !hasToStay) return null;
  const momentary = hasToStay && crashed && !answered;
  return {
    subject: entrance.subject,
    level: 'bad',
    say: momentary ? downSay(state, snapshot) : backSay(entrance.name, waiting),
    evidence: evidence(state, snapshot),
    steps: momentary ? entranceWhy(entrance, snapshot).steps : [],
    sources: hasToStay && entrance.controllers.length > 0 ? podSourcesOf(state, snapshot) : ['services-probed'],
    series: ['services/up'],
  };
}

function podSourcesOf({ entrance }: EntranceState, { sources }: Snapshot): string[] {
  return podSources(entrance.controllers, true).filter((name) => sources.has(name));
}

/** "14 services unreachable"; " unreachable" is said of what will be found so within half a minute, too. */
function count(services: number): string {
  return services === 1 ? '1 service unreachable' : `${services} services unreachable`;
}

/** Until each was asked once since the start, those that objects name count as well. */
function servicesBehind({ entrance }: EntranceState, { sources }: Snapshot): number {
  const looking = sources.get('services-probed')?.state === 'syncing';
  return looking || entrance.probes.length === 0
    ? Math.max(entrance.probes.length, entrance.hosts)
    : entrance.probes.length;
}

function downSay(state: EntranceState, snapshot: Snapshot): Say {
  const { name } = state.entrance;
  const services = servicesBehind(state, snapshot);
  return services === 0
    ? say('{name} is down: it has no ready pod', { name })
    : say(`{name} is down: {count}`, { name, count: count(services) });
}

function outageSay({ entrance: { name }, is }: EntranceState, outage: NonNullable<EntranceState['outage']>): Say {
  const values = { name, count: count(outage.count) };
  if (is === 'scaled') return say('{name} is scaled to 0: {count}', values);
  return outage.address === ''
    ? say('{name} cannot be reached: {count}', values)
    : say('{name} cannot be reached at {address}: {count}', { ...values, address: outage.address });
}

function backSay(name: string, waiting: number): Say {
  const values = { name, waiting };
  if (waiting === 0)
    return say('{name} is back: it is over once it has stayed so for {steady:duration}', { name, steady: steadyMs });
  return waiting === 1
    ? say('{name} is back: 1 service has not been asked since', { name })
    : say('{name} is back: {waiting} services have not been asked since', values);
}

/** When its last pod ceased to be ready. */
function noneReadySince({ entrance }: EntranceState): number | null {
  const pods = entrance.controllers.flatMap(({ group }) => group.pods);
  const times = pods.flatMap(({ ready, readyChangedAt }) => (ready ? [] : (readyChangedAt ?? [])));
  return times.length === 0 ? null : Math.max(...times);
}

/** Why its pods are not ready comes first, then what that comes to. */
function evidence(state: EntranceState, snapshot: Snapshot): Evidence {
  const why = state.is === 'no-pods' || hasCrashed(state.entrance, snapshot);
  return [
    ...(why ? entranceWhy(state.entrance, snapshot).evidence : []),
    ...podEvidence(state),
    ...behindEvidence(state.entrance),
  ];
}

function podEvidence({ entrance: { controllers }, pods }: EntranceState): Evidence {
  const [first] = controllers;
  if (first === undefined) return [];
  const idle = controllers.flatMap(({ group }) => group.pods.filter(({ ready }) => !ready));
  const { template, values } = namedPods(idle);
  const { kind, name } = first.group.subject;
  const counted = { ready: pods.ready, wanted: pods.wanted, target: `${kind} ${first.namespace}/${name}` };
  return [
    { kind: 'value', say: say('{ready} of {wanted} pods of {target} ready', counted) },
    ...(idle.length === 0 ? [] : [{ kind: 'text' as const, say: say(`not ready: ${template}`, values) }]),
  ];
}

function behindEvidence({ probes }: EntranceState['entrance']): Evidence {
  if (probes.length === 0) return [];
  const names = probes.map(({ name }) => name).sort();
  const addresses = new Set(probes.flatMap(({ address }) => (address === '' ? [] : [splitAddress(address).host])));
  return [
    { kind: 'value', say: foundSay(probes.filter((probe) => !isUp(probe)).length, probes.length) },
    { kind: 'text', say: say('behind it: {names}', { names: listed(names) }) },
    ...(addresses.size === 0
      ? []
      : [{ kind: 'text' as const, say: say('reached at {addresses}', { addresses: listed([...addresses].sort()) }) }]),
  ];
}

function foundSay(failing: number, all: number): Say {
  if (failing === 0) return say('none of the {all} services behind it has been found down yet', { all });
  if (failing < all) return say('{failing} of the {all} services behind it found down so far', { failing, all });
  return all === 1 ? say('the service behind it is down') : say('all {all} services behind it are down', { all });
}
