import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { crashEvidence } from '../crash-evidence.ts';
import { explainsMissing } from '../explains-missing.ts';
import { fineVerdicts } from '../fine-verdict.ts';
import { killedAt, memoryKills, nodeRanOut, type MemoryKill } from '../memory-kill.ts';
import { memorySteps } from '../memory-steps.ts';
import { explainsItsRegistry } from '../registry-causes.ts';
import { explainsItsServices } from '../service-causes.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';
import { memoryAndRestartsOf } from '../workload-series.ts';

/** Is a container killed because memory runs out, its own limit or its node's? That is no crash: the cure is another one. */
export default defineCheck({
  check: 'workloads/out-of-memory',
  about: 'a container was killed because memory ran out, with its limit as written and its restarts',
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
    recent: duration(10 * 60_000, 'a kill is bad for so long'),
    calm: duration(60 * 60_000, 'then a warning until so long after it; a second kill within this time stays bad'),
  },
  explains: [explainsMissing('workloads/restarting-often'), explainsItsServices, explainsItsRegistry],
  judge: (snapshot, { settings }) =>
    allWorkloads(snapshot).map((group) => {
      const kills = memoryKills(group, settings, snapshot.now);
      const worst = kills[0];
      return worst === undefined ? fine(group) : verdict(group, worst, kills.slice(1), snapshot);
    }),
});

const fine = fineVerdicts('{name} has enough memory');

function verdict(group: WorkloadGroup, worst: MemoryKill, others: readonly MemoryKill[], snapshot: Snapshot): Verdict {
  const same = [worst, ...others.filter(({ level }) => level === worst.level)];
  const ofNode = nodeRanOut(snapshot, worst);
  const { subject } = group;
  const { pod, container, end, level } = worst;
  const place = { subject, pod, container, node: snapshot.facts('node').get(pod.node ?? '') };
  return {
    subject,
    level,
    say: sentence(group, same, worst, ofNode),
    evidence: crashEvidence(snapshot, same, worst, -1),
    steps: memorySteps(place, ofNode),
    series: memoryAndRestartsOf(group, snapshot),
    // Of several kills only the last is known: when they began is what the wall itself has seen.
    ...(container.restarts <= 1 ? startedAt(end.finishedAt, snapshot.now) : {}),
  };
}

function sentence(
  { subject, pods }: WorkloadGroup,
  same: readonly MemoryKill[],
  told: MemoryKill,
  ofNode: boolean,
): Say {
  const { pod, container } = told;
  const total = pods.filter(({ deletingAt }) => deletingAt === null).length;
  const count = new Set(same.map((kill) => kill.pod)).size;
  const restarts = same.reduce((sum, kill) => sum + kill.container.restarts, 0);
  const times = same.flatMap((kill) => killedAt(kill) ?? []);
  const at = times.length === 0 ? null : Math.max(...times);
  const one = total <= 1;
  const who = one
    ? '{name} was'
    : count === total
      ? total === 2
        ? '{name}: both pods were'
        : '{name}: all {total} pods were'
      : '{name}: {count} of {total} pods were';
  const again = restarts > 1;
  const ago = at === null ? '' : again ? ', last {at:age} ago' : ' {at:age} ago';
  const why = ofNode
    ? `because ${pod.node === null ? 'the node' : 'node {node}'} ran out of memory`
    : `for using more than ${one ? 'its' : 'their'} {limit} of memory`;
  const which = pod.containers.length > 1 ? ', container {container}' : '';
  const words = again
    ? `${who} killed ${why}${which}, {restarts} restarts${ago}`
    : `${who} killed${ago} ${why}${which}`;
  return say(words, {
    ...{ name: shorten(subject.name, 60), count, total, restarts, container: shorten(container.name, 60) },
    ...{ limit: shorten(container.memoryLimit ?? '', 30), node: shorten(pod.node ?? '', 60) },
    ...(at === null ? {} : { at }),
  });
}
