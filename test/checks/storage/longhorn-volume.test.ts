import { describe, expect, it } from 'vitest';
import longhornVolume from '#server/checks/storage/longhorn-volume.ts';
import longhornDisk from '#server/checks/storage/longhorn-disk.ts';
import notReady from '#server/checks/nodes/not-ready.ts';
import { aLonghornDisk, aLonghornNode, aLonghornReplica, aLonghornVolume } from '../../builders/backups.ts';
import { aPod } from '../../builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '../../builders/judged.ts';
import { aNode } from '../../builders/node.ts';
import { aSnapshot, type SnapshotParts } from '../../builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '../../builders/storage.ts';
import { day, hour, minute, noon } from '../../builders/time.ts';

const claim = { kind: 'PersistentVolumeClaim', namespace: 'git', name: 'gitea-data' };
const condition = (type: string, part: object = {}) => ({
  ...{ type, status: 'False', reason: '', message: '', changedAt: noon - hour },
  ...part,
});

/** Three replicas, on nuc0, nuc1 and nuc2. */
const replicas = (part: Record<string, Parameters<typeof aLonghornReplica>[0]> = {}) =>
  ['nuc0', 'nuc1', 'nuc2'].map((node) => aLonghornReplica({ name: `r-${node}`, node, ...part[node] }));

function aVolume(part: Parameters<typeof aLonghornVolume>[0] = {}, parts: SnapshotParts = {}) {
  return aSnapshot({
    ...parts,
    more: {
      persistentVolumeClaim: [aClaim()],
      persistentVolume: [aPersistentVolume()],
      longhornVolume: [aLonghornVolume(part)],
      longhornReplica: replicas(),
      ...parts.more,
    },
  });
}

const verdict = (part: Parameters<typeof aLonghornVolume>[0], parts?: SnapshotParts) =>
  theVerdict(longhornVolume, aVolume(part, parts));
const down = aNode({
  name: 'nuc1',
  conditions: { Ready: { status: 'Unknown', reason: '', message: '', changedAt: noon } },
});
const failed = { nuc1: { state: 'error', failedAt: noon - 30 * minute } };

describe('a volume of Longhorn', () => {
  it('that is healthy is fine, by the name of its claim', () => {
    expect(verdict({})).toMatchObject({ subject: claim, level: 'ok' });
    expect(sentence(verdict({}))).toBe('gitea-data has all its replicas');
  });

  it('that is detached is fine: nobody knows of its replicas then', () => {
    const detached = verdict({ state: 'detached', robustness: 'unknown', node: '' });
    expect([detached.level, sentence(detached)]).toEqual(['ok', 'gitea-data is detached']);
    expect(verdict({ state: 'attaching', robustness: 'unknown' }).level).toBe('ok');
    expect(verdict({ state: 'creating', robustness: '' }).level).toBe('ok');
  });

  it('that is degraded is a warning with the replica that is missing', () => {
    const found = verdict(
      { robustness: 'degraded', lastDegradedAt: noon - 30 * minute },
      { more: { longhornReplica: replicas(failed) }, nodes: [aNode({ name: 'nuc1' })] },
    );
    expect(found).toMatchObject({ subject: claim, level: 'warn', startedAt: noon - 30 * minute });
    expect(sentence(found)).toBe('gitea-data has 2 of 3 replicas: the one on nuc1 is missing');
    expect(evidenceOf(found)).toEqual(['the replica on nuc1, /var/lib/longhorn/, is error, failed at 11:30']);
    expect(commandsOf(found)[0]).toBe(
      'kubectl -n longhorn-system get replicas.longhorn.io -l longhornvolume=pvc-gitea-data -o wide',
    );
  });

  it('says so where the node of that replica is not ready', () => {
    const found = verdict({ robustness: 'degraded' }, { more: { longhornReplica: replicas(failed) }, nodes: [down] });
    expect(evidenceOf(found)[0]).toContain('and its node is not ready');
  });

  it('that is degraded with all replicas waits for one to be filled; without any that is seen it says only so', () => {
    expect(sentence(verdict({ robustness: 'degraded' }))).toBe(
      'gitea-data is degraded: one of its 3 replicas is not up to date',
    );
    const unseen = verdict({ robustness: 'degraded' }, { more: { longhornReplica: [] } });
    expect(sentence(unseen)).toBe('gitea-data is degraded: it lacks a replica');
    const unplaced = verdict(
      {
        robustness: 'degraded',
        conditions: [condition('Scheduled', { reason: 'ReplicaSchedulingFailure', message: 'no disk has room' })],
      },
      { more: { longhornReplica: replicas({ nuc2: { node: '', state: 'stopped' } }) } },
    );
    expect(sentence(unplaced)).toBe('gitea-data has 2 of 3 replicas');
    expect(evidenceOf(unplaced)).toEqual([
      'a replica has no node yet',
      'Scheduled: ReplicaSchedulingFailure: no disk has room',
    ]);
  });

  it('that is faulted is bad, attached or not, and says first what not to do', () => {
    const all = Object.fromEntries(
      ['nuc0', 'nuc1', 'nuc2'].map((node, i) => [node, { state: 'error', failedAt: noon - i * minute - minute }]),
    );
    const found = verdict({ state: 'detached', robustness: 'faulted' }, { more: { longhornReplica: replicas(all) } });
    expect(found).toMatchObject({ subject: claim, level: 'bad', startedAt: noon - minute });
    expect(sentence(found)).toBe('gitea-data cannot be used: none of its replicas is good (faulted)');
    expect(found.steps?.[0]?.say).toContain('Delete neither');
    expect(evidenceOf(found).at(-1)).toBe('its last backup is of 02:00');
    const never = verdict({ robustness: 'faulted', lastBackupAt: null });
    expect(evidenceOf(never)).toEqual(['Longhorn knows of no backup of it']);
  });

  it('that is attached and unknown has an engine that does not answer', () => {
    const found = verdict({ robustness: 'unknown' });
    expect(found.level).toBe('unknown');
    expect(sentence(found)).toBe('gitea-data is attached to nuc0, and its engine does not answer');
    expect(commandsOf(found)).toHaveLength(3);
  });

  it.each([
    [{ robustness: 'splendid' }, 'Longhorn says of gitea-data what is not known: "attached", "splendid"'],
    [{ state: 'migrating' }, 'Longhorn says of gitea-data what is not known: "migrating", "healthy"'],
    [{ state: '', robustness: '' }, 'Longhorn has said nothing of gitea-data yet'],
    [{ state: 'attached', robustness: '' }, 'Longhorn says of gitea-data what is not known: "attached"'],
  ])('whose words are not known is unknown: %o', (part, words) => {
    const found = verdict(part);
    expect([found.level, sentence(found)]).toEqual(['unknown', words]);
  });

  it('that was put together again is a notice for a day', () => {
    const found = verdict({ lastSalvagedAt: noon - 2 * hour });
    expect([found.level, found.startedAt]).toEqual(['notice', noon - 2 * hour]);
    expect(sentence(found)).toBe('gitea-data had failed, and Longhorn put it together again at 10:00');
    expect(verdict({ lastSalvagedAt: noon - 2 * day }).level).toBe('ok');
    expect(verdict({ lastSalvagedAt: noon + day }).level).toBe('ok');
  });

  it('with a replica that finds no place is a warning, with too many snapshots a notice', () => {
    const unplaced = verdict({ conditions: [condition('Scheduled', { message: 'no disk has room' })] });
    expect([unplaced.level, unplaced.startedAt]).toEqual(['warn', noon - hour]);
    expect(sentence(unplaced)).toBe('Longhorn finds no place for a replica of gitea-data, which wants 3');
    expect(evidenceOf(unplaced)).toEqual(['Scheduled: no disk has room']);
    const many = verdict({ conditions: [condition('TooManySnapshots', { status: 'True' })] });
    expect([many.level, sentence(many)]).toEqual(['notice', 'gitea-data has too many snapshots']);
  });

  it('without a claim is told by its own name, and two of one claim are told apart', () => {
    const orphan = verdict({ claim: null }, { more: { persistentVolumeClaim: [], persistentVolume: [] } });
    expect(orphan.subject).toEqual({ kind: 'LonghornVolume', namespace: 'longhorn-system', name: 'pvc-gitea-data' });
    const two = aVolume(
      {},
      {
        more: {
          persistentVolumeClaim: [],
          persistentVolume: [],
          longhornVolume: [aLonghornVolume(), aLonghornVolume({ name: 'another' })],
        },
      },
    );
    expect(
      judged(longhornVolume, two)
        .map(({ subject }) => subject.kind)
        .sort(),
    ).toEqual([...['LonghornVolume', 'PersistentVolumeClaim']]);
  });
});

describe('causes about volumes of Longhorn', () => {
  const degraded = aVolume({ robustness: 'degraded' }, { more: { longhornReplica: replicas(failed) } });
  const effect = anEffect('storage/longhorn-volume', { subject: claim, level: 'warn' });
  const downNode = (name: string) => ({
    ...{ subject: { kind: 'Node', name }, level: 'bad' as const, say: { template: '', values: {} } },
  });

  it('a node that is down explains one whose missing replicas are there', () => {
    expect(explains(notReady, downNode('nuc1'), effect, degraded)).toBe(true);
    expect(explains(notReady, downNode('nuc0'), effect, degraded)).toBe(false);
  });

  it('of several nodes the one that is not ready explains it', () => {
    const two = aVolume(
      { robustness: 'degraded' },
      {
        nodes: [aNode({ name: 'nuc0' }), down],
        more: { longhornReplica: replicas({ ...failed, nuc0: { state: 'stopped' } }) },
      },
    );
    expect(explains(notReady, downNode('nuc1'), effect, two)).toBe(true);
    expect(explains(notReady, downNode('nuc0'), effect, two)).toBe(false);
  });

  it('a node that is down explains that its disk is not ready', () => {
    const disk = anEffect('storage/longhorn-disk', {
      ...{ subject: { kind: 'LonghornNode', namespace: 'longhorn-system', name: 'nuc1' }, level: 'bad' },
    });
    expect(explains(notReady, downNode('nuc1'), disk, degraded)).toBe(true);
    expect(explains(notReady, downNode('nuc0'), disk, degraded)).toBe(false);
  });

  it('a disk that is bad explains one whose missing replicas are on it', () => {
    const on = (path: string) =>
      aVolume(
        { robustness: 'degraded' },
        {
          more: {
            longhornReplica: replicas(failed),
            longhornNode: [aLonghornNode({ name: 'nuc1', disks: [aLonghornDisk({ name: 'd', path })] })],
          },
        },
      );
    const cause = {
      ...downNode('nuc1'),
      ...{ subject: { kind: 'LonghornNode', namespace: 'longhorn-system', name: 'nuc1' }, key: 'd' },
    };
    expect(explains(longhornDisk, cause, effect, on('/var/lib/longhorn'))).toBe(true);
    expect(explains(longhornDisk, cause, effect, on('/mnt/other'))).toBe(false);
    expect(explains(longhornDisk, { ...cause, level: 'warn' }, effect, on('/var/lib/longhorn'))).toBe(false);
  });

  it('one that is faulted explains its pods and that it cannot be mounted, one that is degraded does not', () => {
    const snapshot = aVolume(
      { robustness: 'faulted' },
      { pods: [aPod({ namespace: 'git', name: 'gitea-0', owner: null, claims: ['gitea-data'] })] },
    );
    const cause = theVerdict(longhornVolume, snapshot);
    const pod = anEffect('workloads/not-starting', {
      ...{ subject: { kind: 'Pod', namespace: 'git', name: 'gitea-0' }, level: 'bad' },
    });
    const mount = anEffect('storage/mount-failing', { subject: claim, level: 'bad' });
    for (const each of [pod, mount]) {
      expect(explains(longhornVolume, cause, each, snapshot)).toBe(true);
      expect(explains(longhornVolume, { ...cause, level: 'warn' }, each, snapshot)).toBe(false);
    }
    const other = anEffect('storage/mount-failing', { subject: { ...claim, name: 'other' }, level: 'bad' });
    expect(explains(longhornVolume, cause, other, snapshot)).toBe(false);
  });
});
