import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { explainsMissing } from '../explains-missing.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { figuresOf, isUp } from '../group-figures.ts';
import { waitingExplainsGone } from '../image-causes.ts';
import { namedPods } from '../named-pods.ts';
import { pullCause, pullFailure, type PullSaid } from '../pull-failure.ts';
import { remembersPulls, saidOf, type PullMemory } from '../pull-memory.ts';
import { pullSteps } from '../pull-steps.ts';
import { failingSince, missingSecrets, pullTroubles, type PullTrouble } from '../pull-trouble.ts';
import { explainsItsRegistry } from '../registry-causes.ts';
import { explainsItsServices } from '../service-causes.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';

/** Do all pods get their images? One finding for a controller, with the cause sorted out. */
export default defineCheck({
  check: 'workloads/image-cannot-be-pulled',
  about: 'an image cannot be pulled, with the cause sorted out: no such tag, no login, registry down and the like',
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
    for: duration(0, 'how long a pull must fail before that counts'),
  },
  for: (settings) => settings.for,
  remembers: remembersPulls,
  explains: [explainsMissing('workloads/not-starting'), explainsItsServices, explainsItsRegistry, waitingExplainsGone],
  judge: (snapshot, { memory }) =>
    allWorkloads(snapshot).map((group) => {
      const troubles = pullTroubles(group);
      const worst = troubles[0];
      return worst === undefined ? fine(group) : verdict(group, worst, troubles.slice(1), { snapshot, memory });
    }),
});

const fine = fineVerdicts('{name} gets its images');

interface Known {
  snapshot: Snapshot;
  memory: PullMemory;
}

function verdict(group: WorkloadGroup, worst: PullTrouble, others: PullTrouble[], known: Known): Verdict {
  const { subject } = group;
  const { snapshot } = known;
  const said = saidOf(group, worst, known);
  const failure = pullFailure(worst.image, said);
  const image = shorten(worst.image, 120) || 'an image without a name';
  const values = { name: shorten(subject.name, 60), image, why: failure.words };
  const [pod] = worst.pods;
  return {
    subject,
    // All that is wanted is there: what cannot be pulled is to take its place.
    level: isUp(group) ? 'warn' : 'bad',
    say: sentence(group, worst, values),
    evidence: evidence(group, worst, others, said, known),
    steps:
      pod === undefined
        ? []
        : [
            ...pullSteps({ image: worst.image, failure, pod, node: snapshot.facts('node').get(pod.node ?? '') }),
            ...goBackStep(group, worst),
          ],
    ...startedAt(failingSince(worst, snapshot), snapshot.now),
  };
}

function sentence(group: WorkloadGroup, worst: PullTrouble, values: Record<'name' | 'image' | 'why', string>): Say {
  if (isUp(group)) {
    return olderPods(group, worst).length > 0
      ? say('{name}: the new version cannot be pulled ({image}: {why}); the old one goes on serving', values)
      : say('{name}: a new pod cannot pull {image} ({why}); the old ones go on serving', values);
  }
  const total = group.pods.filter(({ deletingAt }) => deletingAt === null).length;
  const count = worst.pods.length;
  if (total === 1) return say('{name} cannot pull {image}: {why}', values);
  // While one version follows another there are more than wanted: how many of these says nothing.
  if (total <= figuresOf(group).wanted) {
    return say('{name}: {count} of {total} pods cannot pull {image}: {why}', { ...values, count, total });
  }
  return count === 1
    ? say('{name}: 1 pod cannot pull {image}: {why}', values)
    : say('{name}: {count} pods cannot pull {image}: {why}', { ...values, count });
}

function evidence(
  group: WorkloadGroup,
  worst: PullTrouble,
  others: PullTrouble[],
  said: PullSaid | null,
  known: Known,
): NonNullable<Verdict['evidence']> {
  const cause = pullCause(said?.message ?? '');
  const secrets = missingSecrets(worst, known.snapshot);
  const before = olderPods(group, worst).length;
  return [
    ...(cause === '' ? [] : [{ kind: 'text' as const, say: plainly(shorten(cause, 1000)) }]),
    ...(secrets === ''
      ? []
      : [
          {
            kind: 'text' as const,
            say: say('Secret {secrets} for the registry is not there', { secrets: shorten(secrets, 100) }),
          },
        ]),
    ...(before === 0
      ? []
      : [
          {
            kind: 'text' as const,
            say: say(
              before === 1
                ? 'the version before still runs in one pod'
                : 'the version before still runs in {before} pods',
              { before },
            ),
          },
        ]),
    { kind: 'text', say: namedPods(worst.pods) },
    ...others.slice(0, 5).map((trouble) => ({
      kind: 'text' as const,
      say: say('nor {image}: {why}', {
        image: shorten(trouble.image, 120),
        why: pullFailure(trouble.image, saidOf(group, trouble, known)).words,
      }),
    })),
  ];
}

/** Pods that are ready with another image in the same container: what ran before a change that cannot be pulled. */
function olderPods({ pods }: WorkloadGroup, { image, container }: PullTrouble): PodFact[] {
  return pods.filter(
    ({ ready, deletingAt, containers }) =>
      ready && deletingAt === null && containers.some((each) => each.name === container && each.image !== image),
  );
}

/** Where the version before still runs, going back to it is the quickest cure. */
function goBackStep(group: WorkloadGroup, worst: PullTrouble): { say: string; command: string }[] {
  const { kind, namespace, name } = group.subject;
  if (kind !== 'Deployment' || namespace === undefined || olderPods(group, worst).length === 0) return [];
  return [
    {
      say: 'Or go back to the version before',
      command: command`kubectl -n ${namespace} rollout undo ${`deployment/${name}`}`,
    },
  ];
}
