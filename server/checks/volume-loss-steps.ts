import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { formatBytes } from '#shared/format.ts';
import { command, quoteArgument } from '#shared/quote.ts';
import { pauseStepsOf } from './backup-pause.ts';
import { sourcesOfSystem } from './backup-view.ts';
import { claimPlace } from './claim-place.ts';
import { claimUses, type ClaimUse } from './claim-use.ts';
import type { LastGood } from './last-good.ts';
import { shorten } from './shorten.ts';
import { seemsRestored, type Loss } from './volume-loss.ts';
import { workloadGroups } from './workload-groups.ts';
import { workloadSubject } from './workload-subject.ts';
import { subjectId, type Subject } from '#shared/finding.ts';

/** What to do first, in the order in which it helps: what overwrites the last good copy is stopped before anybody looks. */
export function lossSteps(loss: Loss, claim: string, good: LastGood | null, snapshot: Snapshot): Step[] {
  const use = claimUses(snapshot).get(claim);
  return [
    ...stopBackupSteps(claim, snapshot),
    goodStep(loss, good),
    ...(use === undefined ? [] : [...stopSteps(use, snapshot), ...lookSteps(use, snapshot)]),
    ...settleSteps(loss, use),
  ];
}

/** What backs a claim up is stopped, before it overwrites the last good copy with what is there now. */
export function stopBackupSteps(claim: string, snapshot: Snapshot): Step[] {
  const pauses = pauseStepsOf(claim, snapshot);
  return pauses.length > 0 ? pauses : [stopWhatever(snapshot)];
}

/** No plan of it is known: that is no news while those who know are not listed yet, or may not be. */
function stopWhatever({ sources }: Snapshot): Step {
  const states = Object.values(sourcesOfSystem).flatMap((names) => names.map((name) => sources.get(name)?.state));
  const known = states.includes('syncing')
    ? 'what does is being looked up'
    : states.every((state) => state === 'synced' || state === 'absent')
      ? 'nothing that does is known here'
      : 'what does cannot all be seen from here';
  return { say: `Stop whatever backs it up, before it overwrites the last good copy: ${known}` };
}

function goodStep({ before, after }: Loss, good: LastGood | null): Step {
  if (good?.at == null) {
    return { say: 'No good backup from before is known here: look for copies elsewhere before you change anything' };
  }
  const size = good.bytes === null ? '' : `, ${formatBytes(good.bytes)}`;
  const of = `${new Date(good.at).toISOString().slice(0, 16).replace('T', ' ')} UTC${size}`;
  const name = shorten(good.object, 100);
  if (good.at <= before.at)
    return { say: `Keep the last good backup from before, and restore from it: ${name}, of ${of}` };
  if (good.at < after.at) {
    return { say: `The last good backup may be from before or after it, so look into it first: ${name}, of ${of}` };
  }
  return { say: `Every backup known is from after it (the newest of ${of}): look for an older copy, and delete none` };
}

/** What writes into a blank volume makes it harder to get anything back. */
export function stopSteps({ pods }: ClaimUse, snapshot: Snapshot): Step[] {
  const replicaSets = snapshot.facts('replicaSet');
  const subjects = new Map(pods.map((pod) => workloadSubject(pod, replicaSets)).map((each) => [subjectId(each), each]));
  return [...subjects.values()].slice(0, 3).map((subject) => stopStep(subject, snapshot));
}

function stopStep(subject: Subject, snapshot: Snapshot): Step {
  const { kind, namespace = '', name } = subject;
  const controller = workloadGroups(snapshot).get(subjectId(subject))?.controller ?? null;
  const short = shorten(name, 60);
  if (controller === null || !('wanted' in controller) || !['Deployment', 'StatefulSet'].includes(kind)) {
    return { say: `Stop what writes to it: ${kind} ${short}` };
  }
  const target = `${kind.toLowerCase()}/${name}`;
  const back = command`kubectl -n ${namespace} scale ${target} --replicas=${String(Math.max(1, controller.wanted))}`;
  return {
    say: `Stop ${short} from writing to it (pause a GitOps tool first); back with: ${back}`,
    command: command`kubectl -n ${namespace} scale ${target} --replicas=0`,
  };
}

function lookSteps({ claim, pods }: ClaimUse, snapshot: Snapshot): Step[] {
  const pod = pods.find(({ ready }) => ready) ?? pods[0];
  if (pod === undefined) return [];
  const place = claimPlace(claim.name, pod, snapshot);
  const into = command`kubectl -n ${pod.namespace} exec ${pod.name}`;
  if (place === null)
    return [{ say: 'Look what is in it, while its pod runs: where is it mounted?', command: `${into} -- df -h` }];
  const container = quoteArgument(place.container);
  return [
    {
      say: 'Look what is in it, while its pod runs',
      command: `${into} -c ${container} -- ls -la ${quoteArgument(place.path)}`,
    },
  ];
}

function settleSteps(loss: Loss, use: ClaimUse | undefined): Step[] {
  const restored = seemsRestored(loss) ? 'Its data seem to be back. ' : '';
  const settle = {
    say: `${restored}It stays red until somebody acknowledges it: "It is restored" once the data are back, "It was me" if you emptied it`,
  };
  if (use === undefined) return [settle];
  const { namespace, name } = use.claim;
  const mark = command`kubectl -n ${namespace} annotate persistentvolumeclaims ${name} clusterwall.dev/expect-shrink=true`;
  return [settle, { say: 'If its data come and go, say so once and for all', command: mark }];
}
