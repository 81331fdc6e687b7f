import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { controllerSteps } from './controller-steps.ts';
import { crashReason, lastWords } from './crash-evidence.ts';
import { crashSteps } from './crash-steps.ts';
import { crashesOf, type Crash } from './crash.ts';
import type { Entrance } from './service-entrances.ts';
import { fatalHint } from './fatal-hint.ts';
import { restartController, type IngressController } from './ingress-controller.ts';
import { memoryKills } from './memory-kill.ts';
import { pullFailure } from './pull-failure.ts';
import { pullSteps } from './pull-steps.ts';
import { lastSaid, pullTroubles } from './pull-trouble.ts';
import { goBackStep } from './go-back.ts';
import { shorten } from './shorten.ts';
import { startingPods, stuckStart } from './stuck-start.ts';
import { unreadyPods } from './unready.ts';
import { whyUnready } from './unready-words.ts';

type Evidence = NonNullable<Verdict['evidence']>;
type Ended = Pick<Crash, 'pod' | 'container' | 'end'>;

/** Why the pods of an entrance are not ready, and what to do first. */
export interface EntranceWhy {
  evidence: Evidence;
  steps: Step[];
}

const minute = 60_000;
// As the checks of workloads judge it, where their owner has set nothing else.
const asWorkloads = { calm: 5 * minute, loop: 2, recent: 15 * minute };

/** True if one of its containers has ended by itself of late. */
export function hasCrashed({ controllers }: Entrance, { now }: Snapshot): boolean {
  return controllers.some(({ group }) => endedIn({ group }, now).length > 0);
}

/** Why its pods are not ready: a crash, an image, its node, what keeps it from starting, a probe that fails. */
export function entranceWhy({ controllers }: Entrance, snapshot: Snapshot): EntranceWhy {
  for (const controller of controllers) {
    const why = crashWhy(controller, snapshot) ?? pullWhy(controller, snapshot) ?? otherWhy(controller, snapshot);
    if (why !== null) return why;
  }
  const [first] = controllers;
  return { evidence: [], steps: first === undefined ? [] : lookSteps(first) };
}

function endedIn({ group }: Pick<IngressController, 'group'>, now: number): Ended[] {
  return [...crashesOf(group, asWorkloads, now), ...memoryKills(group, asWorkloads, now)];
}

function crashWhy({ group }: IngressController, snapshot: Snapshot): EntranceWhy | null {
  const ended = endedIn({ group }, snapshot.now);
  const told = ended.find(({ container }) => !container.ready) ?? ended[0];
  if (told === undefined) return null;
  const hint = fatalHint(lastWords(snapshot, told));
  return {
    evidence: crashReason(snapshot, ended, told, hint?.line ?? -1),
    steps: [...crashSteps(group, told, hint, snapshot), ...controllerSteps(group.subject).slice(0, 1)],
  };
}

function pullWhy({ group }: IngressController, snapshot: Snapshot): EntranceWhy | null {
  const [trouble] = pullTroubles(group);
  const [pod] = trouble?.pods ?? [];
  if (trouble === undefined || pod === undefined) return null;
  const { image } = trouble;
  const failure = pullFailure(image, lastSaid(trouble, null, snapshot));
  const node = snapshot.facts('node').get(pod.node ?? '');
  const words = say('{pod} cannot pull {image}: {why}', {
    ...{ pod: called(pod), image: shorten(image, 120), why: failure.words },
  });
  return {
    evidence: [{ kind: 'text', say: words }],
    steps: [
      ...pullSteps({ image, failure, pod, node }),
      ...goBackStep(group, 'If a change brought it: back to the version before'),
    ],
  };
}

function otherWhy(controller: IngressController, snapshot: Snapshot): EntranceWhy | null {
  const told = startWhy(controller, snapshot) ?? unreadyWhy(controller, snapshot);
  if (told === null) return null;
  const { pod, words, said, runs } = told;
  const why: Say = say('{pod} is not ready: {words}', { pod: called(pod), words });
  return {
    evidence: [{ kind: 'text', say: why }, ...(said === '' ? [] : [{ kind: 'text' as const, say: plainly(said) }])],
    steps: [...lookSteps(controller), ...(runs ? restartController(controller) : [])],
  };
}

interface Told {
  pod: PodFact;
  words: string;
  /** Word for word, "" if nothing more was said. */
  said: string;
  /** It runs, so that a restart may help. */
  runs: boolean;
}

function startWhy({ group }: IngressController, snapshot: Snapshot): Told | null {
  const [pod] = startingPods(group);
  if (pod === undefined) return null;
  const { words, said } = stuckStart(pod, group.subject.kind === 'DaemonSet', '', snapshot);
  return { pod, words, said: shorten(said, 300), runs: false };
}

function unreadyWhy({ group }: IngressController, snapshot: Snapshot): Told | null {
  for (const one of unreadyPods(group).slice(0, 20)) {
    const { words, said } = whyUnready(one, snapshot);
    const runs = !words.startsWith('its node');
    if (words !== '') return { pod: one.pod, words, said: shorten(said, 300), runs };
  }
  return null;
}

function lookSteps({ group, namespace, target }: IngressController): Step[] {
  const log = { say: 'What does it write?', command: command`kubectl -n ${namespace} logs ${target} --tail=50` };
  return [log, ...controllerSteps(group.subject)];
}

function called({ name, node }: PodFact): string {
  return node === null ? shorten(name, 60) : `${shorten(name, 60)} on ${shorten(node, 40)}`;
}
