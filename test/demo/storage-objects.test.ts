import { homeClaims } from '#server/cluster/demo/claims.ts';
import { cronJobFact } from '#server/facts/cron-job.ts';
import { etcdSnapshotFact } from '#server/facts/etcd-snapshot.ts';
import { longhornBackupTargetFact } from '#server/facts/longhorn-backup-target.ts';
import { longhornBackupVolumeFact } from '#server/facts/longhorn-backup-volume.ts';
import { longhornBackupFact } from '#server/facts/longhorn-backup.ts';
import { longhornNodeFact } from '#server/facts/longhorn-node.ts';
import { longhornRecurringJobFact } from '#server/facts/longhorn-recurring-job.ts';
import { longhornReplicaFact } from '#server/facts/longhorn-replica.ts';
import { longhornVolumeFact } from '#server/facts/longhorn-volume.ts';
import { persistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import { persistentVolumeFact } from '#server/facts/persistent-volume.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { storageClassFact } from '#server/facts/storage-class.ts';
import { volumeAttachmentFact } from '#server/facts/volume-attachment.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';
import { itemsOf, longhornItems, volumesOf } from './volumes-seen.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONGHORN = '/apis/longhorn.io/v1beta2';

type Read<T> = (raw: unknown, source: string, intern: typeof asItIs) => T | null;

async function factsOf<T>(bench: DemoBench, path: string, fact: Read<T>): Promise<T[]> {
  return (await itemsOf(bench, path)).map((raw: unknown) => {
    const read = fact(raw, 'test', asItIs);
    if (read === null) throw new Error(`nothing to be read from an object of ${path}`);
    return read;
  });
}

describe('claims', () => {
  test('each has its volume, and each that a pod names is there', async () => {
    const bench = createBench();
    const claims = await factsOf(bench, '/api/v1/persistentvolumeclaims', persistentVolumeClaimFact);
    const volumes = await factsOf(bench, '/api/v1/persistentvolumes', persistentVolumeFact);
    expect(claims.length).toBe(homeClaims.length);
    for (const { namespace, name, uid, volume, phase } of claims) {
      expect(phase).toBe('Bound');
      expect(volumes.find((each) => each.name === volume)).toMatchObject({
        ...{ phase: 'Bound', claim: { namespace, name, uid } },
      });
    }
    const named = (await itemsOf(bench, '/api/v1/pods')).flatMap(
      ({ metadata, spec }: { metadata: { namespace: string }; spec: { volumes: object[] } }) =>
        spec.volumes.flatMap((each) => {
          const claim = (each as { persistentVolumeClaim?: { claimName: string } }).persistentVolumeClaim;
          return claim ? [`${metadata.namespace}/${claim.claimName}`] : [];
        }),
    );
    expect([...new Set(named)].toSorted()).toEqual(claims.map(({ key }) => key).toSorted());
    expect(volumes.map(({ made }) => made.is).toSorted()).toEqual([...Array(11).fill('csi'), 'host', 'nfs']);
    expect(claims.find(({ name }) => name === 'paperless-redis-data')?.wish.noBackup).toBe(true);
    const classes = await factsOf(bench, '/apis/storage.k8s.io/v1/storageclasses', storageClassFact);
    expect(classes.map(({ name, isDefault, waitsForPod }) => [name, isDefault, waitsForPod])).toEqual([
      ['local-path', false, true],
      ['longhorn', true, false],
    ]);
  });

  test('are measured where their pods run, each in its own turn; a directory of the node is not', async () => {
    const bench = createBench();
    const seen = await volumesOf(bench);
    const own = homeClaims.filter(({ is }) => is !== 'local-path');
    expect([...seen.keys()].toSorted()).toEqual(own.map(({ namespace, name }) => `${namespace}/${name}`).toSorted());
    for (const [key, { usedBytes, capacityBytes, availableBytes, inodes, inodesFree, inodesUsed }] of seen) {
      expect(usedBytes! / capacityBytes!, key).toBeLessThan(0.65);
      expect(usedBytes! + availableBytes!).toBeLessThanOrEqual(capacityBytes!);
      expect(inodesFree! + inodesUsed!).toBe(inodes);
      expect(bench.clock.now() - seen.get(key)!.at!).toBeLessThan(61_000);
    }
    expect(new Set([...seen.values()].map(({ at }) => at)).size).toBeGreaterThan(6);
    const database = seen.get('gitea/data-gitea-postgresql-0')!;
    expect(database.usedBytes! / 1e9).toBeCloseTo(3.4, 1);
  });

  test('grow slowly, and nothing of them is ever lost in two days', async () => {
    const bench = createBench();
    let before = await volumesOf(bench);
    const first = before;
    for (let day = 0; day < 2; day += 1) {
      await bench.clock.pass(DAY_MS);
      const after = await volumesOf(bench);
      for (const [key, { usedBytes, at }] of after) {
        expect(usedBytes! / before.get(key)!.usedBytes!, key).toBeGreaterThan(0.99);
        expect(at).toBeGreaterThan(before.get(key)!.at!);
      }
      before = after;
    }
    const grown = (key: string) => before.get(key)!.usedBytes! / first.get(key)!.usedBytes!;
    expect(grown('gitea/gitea-data')).toBeGreaterThan(1.005);
    expect(grown('gitea/gitea-data')).toBeLessThan(1.05);
    bench.demo.stop();
  }, 120_000);
});

describe('Longhorn', () => {
  test('has each volume healthy where its pod runs, with running replicas on its nodes', async () => {
    const bench = createBench();
    const volumes = await factsOf(bench, `${LONGHORN}/volumes`, longhornVolumeFact);
    const replicas = await factsOf(bench, `${LONGHORN}/replicas`, longhornReplicaFact);
    const attached = await factsOf(bench, '/apis/storage.k8s.io/v1/volumeattachments', volumeAttachmentFact);
    expect(volumes.length).toBe(11);
    for (const { name, state, robustness, node, conditions, replicasWanted, claim } of volumes) {
      expect([state, robustness, conditions]).toEqual(['attached', 'healthy', []]);
      expect(claim?.isPast).toBe(false);
      const own = replicas.filter(({ volume }) => volume === name);
      expect(own.map((each) => each.state)).toEqual(Array(replicasWanted).fill('running'));
      expect(attached.filter(({ volume }) => volume === name)).toMatchObject([{ node, attached: true }]);
    }
    const nodes = await factsOf(bench, `${LONGHORN}/nodes`, longhornNodeFact);
    expect(nodes.map(({ name, disks }) => [name, disks.length])).toEqual([
      ['kmaster', 0],
      ['nuc0', 1],
      ['nuc1', 1],
      ['nuc2', 1],
    ]);
  });

  test('the volume follows its pod, and is detached where none is left', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'drain', node: 'nuc0' });
    await bench.clock.pass(20_000);
    const stateOf = async (claim: string) => {
      const facts = await factsOf(bench, `${LONGHORN}/volumes`, longhornVolumeFact);
      return facts.find((each) => each.claim?.name === claim);
    };
    const pods = (await itemsOf(bench, '/api/v1/pods?labelSelector=app.kubernetes.io/name=gitea')) as {
      spec: { nodeName: string };
    }[];
    expect(await stateOf('gitea-data')).toMatchObject({ state: 'attached', node: pods[0]?.spec.nodeName });
    bench.demo.player.play('quota-used-up');
    await bench.clock.pass(20_000);
    expect(await stateOf('paperless-ngx-data')).toMatchObject({ state: 'detached', robustness: 'unknown', node: '' });
    bench.demo.player.play('calm');
    await bench.clock.pass(5000);
    expect(await stateOf('paperless-ngx-data')).toMatchObject({
      state: 'attached',
      robustness: 'healthy',
      node: 'nuc2',
    });
    bench.demo.stop();
  });
});

describe('backups', () => {
  /** The times of all backups of gitea-data. */
  async function timesOf(bench: DemoBench): Promise<number[]> {
    const backups = await factsOf(bench, `${LONGHORN}/backups`, longhornBackupFact);
    return backups.filter(({ claim }) => claim === 'gitea/gitea-data').map(({ takenAt }) => takenAt!);
  }

  test('of each volume there are seven of the last seven nights, each a little larger', async () => {
    const bench = createBench();
    const backups = await factsOf(bench, `${LONGHORN}/backups`, longhornBackupFact);
    expect(backups.length).toBe(77);
    for (const [claim, own] of Map.groupBy(backups, (each) => each.claim)) {
      const oldestFirst = own.toSorted((one, other) => one.takenAt! - other.takenAt!);
      expect(oldestFirst.length, claim).toBe(7);
      expect(bench.clock.now() - oldestFirst[6]!.takenAt!).toBeLessThan(DAY_MS);
      for (const { state, error, job, volume, target } of own) {
        expect([state, error, job, target]).toEqual(['Completed', '', 'nightly-backup', 'default']);
        expect(volume).toMatch(/^pvc-/);
      }
      const sizes = oldestFirst.map(({ bytes }) => bytes!);
      // What is kept are blocks of 2 MiB.
      expect(sizes[6]! - sizes[0]!).toBeLessThanOrEqual(Math.max(2 ** 21, sizes[0]! / 10));
      expect(sizes[6]! / sizes[0]!).toBeGreaterThan(0.98);
    }
    const held = await factsOf(bench, `${LONGHORN}/backupvolumes`, longhornBackupVolumeFact);
    expect(held.length).toBe(11);
    for (const { lastBackup, volume } of held) {
      expect(backups.find(({ name }) => name === lastBackup)?.volume).toBe(volume);
    }
    const target = await factsOf(bench, `${LONGHORN}/backuptargets`, longhornBackupTargetFact);
    expect(target).toMatchObject([{ url: 'nfs://192.168.1.5:/volume1/longhorn', available: true, message: '' }]);
    const jobs = await factsOf(bench, `${LONGHORN}/recurringjobs`, longhornRecurringJobFact);
    expect(jobs).toMatchObject([
      { name: 'nightly-backup', task: 'backup', cron: '0 0 * * *', keeps: 7, groups: ['default'] },
      { name: 'snapshot-6h', task: 'snapshot', keeps: 8 },
    ]);
  });

  test('are made every night, and the oldest goes', async () => {
    const bench = createBench();
    const before = await timesOf(bench);
    for (let night = 1; night <= 2; night += 1) {
      await bench.clock.pass(DAY_MS);
      const times = await timesOf(bench);
      expect(times.length).toBe(7);
      expect(bench.clock.now() - Math.max(...times)).toBeLessThan(DAY_MS);
    }
    expect((await timesOf(bench)).filter((at) => !before.includes(at)).length).toBe(2);
    expect((await longhornItems(bench, 'backups')).length).toBe(77);
    bench.demo.player.play('calm');
    const kept = await timesOf(bench);
    bench.demo.player.play('calm');
    expect(await timesOf(bench)).toEqual(kept);
    bench.demo.stop();
  }, 120_000);

  test('of the films there are those of a CronJob, and of the cluster those of k3s', async () => {
    const bench = createBench();
    const cronJobs = await factsOf(bench, '/apis/batch/v1/cronjobs', cronJobFact);
    const films = cronJobs.find(({ name }) => name === 'media-library-backup');
    expect(films).toMatchObject({ cron: '30 3 * * *', backupOf: ['media/media-library'], suspended: false });
    expect(bench.clock.now() - films!.lastSuccessAt!).toBeLessThan(DAY_MS);
    expect(cronJobs.filter(({ longhornJob }) => longhornJob !== '').length).toBe(2);
    const snapshots = await factsOf(bench, '/apis/k3s.cattle.io/v1/etcdsnapshotfiles', etcdSnapshotFact);
    expect(snapshots.length).toBe(10);
    expect(snapshots.every(({ ready, bytes }) => ready === true && bytes! > 4e7)).toBe(true);
    const newest = Math.max(...snapshots.map(({ takenAt }) => takenAt!));
    expect(bench.clock.now() - newest).toBeLessThan(DAY_MS / 2);
    // Its run takes 23 minutes, and says so meanwhile, whenever the demo is started.
    const begins = Math.ceil(bench.clock.now() / DAY_MS) * DAY_MS + 3.5 * HOUR_MS;
    await bench.clock.pass((begins - bench.clock.now()) % DAY_MS);
    await bench.clock.pass(15 * MINUTE_MS);
    const running = (await factsOf(bench, '/apis/batch/v1/cronjobs', cronJobFact)).find(
      ({ name }) => name === films!.name,
    );
    expect(running).toMatchObject({ active: 1, lastSuccessAt: films!.lastSuccessAt });
    await bench.clock.pass(15 * MINUTE_MS);
    const later = await factsOf(bench, '/apis/batch/v1/cronjobs', cronJobFact);
    const { lastSuccessAt } = later.find(({ name }) => name === 'media-library-backup')!;
    expect(Math.abs(lastSuccessAt! - films!.lastSuccessAt! - DAY_MS)).toBeLessThan(3000);
    expect((await itemsOf(bench, '/apis/k3s.cattle.io/v1/etcdsnapshotfiles')).length).toBe(10);
    bench.demo.stop();
  }, 60_000);
});
