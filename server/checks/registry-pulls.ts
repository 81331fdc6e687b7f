import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { subjectId } from '#shared/finding.ts';
import { registryName } from './image-reference.ts';
import { splitAddress } from './door-words.ts';
import { figuresOf } from './group-figures.ts';
import { pullFailure, type PullClass, type PullFailure } from './pull-failure.ts';
import { saidOf, type PullMemory } from './pull-memory.ts';
import { pullTroubles, type PodSaid, type PullTrouble } from './pull-trouble.ts';
import { allPulling } from './pulling-jobs.ts';
import { plainHost, registryAt } from './registry-hosts.ts';
import { entranceIdOfName } from './service-entrances.ts';
import { workloadGroups, type WorkloadGroup } from './workload-groups.ts';

/** One image that pods of a workload cannot pull, and why. */
export interface FailingPull {
  group: WorkloadGroup;
  trouble: PullTrouble;
  failure: PullFailure;
  said: PodSaid | null;
  /** Its workload's finding speaks of it: of several images the one that most pods lack. */
  isTold: boolean;
}

/** All that fails at one host for one cause. */
export interface FailingHost {
  /** Who was asked, as `plainHost` writes it: a mirror too. */
  host: string;
  kind: PullClass;
  /** The one that the wall asks there, null if it asks none. */
  probe: RegistryProbeFact | null;
  /** What stands for all comes first: the words that most pods hear. */
  pulls: readonly [FailingPull, ...FailingPull[]];
  /** Each once. */
  pods: readonly PodFact[];
  /** Each once. */
  workloads: readonly WorkloadGroup[];
}

/** What a check remembers, and the snapshot it judges. */
export interface KnownPulls {
  snapshot: Snapshot;
  memory: PullMemory;
}

/** The failing pulls of all workloads, by the host that was asked and the cause; by host and cause. */
export function failingHosts(known: KnownPulls): FailingHost[] {
  const byHost = Map.groupBy(failingPulls(known), ({ failure }) => `${plainHost(failure.host)}|${failure.kind}`);
  return [...byHost.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, pulls]) => failingHost(pulls, known.snapshot) ?? []);
}

function failingPulls(known: KnownPulls): FailingPull[] {
  const failing: FailingPull[] = [];
  for (const group of allPulling(known.snapshot)) {
    const troubles = pullTroubles(group);
    if (troubles.length === 0) continue;
    for (const trouble of troubles) {
      const said = saidOf(group, trouble, known);
      const failure = pullFailure(trouble.image, said);
      failing.push({ group, trouble, failure, said, isTold: trouble === troubles[0] });
    }
  }
  return failing;
}

function failingHost(pulls: readonly FailingPull[], snapshot: Snapshot): FailingHost | null {
  const byWords = Map.groupBy(pulls, ({ failure }) => failure.words);
  const [first, ...others] = [...byWords.values()].sort((a, b) => countPods(b) - countPods(a)).flat();
  if (first === undefined) return null;
  const host = plainHost(first.failure.host);
  return {
    ...{ host, kind: first.failure.kind, probe: registryAt(host, snapshot), pulls: [first, ...others] },
    pods: [...new Set([first, ...others].flatMap(({ trouble }) => trouble.pods))],
    workloads: [...new Set([first, ...others].map(({ group }) => group))],
  };
}

function countPods(pulls: readonly FailingPull[]): number {
  return pulls.reduce((sum, { trouble }) => sum + trouble.pods.length, 0);
}

/** Why it fails, with "it" for the host: "it refuses connections", "its certificate has expired". */
export function wordsOfIt({ host, kind, pulls: [{ failure }] }: FailingHost): string {
  if (kind === 'missing-or-private') return 'it says that they are missing or private';
  const name = registryName(failure.host);
  return [name, registryName(host)].reduce(
    (words, each) =>
      words
        .replaceAll(`the certificate of ${each}`, 'its certificate')
        .replaceAll(`${each}'s `, 'its ')
        .replaceAll(each, 'it'),
    failure.words,
  );
}

/** What a verdict stands for: kept beside it, since rules of causes know no memory. */
const standsFor = new WeakMap<Verdict, { host: string; workloads: ReadonlySet<string> }>();

/** The verdict, which explains from now on that these pulls fail. */
export function standingFor(verdict: Verdict, { host, pulls }: FailingHost): Verdict {
  const told = pulls.filter(({ isTold }) => isTold).map(({ group }) => group.id);
  standsFor.set(verdict, { host, workloads: new Set(told) });
  return verdict;
}

/** A registry at which pulls fail explains the workloads whose findings speak of these very pulls. */
export const explainsItsPulls: Explains = {
  checks: ['workloads/image-cannot-be-pulled'],
  when: (cause: Verdict, { subject }: Effect) => standsFor.get(cause)?.workloads.has(subjectId(subject)) === true,
};

/** And an Ingress controller that is down for lack of its image; not where the registry itself is behind it. */
export const explainsItsController: Explains = {
  checks: ['services/controller-down'],
  when(cause, { subject }, snapshot) {
    const stands = standsFor.get(cause);
    const id = subjectId(subject);
    const group = stands?.workloads.has(id) === true ? workloadGroups(snapshot).get(id) : undefined;
    if (stands === undefined || group === undefined || figuresOf(group).ready > 0) return false;
    return entranceIdOfName(splitAddress(stands.host).host, snapshot) !== id;
  },
};
