import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { claimPlace } from './claim-place.ts';
import type { ClaimUse } from './claim-use.ts';
import { freshFact } from './fresh-fact.ts';
import { shorten } from './shorten.ts';
import { runningPod } from './storage-words.ts';

/** What the API knows of a claim, its events at the end. */
export function describeClaim({ namespace, name }: Pick<PersistentVolumeClaimFact, 'namespace' | 'name'>): Step {
  return {
    say: 'See what the API knows of it',
    command: command`kubectl -n ${namespace} describe persistentvolumeclaim ${name}`,
  };
}

/** What to do with a claim that fills: what is big in it (or where are so many files), and more room if its class gives it. */
export function fillingSteps(use: ClaimUse, by: 'bytes' | 'inodes', snapshot: Snapshot): Step[] {
  const pod = runningPod(use);
  return [
    ...(pod === undefined ? [] : lookInside(use.claim, pod, by, snapshot)),
    ...growSteps(use, snapshot),
    describeClaim(use.claim),
  ];
}

function lookInside(
  { name }: PersistentVolumeClaimFact,
  pod: PodFact,
  by: 'bytes' | 'inodes',
  snapshot: Snapshot,
): Step[] {
  const place = claimPlace(name, pod, snapshot);
  const what = by === 'bytes' ? 'What is big in it?' : 'Where are so many files?';
  if (place === null) {
    const list = by === 'bytes' ? 'df -h' : 'df -i';
    return [{ say: 'Where is it mounted? Then look there with du', command: `${inPod(pod)} -- ${list}` }];
  }
  const du = by === 'bytes' ? command`du -xk -d 2 ${place.path}` : command`find ${place.path} -xdev -type d`;
  const end = by === 'bytes' ? '| sort -n | tail' : '| cut -d / -f 1-4 | sort | uniq -c | sort -n | tail';
  return [{ say: what, command: `${inPod(pod)} -c ${command`${place.container}`} -- ${du} ${end}` }];
}

function inPod({ namespace, name }: PodFact): string {
  return command`kubectl -n ${namespace} exec ${name}`;
}

const gibibyte = 2 ** 30;

/** The claim half as large again, where its class can grow it; a word on it where it cannot. */
function growSteps({ claim, volume }: ClaimUse, snapshot: Snapshot): Step[] {
  const name = claim.storageClass || volume?.storageClass || '';
  const found = name === '' ? undefined : freshFact(snapshot, 'storageClass', name);
  if (found === undefined) return [];
  if (!found.canGrow) {
    return [
      {
        say: `Class ${shorten(name, 60)} cannot make it larger: delete what is not needed, or copy it to a larger claim`,
      },
    ];
  }
  const size = Math.max(claim.requestedBytes ?? 0, claim.capacityBytes ?? 0);
  if (size <= 0) return [];
  const patch = JSON.stringify({ spec: { resources: { requests: { storage: larger(size) } } } });
  return [
    {
      say: 'Give it half as much again, if its storage has the room (it cannot be made smaller later)',
      command: command`kubectl -n ${claim.namespace} patch persistentvolumeclaim ${claim.name} --type merge -p ${patch}`,
    },
  ];
}

/** One and a half times as much, in whole Gi, below 2 Gi in whole Mi. */
function larger(bytes: number): string {
  const wanted = bytes * 1.5;
  return wanted < 2 * gibibyte ? `${Math.ceil((wanted * 1024) / gibibyte)}Mi` : `${Math.ceil(wanted / gibibyte)}Gi`;
}
