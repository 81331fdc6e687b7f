import { expect, test } from 'vitest';
import volumeReplaced from '#server/checks/storage/volume-replaced.ts';
import { rememberPlace, keepsPlace, type VolumePlace } from '#server/checks/volume-place-memory.ts';
import { commandsOf, evidenceOf, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '#test/builders/storage.ts';
import { day, hour, noon } from '#test/builders/time.ts';

const key = 'git/gitea-data';
type Claim = Parameters<typeof aClaim>[0];

function seen(now: number, claim: Claim | null, before?: VolumePlace, volumes = [aPersistentVolume()]) {
  const claims = claim === null ? [] : [aClaim(claim)];
  const snapshot = aSnapshot({ now, more: { persistentVolumeClaim: claims, persistentVolume: volumes } });
  const place = rememberPlace(before, key, snapshot);
  return { snapshot, place, memory: new Map([[key, place]]) };
}

const first = seen(noon, {}).place;
const anew = { volume: 'pvc-new', uid: 'uid-new' };

test('a claim that keeps its volume is fine, also once it has waited for it', () => {
  const { snapshot, memory } = seen(noon + hour, {}, seen(noon, { volume: '' }).place);
  expect(theVerdict(volumeReplaced, snapshot, { memory }).level).toBe('ok');
});

test('another volume is a warning for a day, with the old one and how to get at it', () => {
  const kept = aPersistentVolume({ phase: 'Released', reclaimPolicy: 'Retain' });
  const { snapshot, memory, place } = seen(noon + hour, anew, first, [kept]);
  const verdict = theVerdict(volumeReplaced, snapshot, { memory });
  expect(verdict.level).toBe('warn');
  expect(sentence(verdict)).toBe('gitea-data has another volume than before: pvc-new, not pvc-gitea-data');
  expect(evidenceOf(verdict)[0]).toBe('pvc-gitea-data is still there (Released) and is kept, with its data');
  expect(commandsOf(verdict)[0]).toContain('/spec/claimRef');
  const later = seen(noon + 26 * hour, anew, place);
  expect(theVerdict(volumeReplaced, later.snapshot, { memory: later.memory }).level).toBe('ok');
});

test('an old volume that may be deleted is to be kept first; one that is gone is said to be', () => {
  const there = seen(noon + hour, anew, first);
  expect(commandsOf(theVerdict(volumeReplaced, there.snapshot, { memory: there.memory }))[0]).toContain('Retain');
  const gone = seen(noon + hour, anew, first, []);
  const verdict = theVerdict(volumeReplaced, gone.snapshot, { memory: gone.memory });
  expect(evidenceOf(verdict)[0]).toBe('pvc-gitea-data is gone, and with it what was in it');
});

test('a claim that was made anew with the same volume is a notice', () => {
  const { snapshot, memory } = seen(noon + hour, { uid: 'uid-new' }, first);
  expect(theVerdict(volumeReplaced, snapshot, { memory }).level).toBe('notice');
});

test('where its data were lost with it the loss says so', () => {
  const { snapshot, memory } = seen(noon + hour, anew, first);
  const loss = { confirmedAt: noon, quiet: false };
  const memories = { 'storage/volume-emptied': new Map([[key, { loss }]]) };
  expect(theVerdict(volumeReplaced, snapshot, { memory, memories }).level).toBe('ok');
});

test('a claim that was gone is remembered for seven days', () => {
  const { snapshot, place } = seen(noon + 2 * day, null, first);
  expect(place).toBe(first);
  expect(keepsPlace(place, snapshot)).toBe(true);
  expect(keepsPlace(place, aSnapshot({ now: noon + 8 * day }))).toBe(false);
  const back = seen(noon + 8 * day, anew, place);
  expect(theVerdict(volumeReplaced, back.snapshot, { memory: back.memory }).level).toBe('ok');
});

test('acknowledged it is over', () => {
  const { snapshot, place } = seen(noon + hour, anew, first);
  const after = volumeReplaced.remembers?.acknowledged?.(place, 'mine', noon + hour);
  expect(theVerdict(volumeReplaced, snapshot, { memory: new Map([[key, after]]) }).level).toBe('ok');
});
