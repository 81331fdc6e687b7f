import { describe, expect, test } from 'vitest';
import volumeFailed from '#server/checks/storage/volume-failed.ts';
import type { PersistentVolumeFact } from '#server/facts/persistent-volume.ts';
import { anEvent } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aPersistentVolume } from '#test/builders/storage.ts';
import { day, minute, noon } from '#test/builders/time.ts';

const of = (part: Partial<PersistentVolumeFact>, parts: SnapshotParts = {}) =>
  aSnapshot({ ...parts, more: { persistentVolume: [aPersistentVolume(part)] } });

describe('a volume', () => {
  test('that failed is bad, with the words of the API', () => {
    const verdict = theVerdict(volumeFailed, of({ phase: 'Failed', message: 'rpc error: volume is in use' }));
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'the volume of git/gitea-data has failed']);
    expect(evidenceOf(verdict)).toEqual([
      'rpc error: volume is in use',
      'pvc-gitea-data, driver.longhorn.io pvc-gitea-data',
    ]);
    expect(sentence(theVerdict(volumeFailed, of({ phase: 'Failed', claim: null })))).toBe(
      'the volume pvc-gitea-data has failed',
    );
    expect(verdict.sources).toEqual(['persistentvolumes']);
  });

  test('that is left over with its data is a notice: whose, how large, and how to get at them or delete them', () => {
    const made = { is: 'local', driver: '', handle: '', server: '', path: '/srv/gitea' } as const;
    const verdict = theVerdict(
      volumeFailed,
      of({ phase: 'Released', reclaimPolicy: 'Retain', made, nodes: ['nuc0'], phaseChangedAt: noon - day }),
    );
    expect([verdict.level, sentence(verdict)]).toEqual([
      'notice',
      'the data of git/gitea-data are kept, though the claim is gone: a volume of 10 GB',
    ]);
    expect(verdict.startedAt).toBe(noon - day);
    expect(evidenceOf(verdict)).toEqual(['pvc-gitea-data, /srv/gitea on nuc0']);
    expect(commandsOf(verdict)).toEqual([
      `kubectl patch persistentvolume pvc-gitea-data --type json -p '[{"op":"remove","path":"/spec/claimRef"}]'`,
      'kubectl delete persistentvolume pvc-gitea-data',
    ]);
  });

  test('that cannot be deleted is a notice after 10 min, with what its driver says', () => {
    const since = (ms: number) => ({ phase: 'Released', reclaimPolicy: 'Delete', phaseChangedAt: noon - ms });
    expect(judged(volumeFailed, of(since(9 * minute)))).toEqual([]);
    const about = { kind: 'PersistentVolume', namespace: null, name: 'pvc-gitea-data' };
    const events = [anEvent({ reason: 'VolumeFailedDelete', message: 'persistentvolume is still attached', about })];
    const verdict = theVerdict(volumeFailed, of(since(11 * minute), { events }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'notice',
      'the volume of git/gitea-data should be deleted, and is still there',
    ]);
    expect(evidenceOf(verdict)[0]).toBe('persistentvolume is still attached');
    expect(judged(volumeFailed, of({ ...since(0), phaseChangedAt: null })), 'nobody knows since when').toEqual([]);
  });

  test('that is bound, free or in a phase that is not known says nothing', () => {
    for (const phase of ['Bound', 'Available', 'Pending', 'Fancy', ''])
      expect(judged(volumeFailed, of({ phase })), phase).toEqual([]);
  });
});
