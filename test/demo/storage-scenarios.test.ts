import { backupScenarios } from '#server/cluster/demo/backup-scenarios.ts';
import { claimOf, volumeNamed } from '#server/cluster/demo/claims.ts';
import { demoPlay } from '#server/cluster/demo/demo-play.ts';
import { storageScenarios } from '#server/cluster/demo/storage-scenarios.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';
import { itemsOf, longhornItems, volumesOf } from './volumes-seen.ts';

const GITEA = 'gitea/gitea-data';
const CLUSTERS = '/apis/ceph.rook.io/v1/cephclusters';

function playing(name: string): DemoBench {
  return createBench({ play: { ...demoPlay(name)!, calmMs: 1 } });
}

/** How storage stands, without times that go on. */
async function looksOf(bench: DemoBench): Promise<Record<string, unknown>> {
  const looks: Record<string, unknown> = {};
  const paths = ['volumes', 'replicas', 'backups', 'recurringjobs'].map((each) => `/apis/longhorn.io/v1beta2/${each}`);
  const own = ['/api/v1/persistentvolumeclaims', '/apis/storage.k8s.io/v1/volumeattachments', CLUSTERS];
  for (const path of [...paths, ...own]) {
    const items = await itemsOf(bench, path);
    for (const { metadata, spec, status } of items) {
      const { actualSize: _grows, conditions: _since, ...rest } = status ?? {};
      looks[`${path}/${metadata.namespace ?? ''}/${metadata.name}`] = { spec, rest };
    }
  }
  const target = (await longhornItems(bench, 'backuptargets'))[0];
  looks['target'] = [target.status.available, target.status.conditions[0].message];
  for (const [key, { usedBytes }] of await volumesOf(bench)) {
    looks[key] = usedBytes! > claimOf(key)!.usedBytes * 0.98 && usedBytes! < claimOf(key)!.usedBytes * 1.1;
  }
  return looks;
}

async function usedOf(bench: DemoBench, key: string): Promise<number> {
  return (await volumesOf(bench)).get(key)?.usedBytes ?? NaN;
}

async function longhornOf(bench: DemoBench, claim: string) {
  const volumes = await longhornItems(bench, 'volumes');
  return volumes.find(({ metadata }: { metadata: { name: string } }) => metadata.name === volumeNamed(claim)).status;
}

async function eventsOf({ get }: DemoBench, reason: string): Promise<{ message: string; count: number }[]> {
  return (await get(`/api/v1/events?fieldSelector=reason=${reason}`)).json.items;
}

async function backupsOf(bench: DemoBench, key: string) {
  const backups = await longhornItems(bench, 'backups');
  return backups
    .filter(({ metadata }: { metadata: { labels: object } }) => {
      return (metadata.labels as Record<string, string>)['backup-volume'] === volumeNamed(key);
    })
    .map(({ status }: { status: object }) => status);
}

describe('what the API and the kubelets tell of each trouble', () => {
  test('volume-emptied: another boot ID, a blank volume with its next figures, and Longhorn says healthy', async () => {
    const bench = createBench();
    const bootOf = async () => (await bench.get('/api/v1/nodes/nuc0')).json.status.nodeInfo.bootID;
    const before = [await bootOf(), await usedOf(bench, GITEA)];
    bench.demo.player.play('volume-emptied');
    await bench.clock.pass(105_000);
    const bootId = await bootOf();
    expect(bootId).not.toBe(before[0]);
    expect((await eventsOf(bench, 'Rebooted'))[0]?.message).toBe(`Node nuc0 has been rebooted, boot id: ${bootId}`);
    expect(Number(before[1]) / 1e9).toBeCloseTo(1.9, 1);
    expect((await usedOf(bench, GITEA)) / 1e6).toBeCloseTo(32, 0);
    expect(await usedOf(bench, 'monitoring/grafana-data')).toBeLessThan(4e6);
    expect((await usedOf(bench, 'home/data-home-assistant-0')) / 1e9).toBeCloseTo(1.3, 1);
    expect(await longhornOf(bench, GITEA)).toMatchObject({ state: 'attached', robustness: 'healthy' });
    const [pod] = await itemsOf(bench, '/api/v1/pods?labelSelector=app.kubernetes.io/name=gitea');
    expect(pod.status.containerStatuses[0]).toMatchObject({
      ...{ ready: true, restartCount: 1, lastState: { terminated: { exitCode: 255, reason: 'Unknown' } } },
    });
  });

  test('a node that reboots says nothing for half a minute, and is ready all the while', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'rebootNode', node: 'nuc0' });
    await bench.clock.pass(5000);
    expect([...(await volumesOf(bench)).keys()]).not.toContain(GITEA);
    await bench.clock.pass(60_000);
    expect([...(await volumesOf(bench)).keys()]).toContain(GITEA);
    expect(await eventsOf(bench, 'NodeNotReady')).toEqual([]);
  });

  test('volumes-and-backup: one backup is kept, and it is of the blank volume', async () => {
    const bench = playing('volumes-and-backup');
    await bench.clock.pass(60_000);
    const [good] = await backupsOf(bench, GITEA);
    expect(Number(good.size) / 1e9).toBeCloseTo(1.9, 1);
    await bench.clock.pass(240_000);
    const left = await backupsOf(bench, GITEA);
    expect(left.length).toBe(1);
    expect(left[0].state).toBe('Completed');
    expect(Number(left[0].size)).toBeLessThan(40e6);
    expect((await longhornItems(bench, 'recurringjobs'))[0].spec.retain).toBe(1);
  });

  test('volume-filling: fuller and fuller until nothing is left, and PostgreSQL crashes for want of space', async () => {
    const bench = playing('volume-filling');
    await bench.clock.pass(61_000);
    const early = (await volumesOf(bench)).get('gitea/data-gitea-postgresql-0')!;
    expect(early.usedBytes! / early.capacityBytes!).toBeGreaterThan(0.86);
    expect(early.usedBytes! / early.capacityBytes!).toBeLessThan(0.96);
    await bench.clock.pass(160_000);
    expect((await volumesOf(bench)).get('gitea/data-gitea-postgresql-0')!.availableBytes).toBe(0);
    const [pod] = await itemsOf(bench, '/api/v1/pods?labelSelector=app.kubernetes.io/name=gitea-postgresql');
    expect(pod.status.containerStatuses[0].restartCount).toBeGreaterThan(0);
    const { text } = await bench.get('/api/v1/namespaces/gitea/pods/gitea-postgresql-0/log?previous=true');
    expect(text).toContain('No space left on device');
  });

  test('volume-degraded: one replica left, none of mealie, and unknown where the node itself is away', async () => {
    const bench = playing('volume-degraded');
    await bench.clock.pass(60_000);
    expect(await longhornOf(bench, 'home/mosquitto-data')).toMatchObject({ state: 'attached', robustness: 'degraded' });
    expect(await longhornOf(bench, 'mealie/mealie-data')).toMatchObject({ state: 'detached', robustness: 'faulted' });
    expect(await longhornOf(bench, 'media/jellyfin-data')).toMatchObject({ state: 'attached', robustness: 'unknown' });
    expect(await longhornOf(bench, GITEA)).toMatchObject({ state: 'attached', robustness: 'healthy' });
    const failed = (await longhornItems(bench, 'replicas')).filter(
      ({ spec }: { spec: { failedAt: string } }) => spec.failedAt !== '',
    );
    expect(failed.every(({ spec }: { spec: { nodeID: string } }) => spec.nodeID === 'nuc2')).toBe(true);
    expect(failed.length).toBe(6);
  });

  test('claim-pending: no volume, and why, again and again', async () => {
    const bench = playing('claim-pending');
    await bench.clock.pass(60_000);
    const { spec, status } = (await bench.get('/api/v1/namespaces/media/persistentvolumeclaims/photo-imports')).json;
    expect([spec.volumeName, status.phase]).toEqual([undefined, 'Pending']);
    const [event] = await eventsOf(bench, 'ProvisioningFailed');
    expect(event).toMatchObject({ message: 'storageclass.storage.k8s.io "longhorn-ssd" not found' });
    expect(event!.count).toBeGreaterThan(2);
  });

  test('mount-failing: the new pod waits for a volume that is still attached to the lost node', async () => {
    const bench = playing('mount-failing');
    await bench.clock.pass(110_000);
    const [pod] = await itemsOf(bench, '/api/v1/pods?labelSelector=app.kubernetes.io/name=jellyfin');
    expect(pod.status.containerStatuses[0].state.waiting).toEqual({ reason: 'ContainerCreating' });
    expect(pod.spec.nodeName).not.toBe('nuc2');
    const attached = await itemsOf(bench, '/apis/storage.k8s.io/v1/volumeattachments');
    const own = attached.filter(({ spec }: { spec: { source: { persistentVolumeName: string } } }) => {
      return spec.source.persistentVolumeName === volumeNamed('media/jellyfin-data');
    });
    expect(own.map(({ spec }: { spec: { nodeName: string } }) => spec.nodeName)).toEqual(['nuc2']);
    const [event] = await eventsOf(bench, 'FailedAttachVolume');
    expect(event?.message).toContain(`Multi-Attach error for volume "${volumeNamed('media/jellyfin-data')}"`);
    expect(event!.count).toBeGreaterThan(1);
  });

  test('ceph-warn: nobody has heard of Ceph before, then it warns, then fails, and is looked at each minute', async () => {
    const bench = createBench();
    const healthOf = async () => (await itemsOf(bench, CLUSTERS))[0]?.status.ceph;
    const groups = async () => (await bench.get('/apis')).json.groups.map(({ name }: { name: string }) => name);
    expect((await bench.get(CLUSTERS)).status).toBe(404);
    expect(await groups()).not.toContain('ceph.rook.io');
    bench.demo.player.play('ceph-warn');
    await bench.clock.pass(70_000);
    expect(await groups()).toContain('ceph.rook.io');
    expect(await healthOf()).toMatchObject({ health: 'HEALTH_WARN', previousHealth: 'HEALTH_OK' });
    await bench.clock.pass(70_000);
    const { health, details, lastChecked } = await healthOf();
    expect([health, Object.keys(details)]).toEqual(['HEALTH_ERR', ['OSD_FULL', 'OSD_DOWN', 'PG_DEGRADED']]);
    expect(bench.clock.now() - Date.parse(lastChecked)).toBeLessThan(61_000);
    bench.demo.player.play('calm');
    expect((await bench.get(CLUSTERS)).status).toBe(404);
  });

  test('backup-failed: it says why, and not whose it is but by its label', async () => {
    const bench = playing('backup-failed');
    await bench.clock.pass(5000);
    const backups = await backupsOf(bench, 'paperless/paperless-ngx-data');
    expect(backups.length).toBe(8);
    const [failed] = backups.filter(({ state }: { state: string }) => state === 'Error');
    expect(failed).toMatchObject({
      volumeName: '',
      size: '',
      error: expect.stringContaining('no space left') as string,
    });
  });

  test('backup-shrank: the newest is a fraction of the one before', async () => {
    const bench = playing('backup-shrank');
    await bench.clock.pass(5000);
    const sizes = (await backupsOf(bench, 'paperless/paperless-ngx-data')).map(({ size }: { size: string }) =>
      Number(size),
    );
    expect(Math.min(...sizes)).toBeLessThan(330e6);
    expect(sizes.filter((size: number) => size > 11e9).length).toBe(6);
  });

  test('backup-target-unavailable: it says so, and was looked at before', async () => {
    const bench = playing('backup-target-unavailable');
    await bench.clock.pass(5000);
    const [{ status }] = await longhornItems(bench, 'backuptargets');
    expect(status.available).toBe(false);
    expect(status.conditions[0]).toMatchObject({ type: 'Unavailable', status: 'True' });
    expect(status.conditions[0].message).toContain('Connection timed out');
  });

  test('backup-too-old: due every quarter of an hour, in both of its objects', async () => {
    const bench = playing('backup-too-old');
    await bench.clock.pass(5000);
    expect((await longhornItems(bench, 'recurringjobs'))[0].spec.cron).toBe('*/15 * * * *');
    const { json } = await bench.get('/apis/batch/v1/namespaces/longhorn-system/cronjobs/nightly-backup');
    expect(json.spec.schedule).toBe('*/15 * * * *');
  });
});

describe('each trouble comes and goes', () => {
  test.each([...storageScenarios, ...backupScenarios])(
    '$name',
    async ({ name, steps }) => {
      const bench = createBench();
      const before = await looksOf(bench);
      expect(Object.values(before)).not.toContain(false);
      bench.demo.player.play(name);
      const lastsMs = steps.reduce((sum, { afterMs }) => sum + afterMs, 0);
      await bench.clock.pass(lastsMs - 5000);
      expect(await looksOf(bench)).not.toEqual(before);
      await bench.clock.pass(90_000);
      expect(await looksOf(bench)).toEqual(before);
      await bench.clock.pass(lastsMs + 130_000);
      expect(await looksOf(bench), 'it comes again').not.toEqual(before);
      bench.demo.player.play('calm');
      await bench.clock.pass(90_000);
      expect(await looksOf(bench)).toEqual(before);
      bench.demo.stop();
    },
    30_000,
  );
});
