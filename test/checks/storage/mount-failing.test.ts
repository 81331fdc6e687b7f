import { describe, expect, test } from 'vitest';
import mountFailing from '#server/checks/storage/mount-failing.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { anEvent, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '#test/builders/storage.ts';
import { minute, noon, second } from '#test/builders/time.ts';

const pod = (name: string, part: Partial<PodFact> = {}) =>
  aPod({
    ...{ namespace: 'git', name, node: 'nuc1', phase: 'Pending', ready: false, claims: ['gitea-data'] },
    ...{
      owner: { kind: 'StatefulSet', name: name.replace(/-\d+$/, '') },
      containers: [],
      createdAt: noon - 5 * minute,
    },
    ...part,
  });

const says = (name: string, reason: string, message: string, ago = 10 * second) =>
  anEvent({
    ...{ key: `git/${name}.${reason}.${message.length}`, reason, message, firstAt: noon - ago, lastAt: noon - ago },
    about: { kind: 'Pod', namespace: 'git', name },
  });

const snapshotOf = (pods: PodFact[], events: ReturnType<typeof says>[], parts: SnapshotParts = {}) =>
  aSnapshot({
    ...{ pods, events },
    ...parts,
    more: {
      ...{ persistentVolumeClaim: [aClaim(), aClaim({ name: 'photos' })] },
      persistentVolume: [
        aPersistentVolume(),
        aPersistentVolume({ name: 'pvc-photos', claim: { namespace: 'git', name: 'photos', uid: 'uid' } }),
      ],
      ...parts.more,
    },
  });

const mount = (message: string) => `MountVolume.SetUp failed for volume "pvc-gitea-data" : ${message}`;

const said = (message: string, reason = 'FailedMount') =>
  sentence(theVerdict(mountFailing, snapshotOf([pod('gitea-0')], [says('gitea-0', reason, message)]))).replace(
    'gitea-0 waits for gitea-data: ',
    '',
  );

describe('a pod that waits for its volume', () => {
  test('is bad after 2 min, with the words of its node', () => {
    const events = [says('gitea-0', 'FailedMount', mount('mount failed: exit status 32: wrong fs type, bad option'))];
    const verdict = theVerdict(mountFailing, snapshotOf([pod('gitea-0')], events));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'bad',
      'gitea-0 waits for gitea-data: its file system is damaged or of another kind',
    ]);
    expect(verdict.subject).toEqual({ kind: 'PersistentVolumeClaim', namespace: 'git', name: 'gitea-data' });
    expect(evidenceOf(verdict)).toEqual([events[0]!.message, 'gitea-0 on nuc1']);
    expect(verdict.startedAt).toBe(noon - 5 * minute);
    const young = pod('gitea-0', { createdAt: noon - minute });
    expect(judged(mountFailing, snapshotOf([young], events))).toEqual([]);
    expect(theVerdict(mountFailing, snapshotOf([pod('gitea-0', { createdAt: null })], events)).level).toBe('bad');
  });

  test('is told by what it waits for, in plain words', () => {
    const csi = mount('rpc error: code = Internal desc = ');
    expect(
      said(
        'Multi-Attach error for volume "pvc-gitea-data" Volume is already used by pod(s) gitea-1',
        'FailedAttachVolume',
      ),
    ).toBe('it is still used by gitea-1');
    expect(said(mount('mount failed: mount.nfs: Connection timed out'))).toBe('the NFS server does not answer');
    expect(said(mount('mount failed: mount.nfs: access denied by server while mounting nas:/x'))).toBe(
      'the NFS server does not let its node in',
    );
    expect(said(mount('mount.nfs: mounting nas:/x failed, reason given by server: No such file or directory'))).toBe(
      'the NFS server has no such folder',
    );
    expect(
      said(`${csi}mount: bad option; for several filesystems you might need a /sbin/mount.<type> helper program.`),
    ).toBe('its node lacks the program to mount it');
    expect(said(`${csi}'fsck' found errors on device /dev/longhorn/pvc-1 but could not correct them`)).toBe(
      'its file system is damaged',
    );
    expect(
      said(
        'AttachVolume.Attach failed for volume "pvc-gitea-data" : rpc error: code = NotFound desc = volume pvc-gitea-data not found',
        'FailedAttachVolume',
      ),
    ).toBe('its storage does not know it any more');
    expect(
      said(
        'AttachVolume.Attach failed for volume "pvc-gitea-data" : rpc error: code = DeadlineExceeded desc = context deadline exceeded',
        'FailedAttachVolume',
      ),
    ).toBe('it is not attached in time');
    expect(said(mount('rpc error: permission denied'))).toBe('its node may not mount it');
    expect(said(mount('path "/srv/gitea" does not exist'))).toBe('its storage does not know it any more');
    expect(said(mount('the moon'))).toMatch(/^its node says ".*the moon"$/);
    expect(
      said(
        'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition',
      ),
    ).toBe('it is not mounted in time');
  });

  test('says to which node its volume is still attached', () => {
    const message = `Multi-Attach error for volume "pvc-gitea-data" Volume is already exclusively attached to one node and can't be attached to another`;
    const events = [says('gitea-0', 'FailedAttachVolume', message)];
    expect(said(message, 'FailedAttachVolume')).toBe('it is still attached to another node');
    const attachment = {
      ...{ key: 'csi-1', uid: 'uid-csi-1', source: 'volumeattachments', name: 'csi-1', attacher: 'driver.longhorn.io' },
      ...{ node: 'nuc0', volume: 'pvc-gitea-data', attached: true, attachError: null, detachError: null },
      ...{ createdAt: null, deletingAt: null },
    };
    const parts = (node: ReturnType<typeof aNode>) => ({ nodes: [node], more: { volumeAttachment: [attachment] } });
    expect(sentence(theVerdict(mountFailing, snapshotOf([pod('gitea-0')], events, parts(aNode()))))).toBe(
      'gitea-0 waits for gitea-data: it is still attached to nuc0',
    );
    const down = aNode({ conditions: { Ready: goneQuiet() } });
    expect(sentence(theVerdict(mountFailing, snapshotOf([pod('gitea-0')], events, parts(down))))).toBe(
      'gitea-0 waits for gitea-data: it is still attached to nuc0, which is not ready',
    );
  });

  test('is left to its workload where a Secret, a ConfigMap or a folder is missing', () => {
    const other = 'MountVolume.SetUp failed for volume "config" : configmap "gitea" not found';
    expect(judged(mountFailing, snapshotOf([pod('gitea-0')], [says('gitea-0', 'FailedMount', other)]))).toEqual([]);
    const both = [
      says('gitea-0', 'FailedMount', other),
      says('gitea-0', 'FailedMount', mount('timed out waiting for the condition'), minute),
    ];
    expect(judged(mountFailing, snapshotOf([pod('gitea-0')], both)), 'what tells more').toEqual([]);
  });

  test('counts no more once it runs, is deleted or said it before it was made anew', () => {
    const events = [says('gitea-0', 'FailedMount', mount('wrong fs type'))];
    for (const part of [{ phase: 'Running' }, { deletingAt: noon }, { node: null }])
      expect(judged(mountFailing, snapshotOf([pod('gitea-0', part)], events)), JSON.stringify(part)).toEqual([]);
    const old = [says('gitea-0', 'FailedMount', mount('wrong fs type'), 6 * minute)];
    expect(judged(mountFailing, snapshotOf([pod('gitea-0')], old))).toEqual([]);
    expect(judged(mountFailing, snapshotOf([pod('gitea-0')], []))).toEqual([]);
  });
});

describe('several pods', () => {
  const driver = (volume: string) =>
    `MountVolume.MountDevice failed for volume "${volume}" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name driver.longhorn.io not found in the list of registered CSI drivers`;

  test('that wait for one driver are one finding, which names its nodes', () => {
    const pods = [pod('gitea-0'), pod('photos-0', { claims: ['photos'], node: 'nuc2' })];
    const events = [
      says('gitea-0', 'FailedMount', driver('pvc-gitea-data')),
      says('photos-0', 'FailedMount', driver('pvc-photos')),
    ];
    const verdict = theVerdict(mountFailing, snapshotOf(pods, events));
    expect(sentence(verdict)).toBe(
      '2 pods wait for volumes: the CSI driver driver.longhorn.io is not registered on nuc1, nuc2',
    );
    expect(verdict.subject).toEqual({ kind: 'CSIDriver', name: 'driver.longhorn.io' });
    expect(commandsOf(verdict)[0]).toBe('kubectl get csinode nuc1 -o yaml');
  });

  test('that wait for one NFS server are one finding', () => {
    const made = { is: 'nfs', driver: '', handle: '', server: 'nas', path: '/media' } as const;
    const volumes = ['gitea-data', 'photos'].map((name) =>
      aPersistentVolume({ name: `pvc-${name}`, made, claim: { namespace: 'git', name, uid: '' } }),
    );
    const pods = [pod('gitea-0'), pod('photos-0', { claims: ['photos'] })];
    const nfs = 'mount failed: exit status 32 Output: mount.nfs: No route to host';
    const events = [
      says('gitea-0', 'FailedMount', mount(nfs)),
      says('photos-0', 'FailedMount', `MountVolume.SetUp failed for volume "pvc-photos" : ${nfs}`),
    ];
    const verdict = theVerdict(mountFailing, snapshotOf(pods, events, { more: { persistentVolume: volumes } }));
    expect(sentence(verdict)).toBe('2 pods wait for volumes: the NFS server nas does not answer');
    expect(commandsOf(verdict)[0]).toBe('nc -zv -w 5 nas 2049');
  });

  test('that wait for claims of their own are findings of their own', () => {
    const pods = [pod('gitea-0'), pod('photos-0', { claims: ['photos'] })];
    const events = [
      says('gitea-0', 'FailedMount', mount('wrong fs type')),
      says('photos-0', 'FailedMount', 'MountVolume.SetUp failed for volume "pvc-photos" : wrong fs type'),
    ];
    expect(judged(mountFailing, snapshotOf(pods, events)).map(({ subject }) => subject.name)).toEqual([
      'gitea-data',
      'photos',
    ]);
  });

  test('that do not start are explained, and those of others are not', () => {
    const snapshot = snapshotOf([pod('gitea-0')], [says('gitea-0', 'FailedMount', mount('wrong fs type'))]);
    const cause = theVerdict(mountFailing, snapshot);
    const effect = (name: string) =>
      anEffect('workloads/not-starting', { subject: { kind: 'StatefulSet', namespace: 'git', name }, level: 'bad' });
    expect(explains(mountFailing, cause, effect('gitea'), snapshot)).toBe(true);
    expect(explains(mountFailing, cause, effect('web'), snapshot)).toBe(false);
  });
});
