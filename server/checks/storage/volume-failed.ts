import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeFact } from '#server/facts/persistent-volume.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { eventMessage, eventsAbout } from '../events-about.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Has a volume failed, or is it left over of a claim that is gone? */
export default defineCheck({
  check: 'storage/volume-failed',
  about: 'a volume has failed, or is left over: its claim is gone, its data are kept',
  needs: { persistentVolume: 'optional', event: 'optional' },
  settings: {
    deleting: duration(10 * 60_000, 'a volume that should be deleted and is still there after this long is a notice'),
  },
  judge: (snapshot, { settings }) =>
    [...snapshot.facts('persistentVolume').values()].flatMap(
      (volume) => verdict(volume, settings.deleting, snapshot) ?? [],
    ),
});

function verdict(volume: PersistentVolumeFact, deletingMs: number, snapshot: Snapshot): Verdict | null {
  const { name, phase, reclaimPolicy, phaseChangedAt } = volume;
  const head = {
    subject: { kind: 'PersistentVolume', name },
    sources: ['persistentvolumes'],
    ...startedAt(phaseChangedAt, snapshot.now),
  };
  if (phase === 'Failed') return { ...head, level: 'bad', ...failed(volume, snapshot) };
  if (phase !== 'Released') return null;
  if (reclaimPolicy === 'Retain') return { ...head, level: 'notice', ...leftOver(volume) };
  // The driver takes its time to delete it.
  if (head.startedAt === undefined || snapshot.now - head.startedAt < deletingMs) return null;
  return { ...head, level: 'notice', ...stuck(volume, snapshot) };
}

type Told = Pick<Verdict, 'say' | 'evidence' | 'steps'>;

function failed(volume: PersistentVolumeFact, snapshot: Snapshot): Told {
  const owner = ownerOf(volume);
  const name = shorten(volume.name, 80);
  return {
    say:
      owner === '' ? say('the volume {name} has failed', { name }) : say('the volume of {owner} has failed', { owner }),
    evidence: said(volume, snapshot),
    steps: [describe(volume), ...(volume.reclaimPolicy === 'Retain' ? reachSteps(volume) : [])],
  };
}

function leftOver(volume: PersistentVolumeFact): Told {
  const owner = ownerOf(volume) || 'a claim';
  const size = volume.capacityBytes;
  return {
    say:
      size === null
        ? say('the data of {owner} are kept, though the claim is gone', { owner })
        : say('the data of {owner} are kept, though the claim is gone: a volume of {size:bytes}', { owner, size }),
    evidence: [
      { kind: 'text', say: say('{name}, {place}', { name: shorten(volume.name, 80), place: placeOf(volume) }) },
    ],
    steps: reachSteps(volume),
  };
}

function stuck(volume: PersistentVolumeFact, snapshot: Snapshot): Told {
  const owner = ownerOf(volume) || shorten(volume.name, 80);
  return {
    say: say('the volume of {owner} should be deleted, and is still there', { owner }),
    evidence: said(volume, snapshot),
    steps: [describe(volume)],
  };
}

function ownerOf({ claim }: PersistentVolumeFact): string {
  return claim === null ? '' : shorten(`${claim.namespace}/${claim.name}`, 80);
}

function said(volume: PersistentVolumeFact, snapshot: Snapshot): NonNullable<Verdict['evidence']> {
  const event = eventsAbout(snapshot, { kind: 'PersistentVolume', name: volume.name })[0];
  const message = volume.message || volume.reason || (event === undefined ? '' : eventMessage(event));
  return [
    ...(message === '' ? [] : [{ kind: 'text' as const, say: plainly(shorten(message, 1000)) }]),
    { kind: 'text', say: say('{name}, {place}', { name: shorten(volume.name, 80), place: placeOf(volume) }) },
  ];
}

/** Where its data are, for who has to look for them. */
function placeOf({ made, nodes, storageClass }: PersistentVolumeFact): string {
  const on = nodes.length === 0 ? '' : ` on ${shorten(nodes.join(', '), 60)}`;
  switch (made.is) {
    case 'nfs':
      return shorten(`NFS ${made.server}:${made.path}`, 120);
    case 'local':
    case 'host':
      return shorten(`${made.path}${on}`, 160);
    case 'csi':
    case 'other':
      return shorten(`${made.driver || storageClass} ${made.handle}`.trim(), 160);
  }
}

function describe({ name }: PersistentVolumeFact): Step {
  return { say: 'See what the API knows of it', command: command`kubectl describe persistentvolume ${name}` };
}

/** Retained data can be bound again once nobody is named as their owner. */
function reachSteps({ name, claim }: PersistentVolumeFact): Step[] {
  if (claim === null) return [];
  const patch = JSON.stringify([{ op: 'remove', path: '/spec/claimRef' }]);
  return [
    {
      say: 'To get at the data: free the volume, then make a claim of its class and size with spec.volumeName set to it',
      command: command`kubectl patch persistentvolume ${name} --type json -p ${patch}`,
    },
    {
      say: 'If nobody needs the data: delete the volume; what it holds stays in the storage system and must be deleted there',
      command: command`kubectl delete persistentvolume ${name}`,
    },
  ];
}
