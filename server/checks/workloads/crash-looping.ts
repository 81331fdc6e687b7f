import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { count, duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { crashEvidence, lastWords } from '../crash-evidence.ts';
import { crashSteps } from '../crash-steps.ts';
import { crashesOf, type Crash } from '../crash.ts';
import { crashSentence, crashTold } from '../crash-words.ts';
import { explainsMissing } from '../explains-missing.ts';
import { fatalHint, type FatalHint } from '../fatal-hint.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { explainsItsRegistry } from '../registry-causes.ts';
import { explainsItsServices } from '../service-causes.ts';
import { startedAt } from '../started-at.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';
import { restartsOf } from '../workload-series.ts';

/**
 * Does a container end again and again though it should go on? Judged by its restarts and its last end: that it waits for
 * its next try (CrashLoopBackOff) is told a minute late.
 */
export default defineCheck({
  check: 'workloads/crash-looping',
  about: 'a container crashes or cannot start: exit code, restarts, its last lines and what they mean',
  needs: {
    pod: 'required',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    crashLog: 'optional',
    event: 'optional',
    node: 'optional',
  },
  settings: {
    loop: { ...count(2, 'so many ends of a container in a row are bad, fewer are a warning'), min: 1, max: 1_000 },
    calm: duration(5 * 60_000, 'a container that runs for this long after a crash is fine again'),
  },
  explains: [explainsMissing('workloads/restarting-often'), explainsItsServices, explainsItsRegistry],
  judge: (snapshot, { settings }) =>
    allWorkloads(snapshot).map((group) => {
      const crashes = crashesOf(group, settings, snapshot.now);
      return crashes.length === 0 ? fine(group) : verdict(group, crashes, snapshot);
    }),
});

const fine = fineVerdicts('{name} does not crash');

/** The verdict of the worst stage; what is milder beside it does not count. */
function verdict(group: WorkloadGroup, crashes: readonly Crash[], snapshot: Snapshot): Verdict {
  const stage = (['loops', 'once', 'recovers'] as const).find((each) => crashes.some((crash) => crash.stage === each));
  const worst = crashes.filter((crash) => crash.stage === stage);
  const [told = crashes[0]!] = worst;
  const hint = fatalHint(lastWords(snapshot, told));
  return {
    subject: group.subject,
    level: stage === 'loops' ? 'bad' : 'warn',
    say: sentenceOf(group, worst, told, hint, snapshot),
    evidence: crashEvidence(snapshot, worst, told, hint?.line ?? -1),
    steps: crashSteps(group, told, hint, snapshot),
    series: restartsOf(group),
    // Of a loop only the last end is known: when it began is what the wall itself has seen.
    ...(stage === 'once' ? startedAt(told.end?.finishedAt ?? null, snapshot.now) : {}),
  };
}

function sentenceOf(
  { subject, pods }: WorkloadGroup,
  worst: readonly Crash[],
  told: Crash,
  hint: FatalHint | null,
  snapshot: Snapshot,
) {
  const ends = worst.flatMap(({ end }) => end?.finishedAt ?? []);
  const runs = worst.flatMap(({ container: { state } }) => (state?.is === 'running' ? (state.startedAt ?? []) : []));
  return crashSentence(crashTold(snapshot, told), hint, {
    name: subject.name,
    count: new Set(worst.map(({ pod }) => pod)).size,
    total: pods.filter(({ deletingAt }) => deletingAt === null).length,
    restarts: worst.reduce((sum, { container }) => sum + container.restarts, 0),
    endedAt: ends.length === 0 ? null : Math.max(...ends),
    runsSince: runs.length === 0 ? null : Math.max(...runs),
    container: told.pod.containers.length > 1 ? told.container.name : '',
  });
}
