import { defineCheck, type CheckContext, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { PersistentVolumeFact } from '#server/facts/persistent-volume.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import { claimSubject } from '../claim-use.ts';
import { perInputs } from '../per-inputs.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { lossOfClaim, volumeMemoryCheck } from '../volume-memory.ts';
import { keepsPlace, rememberPlace, type VolumePlace } from '../volume-place-memory.ts';

const dayMs = 24 * 60 * 60_000;

/**
 * Has a claim another volume than before? A warning for a day: its data may be in the old one. Where there is less in the new one
 * `storage/volume-emptied` says so.
 */
export default defineCheck({
  check: 'storage/volume-replaced',
  about: 'a claim of the same name has another volume than before',
  needs: { persistentVolumeClaim: 'required', persistentVolume: 'optional' },
  settings: { told: duration(dayMs, 'that a volume was replaced is told for so long') },
  remembers: {
    version: 1,
    subjects: (snapshot) => snapshot.facts('persistentVolumeClaim').keys(),
    remember: rememberPlace,
    keeps: keepsPlace,
    acknowledged: (before: VolumePlace) => ({ ...before, before: null, changedAt: null }),
  },
  judge(snapshot, context: CheckContext<{ told: { type: 'duration'; default: number; about: string } }, VolumePlace>) {
    const losses = context.memoryOf(volumeMemoryCheck);
    return [...snapshot.facts('persistentVolumeClaim')].map(([key, claim]) => {
      const place = context.memory.get(key);
      const isTold = place !== undefined && isWithin(place, snapshot.now, context.settings.told);
      if (!isTold || lossOfClaim(losses, key) !== null) return fine(claim);
      return replaced(claim, place, snapshot);
    });
  },
});

function isWithin({ before, changedAt }: VolumePlace, now: number, toldMs: number): boolean {
  return before !== null && changedAt !== null && Math.abs(now - changedAt) < toldMs;
}

const fine = perInputs((claim: PersistentVolumeClaimFact): Verdict => {
  const name = shorten(claim.name, 60);
  return { subject: claimSubject(claim), level: 'ok', say: say('{name} has the volume that it had', { name }) };
});

function replaced(claim: PersistentVolumeClaimFact, { before, changedAt }: VolumePlace, snapshot: Snapshot): Verdict {
  const head = { subject: claimSubject(claim), ...startedAt(changedAt, snapshot.now) };
  const name = shorten(claim.name, 60);
  const old = shorten(before?.volume ?? '', 80);
  if (before?.volume === claim.volume) {
    return { ...head, level: 'notice', say: say('{name} was created anew and has its volume again', { name }) };
  }
  const there = snapshot.facts('persistentVolume').get(before?.volume ?? '');
  const values = { name, old, volume: shorten(claim.volume, 80), at: before?.seenAt ?? 0 };
  return {
    ...head,
    level: 'warn',
    say: say('{name} has another volume than before: {volume}, not {old}', values),
    evidence: [
      { kind: 'text', say: oldWords(old, there, snapshot) },
      ...(before?.uid === claim.uid ? [] : [{ kind: 'text' as const, say: say('the claim itself was created anew') }]),
      { kind: 'text', say: say('it had {old} until {at:at} at least', { old, at: values.at }) },
    ],
    steps: stepsOf(claim, before?.volume ?? '', there),
  };
}

function oldWords(old: string, there: PersistentVolumeFact | undefined, snapshot: Snapshot) {
  if (snapshot.sources.get('persistentvolumes')?.fresh !== true)
    return say('whether {old} is still there cannot be seen', { old });
  if (there === undefined) return say('{old} is gone, and with it what was in it', { old });
  const phase = shorten(there.phase || 'in no known state', 40);
  if (there.reclaimPolicy === 'Retain')
    return say('{old} is still there ({phase}) and is kept, with its data', { old, phase });
  return say('{old} is still there ({phase}), and may be deleted any moment', { old, phase });
}

function stepsOf(
  { namespace, name }: PersistentVolumeClaimFact,
  old: string,
  there: PersistentVolumeFact | undefined,
): Step[] {
  const look = {
    say: 'If nobody meant it: what made the claim anew?',
    command: command`kubectl -n ${namespace} describe persistentvolumeclaims ${name}`,
  };
  if (there === undefined) return [look];
  const keep = {
    say: 'Keep the old volume, whatever becomes of its claim',
    command: command`kubectl patch persistentvolumes ${old} --type merge -p ${'{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'}`,
  };
  const release = {
    say: `To get at its data: let the old volume go free, then bind a new claim to it (volumeName: ${shorten(old, 80)})`,
    command: command`kubectl patch persistentvolumes ${old} --type json -p ${'[{"op":"remove","path":"/spec/claimRef"}]'}`,
  };
  return [...(there.reclaimPolicy === 'Retain' ? [] : [keep]), release, look];
}
