import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { LonghornReplicaFact } from '#server/facts/longhorn-replica.ts';
import type { LonghornVolumeFact } from '#server/facts/longhorn-volume.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { replicasOf } from './longhorn-replicas.ts';
import { quoted } from './meanings.ts';
import { shorten } from './shorten.ts';

type Evidence = NonNullable<Verdict['evidence']>;

/** "gitea-data has 2 of 3 replicas: the one on nuc1 is missing". */
export function degradedSay(name: string, volume: LonghornVolumeFact, snapshot: Snapshot): Say {
  const { running, missing } = replicasOf(volume, snapshot);
  const wanted = volume.replicasWanted;
  const places = [...new Set(missing.flatMap(({ node }) => (node === '' ? [] : node)))].sort();
  const values = { name, running: running.length, wanted, nodes: shorten(places.join(', '), 80) };
  if (running.length + missing.length === 0) return say('{name} is degraded: it lacks a replica', { name });
  if (running.length >= wanted && missing.length === 0) {
    return say('{name} is degraded: one of its {wanted} replicas is not up to date', { name, wanted });
  }
  if (places.length === 0) {
    return say('{name} has {running} of {wanted} replicas', { name, running: running.length, wanted });
  }
  const which = missing.length === 1 ? 'the one on {nodes} is missing' : 'those on {nodes} are missing';
  return say(`{name} has {running} of {wanted} replicas: ${which}`, values);
}

/** What is told of each missing replica and of what Longhorn complains of; the worst first. */
export function replicaEvidence(volume: LonghornVolumeFact, snapshot: Snapshot): Evidence {
  const { missing } = replicasOf(volume, snapshot);
  return [
    ...missing.slice(0, 6).map((replica) => ({ kind: 'text' as const, say: missingSay(replica, snapshot) })),
    ...volume.conditions.flatMap(({ type, reason, message }) => {
      const said = [reason, message].filter((part) => part !== '').join(': ');
      return said === '' ? [] : [{ kind: 'text' as const, say: plainly(shorten(`${type}: ${said}`, 300)) }];
    }),
  ];
}

function missingSay({ node, diskPath, state, failedAt }: LonghornReplicaFact, snapshot: Snapshot): Say {
  const place = node === '' ? 'a replica has no node yet' : 'the replica on {node}, {path}, is {state}';
  const down = snapshot.facts('node').get(node)?.conditions['Ready'];
  const values = {
    node: shorten(node, 60),
    path: shorten(diskPath || 'unknown disk', 60),
    state: state === '' ? 'silent' : shorten(state, 30),
  };
  const isDown = node !== '' && down !== undefined && down.status !== 'True' ? ', and its node is not ready' : '';
  if (failedAt === null) return say(`${place}${isDown}`, values);
  return say(`${place}, failed at {failedAt:at}${isDown}`, { ...values, failedAt });
}

/** Words of Longhorn that are not known. */
export function unknownSay(name: string, { state, robustness }: LonghornVolumeFact): Say {
  if (state === '' && robustness === '') return say('Longhorn has said nothing of {name} yet', { name });
  const words = [state, robustness].filter((word) => word !== '').map((word) => quoted(word, 40));
  return say('Longhorn says of {name} what is not known: {words}', { name, words: words.join(', ') });
}

/** What was backed up last, of a volume that may be lost. */
export function lastBackupEvidence({ lastBackupAt }: LonghornVolumeFact): Evidence {
  const words =
    lastBackupAt === null
      ? say('Longhorn knows of no backup of it')
      : say('its last backup is of {at:at}', { at: lastBackupAt });
  return [{ kind: 'value', say: words }];
}
