import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { explainsItsRegistry } from '../registry-causes.ts';
import { explainsItsServices } from '../service-causes.ts';
import { workloadCalmsMs } from '../workload-calms.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { figuresOf } from '../group-figures.ts';
import { namedPods } from '../named-pods.ts';
import { describePod } from '../pull-steps.ts';
import { explainsOfSame } from '../same-workload.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { unreadyPods, type UnreadyPod } from '../unready.ts';
import { whyUnready, type UnreadyWhy } from '../unready-words.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';

/** Are all pods that run also ready, so that they are sent work? What starts, crashes or waits for its image is told elsewhere. */
export default defineCheck({
  check: 'workloads/not-ready',
  about: 'pods run but are not ready, with the probe that fails in plain words; a bare pod that failed',
  needs: {
    pod: 'required',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    event: 'optional',
    node: 'optional',
  },
  settings: {
    for: duration(2 * 60_000, 'how long a pod must run without being ready before that counts'),
  },
  for: (settings) => settings.for,
  calmsMs: workloadCalmsMs,
  explains: [
    explainsOfSame(['workloads/replicas-missing', 'workloads/rollout-stuck']),
    explainsItsServices,
    explainsItsRegistry,
  ],
  judge: (snapshot, { settings }) =>
    allWorkloads(snapshot).map((group) => {
      const unready = unreadyPods(group);
      if (unready.length === 0 || group.controller?.deletingAt != null) return fine(group);
      const [first, ...others] = unready.filter(({ since }) => hasLasted(since, settings.for, snapshot.now));
      return first === undefined ? fine(group) : verdict(group, [first, ...others], snapshot);
    }),
});

const fine = fineVerdicts('no pod of {name} has long been running without being ready');

/** By the pod's own time: in a roll-out one pod after the other is not ready for a moment. */
function hasLasted(since: number | null, limitMs: number, now: number): boolean {
  return since === null || since > now + clocksDifferMs || now - since >= limitMs;
}

// Clocks differ by seconds or minutes; a date further ahead says nothing, and nothing is no reason to wait.
const clocksDifferMs = 60 * 60_000;

function verdict(group: WorkloadGroup, unready: [UnreadyPod, ...UnreadyPod[]], snapshot: Snapshot): Verdict {
  const told = tellingOne(unready, snapshot);
  const times = unready.flatMap(({ since }) => since ?? []);
  const own = startedAt(times.length === 0 ? null : Math.min(...times), snapshot.now);
  const failed = told.one.pod.phase === 'Failed';
  return {
    subject: group.subject,
    // One that failed and is not started again was meant to end.
    level: failed || figuresOf(group).ready > 0 ? 'warn' : 'bad',
    say: failed
      ? failedSentence(group, told.why, own.startedAt)
      : sentence(group, unready.length, told.why, own.startedAt),
    evidence: evidence(unready, told),
    steps: steps(told.one),
    ...own,
  };
}

interface Told {
  one: UnreadyPod;
  why: UnreadyWhy;
}

// Enough of them to hear from: they fail alike.
const mostAsked = 20;

/** The first of them of which something tells why it is not ready. */
function tellingOne(unready: [UnreadyPod, ...UnreadyPod[]], snapshot: Snapshot): Told {
  const [first] = unready;
  for (const one of unready.slice(0, mostAsked)) {
    const why = whyUnready(one, snapshot);
    if (why.words !== '') return { one, why };
  }
  return { one: first, why: { words: '', said: '' } };
}

function sentence({ subject, pods }: WorkloadGroup, count: number, { words }: UnreadyWhy, since?: number): Say {
  const total = pods.filter(({ deletingAt }) => deletingAt === null).length;
  const several = total > 1;
  const who = several ? '{name}: {count} of {total} pods' : '{name}';
  const has = several && count > 1 ? 'have' : 'has';
  const is = several && count > 1 ? 'are' : 'is';
  return say(
    `${who} ${since === undefined ? `${is} not ready` : `${has} not been ready for {since:age}`}${words === '' ? '' : ': {why}'}`,
    {
      name: shorten(subject.name, 60),
      ...(several ? { count, total } : {}),
      ...(since === undefined ? {} : { since }),
      ...(words === '' ? {} : { why: words }),
    },
  );
}

function failedSentence({ subject }: WorkloadGroup, { words }: UnreadyWhy, since?: number): Say {
  const values = { name: shorten(subject.name, 60), why: words === '' ? 'why is not told' : words };
  return since === undefined
    ? say('{name} has ended and is not started again: {why}', values)
    : say('{name} ended {since:age} ago and is not started again: {why}', { ...values, since });
}

function evidence(unready: readonly UnreadyPod[], { one, why }: Told): NonNullable<Verdict['evidence']> {
  const containers = one.containers.map(({ name }) => shorten(name, 63)).join(', ');
  return [
    ...(why.said === '' ? [] : [{ kind: 'text' as const, say: plainly(shorten(why.said, 1000)) }]),
    ...(containers === '' || one.pod.containers.length === 1
      ? []
      : [
          {
            kind: 'text' as const,
            say: say('of {pod}: container {containers}', { pod: shorten(one.pod.name, 60), containers }),
          },
        ]),
    { kind: 'text', say: namedPods(unready.map(({ pod }) => pod)) },
  ];
}

function steps({ pod, containers: [container] }: UnreadyPod): Step[] {
  const { namespace, name } = pod;
  const log =
    container === undefined
      ? command`kubectl -n ${namespace} logs ${name} --all-containers --tail=50`
      : command`kubectl -n ${namespace} logs ${name} -c ${container.name} --tail=50`;
  const gone = command`kubectl -n ${namespace} delete pod ${name}`;
  return [
    { say: pod.phase === 'Failed' ? 'What did it write before it ended?' : 'What does it write?', command: log },
    describePod(pod),
    ...(pod.phase === 'Failed' ? [{ say: 'If nobody needs it any more: remove it', command: gone }] : []),
  ];
}
