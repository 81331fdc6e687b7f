import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { entranceStates, podSources, type EntranceState } from '../entrance-state.ts';
import { entranceSteps } from '../entrance-steps.ts';
import { rememberEntrance, yetToAnswer, type EntranceMemory } from '../entrance-memory.ts';
import { namedPods } from '../named-pods.ts';
import { explainsRegistriesBehind } from '../registry-causes.ts';
import { explainsOfSame } from '../same-workload.ts';
import { explainsBehind, explainsUnshown } from '../service-causes.ts';
import { listed } from '../service-evidence.ts';
import { isUp } from '../service-series.ts';
import { startedAt } from '../started-at.ts';

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
    version: 1,
    subjects: (snapshot) => entranceStates(snapshot).keys(),
    remember: rememberEntrance,
  },
  explains: [explainsBehind, explainsUnshown, explainsRegistriesBehind, explainsOfSame(['workloads/*'])],
  judge: (snapshot, { memory }) =>
    [...entranceStates(snapshot)].flatMap(([id, state]) => verdict(state, memory.get(id), snapshot) ?? []),
});

function verdict(state: EntranceState, memory: EntranceMemory | undefined, snapshot: Snapshot): Verdict | null {
  const { entrance } = state;
  const head = { subject: entrance.subject, level: 'bad' as const };
  const waiting = memory === undefined ? null : yetToAnswer(state, memory, snapshot.now);
  if (waiting === 0 || (waiting === null && state.is === 'fine')) return null;
  if (waiting !== null) {
    return { ...head, say: backSay(entrance.name, waiting), evidence: evidence(state), sources: ['services-probed'] };
  }
  const byPods = state.is === 'no-pods';
  return {
    ...head,
    say: byPods || state.outage === null ? downSay(state, snapshot) : outageSay(state, state.outage),
    evidence: evidence(state),
    steps: entranceSteps(state, snapshot),
    sources: byPods
      ? podSources(entrance.controllers, true).filter((name) => snapshot.sources.has(name))
      : ['services-probed'],
    series: ['services/up'],
    ...startedAt(byPods ? noneReadySince(state) : (state.outage?.since ?? null), snapshot.now),
  };
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

function evidence({ entrance, pods }: EntranceState): NonNullable<Verdict['evidence']> {
  const { controllers, probes } = entrance;
  const idle = controllers.flatMap(({ group }) => group.pods.filter(({ ready }) => !ready));
  const failing = probes.filter((probe) => !isUp(probe)).length;
  const [first] = controllers;
  const names = probes.map(({ name }) => name).sort();
  return [
    ...(first === undefined
      ? []
      : [
          {
            kind: 'value' as const,
            say: say('{ready} of {wanted} pods of {target} ready', {
              ...{ ready: pods.ready, wanted: pods.wanted },
              target: `${first.group.subject.kind} ${first.namespace}/${first.group.subject.name}`,
            }),
          },
        ]),
    ...(probes.length === 0
      ? []
      : [
          { kind: 'value' as const, say: say('{failing} of {all} found down so far', { failing, all: probes.length }) },
        ]),
    ...(names.length === 0
      ? []
      : [{ kind: 'text' as const, say: say('behind it: {names}', { names: listed(names) }) }]),
    ...(idle.length === 0 ? [] : [{ kind: 'text' as const, say: notReady(namedPods(idle)) }]),
  ];
}

function notReady({ template, values }: Say): Say {
  return say(`not ready: ${template}`, values);
}
