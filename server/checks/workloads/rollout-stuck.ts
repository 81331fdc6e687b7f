import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Step, Subject } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { controllerSteps } from '../controller-steps.ts';
import { explainsItsServices } from '../service-causes.ts';
import { workloadCalmsMs } from '../workload-calms.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { goBackStep } from '../go-back.ts';
import {
  isUnfinished,
  progressAt,
  rememberRollOut,
  rollOutOf,
  unfinishedWorkloads,
  type RollOut,
} from '../roll-out.ts';
import { changeable } from '../run-place.ts';
import { explainsOfSame } from '../same-workload.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';

/** Does each roll-out get on? One that is paused or held back is a notice: somebody meant it, and it is easily forgotten. */
export default defineCheck({
  check: 'workloads/rollout-stuck',
  about: 'a roll-out does not get on, with how many pods have the new version; or it is paused',
  // Each verdict is judged by the feed of its own controller.
  needs: {
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    pod: 'optional',
  },
  settings: {
    for: duration(2 * 60_000, 'how long a roll-out must not get on before that counts'),
  },
  for: (settings) => settings.for,
  calmsMs: workloadCalmsMs,
  remembers: { version: 1, subjects: unfinishedWorkloads, remember: rememberRollOut },
  explains: [explainsOfSame(['workloads/replicas-missing']), explainsItsServices],
  judge(snapshot, { settings, memory }) {
    const verdicts: Verdict[] = [];
    for (const group of allWorkloads(snapshot)) {
      if (group.controller === null || isBareReplicaSet(group)) continue;
      const rollOut = isUnfinished(group) ? rollOutOf(group) : null;
      if (rollOut === null || rollOut.stage === 'over') verdicts.push(fine(group));
      else if (rollOut.stage !== 'under-way') verdicts.push(heldBack(group, rollOut));
      else {
        const since = stuckSince(group, rollOut, progressAt(memory.get(group.id), group, snapshot.now));
        const stuck = rollOut.givenUp || snapshot.now - since >= settings.for;
        verdicts.push(stuck ? stuckVerdict(group, rollOut, since, snapshot.now) : gettingOn(group));
      }
    }
    return verdicts;
  },
});

const sourcesOf = ({ controller }: WorkloadGroup): string[] => (controller === null ? [] : [controller.source]);
const fine = fineVerdicts('{name} is rolled out', sourcesOf);
const gettingOn = fineVerdicts('the roll-out of {name} gets on', sourcesOf);

/** A ReplicaSet of its own has no roll-outs. */
function isBareReplicaSet({ subject }: WorkloadGroup): boolean {
  return subject.kind === 'ReplicaSet';
}

function stuckSince({ controller }: WorkloadGroup, { givenUp }: RollOut, progressedAt: number): number {
  const gaveUpAt = controller !== null && 'paused' in controller ? (controller.progressing?.changedAt ?? null) : null;
  return givenUp && gaveUpAt !== null ? Math.min(gaveUpAt, progressedAt) : progressedAt;
}

function stuckVerdict(group: WorkloadGroup, rollOut: RollOut, since: number, now: number): Verdict {
  const { subject, controller } = group;
  const said = controller !== null && 'paused' in controller && rollOut.givenUp ? controller.progressing : null;
  const { wanted, serving } = rollOut;
  return {
    subject,
    level: serving === 0 ? 'bad' : 'warn',
    say: stuckSentence(subject, rollOut),
    evidence: [
      ...(said === null || said.message === ''
        ? []
        : [{ kind: 'text' as const, say: plainly(shorten(said.message, 1000)) }]),
      { kind: 'value', say: say('{serving} of {wanted} pods at work', { serving, wanted }) },
    ],
    steps: [
      ...statusSteps(subject),
      ...controllerSteps(subject),
      ...goBackStep(group, 'Or go back to the version before'),
    ],
    sources: sourcesOf(group),
    ...startedAt(since, now),
  };
}

function stuckSentence(subject: Subject, { wanted, current, updated, serving }: RollOut): Say {
  const values = { name: shorten(subject.name, 60), updated, wanted };
  const have = updated === 1 ? 'has' : 'have';
  const head = `the roll-out of {name} is stuck: {updated} of {wanted} pods ${have} the new version`;
  if (serving === 0) return say(`${head}, and none is at work`, values);
  const old = current > updated || updated < wanted;
  return old
    ? say(`${head}, the old one goes on serving`, values)
    : say(`${head}, {serving} of them at work`, { ...values, serving });
}

function heldBack(group: WorkloadGroup, { stage, wanted, updated }: RollOut): Verdict {
  const { subject } = group;
  const what = stage === 'paused' ? 'is paused' : 'is held back';
  const have = updated === 1 ? 'has' : 'have';
  return {
    subject,
    level: 'notice',
    say: say(`the roll-out of {name} ${what}: {updated} of {wanted} pods ${have} the newest version`, {
      name: shorten(subject.name, 60),
      updated,
      wanted,
    }),
    ...(stage === 'paused'
      ? {}
      : {
          evidence: [
            { kind: 'text', say: say('its update strategy is OnDelete, or a partition keeps some pods as they are') },
          ],
        }),
    steps: stage === 'paused' ? resumeStep(subject) : deleteSteps(subject),
    sources: sourcesOf(group),
  };
}

function statusSteps(subject: Subject): Step[] {
  const target = changeable(subject);
  if (target === null) return [];
  const status = command`kubectl -n ${subject.namespace ?? ''} rollout status ${target} --timeout=5s`;
  return [{ say: 'How far is it?', command: status }];
}

function resumeStep({ namespace = '', name }: Subject): Step[] {
  const resume = command`kubectl -n ${namespace} rollout resume ${`deployment/${name}`}`;
  return [{ say: 'Let it go on', command: resume }];
}

function deleteSteps({ namespace = '' }: Subject): Step[] {
  const pods = command`kubectl -n ${namespace} get pods -L controller-revision-hash`;
  return [
    { say: 'Which pods have which version?', command: pods },
    { say: 'Delete the old pods one after the other: each comes back with the new version' },
  ];
}
