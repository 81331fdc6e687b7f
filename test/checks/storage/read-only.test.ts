import { describe, expect, test } from 'vitest';
import readOnly from '#server/checks/storage/read-only.ts';
import type { EventFact } from '#server/facts/event.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { anEvent, aPod } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aCondition, aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '#test/builders/storage.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

const snapshotOf = (event: Partial<EventFact>, pod: Partial<PodFact> = {}) =>
  aSnapshot({
    nodes: [aNode()],
    pods: [aPod({ namespace: 'git', name: 'gitea-0', claims: ['gitea-data'], ...pod })],
    events: [
      anEvent({
        ...{ reason: 'Unhealthy', firstAt: noon - 3 * minute, lastAt: noon - minute },
        about: { kind: 'Pod', namespace: 'git', name: 'gitea-0' },
        ...event,
      }),
    ],
    more: { persistentVolumeClaim: [aClaim()], persistentVolume: [aPersistentVolume()] },
  });

const failing = 'Liveness probe failed: touch: /data/x: Read-only file system';

describe('a volume', () => {
  test('that can only be read, as an event says, is bad', () => {
    const verdict = theVerdict(readOnly, snapshotOf({ message: failing }));
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'gitea-data can only be read']);
    expect(evidenceOf(verdict)).toEqual([failing]);
    expect(verdict.startedAt).toBe(noon - 3 * minute);
    expect(commandsOf(verdict)).toContain('kubectl -n git delete pod gitea-0');
  });

  test('is meant where the event names it, whatever else its pod mounts', () => {
    const two = { claims: ['other', 'gitea-data'] };
    const message = 'MountVolume.SetUp failed for volume "pvc-gitea-data" : mkdir: read-only file system';
    expect(theVerdict(readOnly, snapshotOf({ message, reason: 'FailedMount' }, two)).level).toBe('bad');
    expect(judged(readOnly, snapshotOf({ message: failing }, two)), 'which of both is not said').toEqual([]);
    expect(judged(readOnly, snapshotOf({ message: message.replace('pvc-gitea-data', 'config') }))).toEqual([]);
  });

  test('says nothing where nothing tells it, it was long ago, or of a container made so', () => {
    expect(judged(readOnly, snapshotOf({ message: 'Liveness probe failed: HTTP 500' }))).toEqual([]);
    expect(judged(readOnly, snapshotOf({ message: failing, lastAt: noon - hour }))).toEqual([]);
    expect(judged(readOnly, snapshotOf({ message: failing, reason: 'Failed' }))).toEqual([]);
    expect(judged(readOnly, snapshotOf({ message: failing }, { createdAt: noon - 30_000 })), 'of one before').toEqual(
      [],
    );
  });

  test('that Longhorn wants mounted anew is a warning until its pods are others', () => {
    const event = {
      ...{ type: 'Normal' as const, reason: 'Remount', message: 'Volume pvc-gitea-data requested remount at 12:00' },
      about: { kind: 'Volume', namespace: 'longhorn-system', name: 'pvc-gitea-data' },
    };
    const verdict = theVerdict(readOnly, snapshotOf(event));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'gitea-data must be mounted anew: its pods still have what was there before',
    ]);
    expect(judged(readOnly, snapshotOf(event, { createdAt: noon - 30_000 }))).toEqual([]);
    const done = { ...event, message: 'Volume pvc-gitea-data has been remounted on node nuc0' };
    expect(judged(readOnly, snapshotOf(done))).toEqual([]);
  });
});

test('a disk of a node that can only be read, as its node says, is bad', () => {
  const message = 'EXT4-fs error: Remounting filesystem read-only';
  const node = aNode({ conditions: { ReadonlyFilesystem: aCondition({ status: 'True', message }) } });
  const verdict = theVerdict(readOnly, aSnapshot({ nodes: [node] }));
  expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'a disk of nuc0 can only be read']);
  expect(evidenceOf(verdict)).toEqual([message]);
  const fine = aNode({ conditions: { ReadonlyFilesystem: aCondition() } });
  expect(judged(readOnly, aSnapshot({ nodes: [fine] }))).toEqual([]);
});
