import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import * as from from '../backup-objects.ts';
import { forgetAll, install, placeOf, tell, type Told } from '../backup-systems.ts';
import { applyClaims, mounting } from '../claims.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import * as longhorn from '../longhorn-objects.ts';
import { applyManifests } from '../outside-kubeconfig.ts';
import { until } from '../until.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { deployment, namespace } from '../workload.ts';

const second = 1_000;
const hour = 3_600_000;
const day = 24 * hour;
/** From what a controller writes to the board. */
const bar = 10 * second;
const gitea = { namespace: 'git', name: 'gitea-data', volume: 'git-gitea-data' };
const { dateOf } = from;
const manyBackups = 3_000;

let plane: ControlPlane;
let wall: WallProcess;
let archived: Promise<unknown>;
const now = Date.now();

const find = (board: Board, check: string, subject: string): Finding | undefined =>
  board.findings.find(
    ({ id }) => id === `backups/${check}|${subject}` || id.startsWith(`backups/${check}|${subject}|`),
  );

/** Waits for a finding of a level, and gives it. */
async function isTold(check: string, subject: string, level: Finding['level']): Promise<Finding> {
  const is = (board: Board) => find(board, check, subject)?.level === level;
  seenAfter(
    `backups/${check} of ${subject}`,
    await wall.sees(`backups/${check} of ${subject} is ${level}`, is, bar),
    bar,
  );
  return find(await wall.board(), check, subject)!;
}

async function isOver(check: string, subject: string): Promise<void> {
  const is = (board: Board) => find(board, check, subject) === undefined;
  await wall.sees(`backups/${check} of ${subject} is over`, is, bar);
}

const nightly = 'RecurringJob/longhorn-system/nightly';
const giteaSubject = 'PersistentVolumeClaim/git/gitea-data';
const good = longhorn.longhornBackup({
  claim: gitea,
  name: 'backup-good',
  at: now - 2 * hour,
  bytes: 1_900_000_000,
  job: 'nightly',
});

const veleroDone = (name: string, at: number, phase: string, more: object = {}) =>
  from.veleroBackup(name, 'media', ['media'], {
    ...{ phase, startTimestamp: dateOf(at), completionTimestamp: dateOf(at), ...more },
  });

const mailSchedule = () => plane.request<Told & from.Uid>('GET', '/apis/k8up.io/v1/namespaces/home/schedules/mail');

const synced = (at: number, more: object = {}) => ({
  ...{ lastSyncTime: dateOf(at), lastSyncDuration: '45.1s', nextSyncTime: dateOf(at + day) },
  latestMoverStatus: { result: 'Successful', logs: 'snapshot 1a2b3c4d saved' },
  conditions: [from.synchronizing('False', 'WaitingForSchedule', at)],
  ...more,
});

/** A CronJob that says what it backs up. */
const dump = (suspend: boolean) => ({
  ...{ apiVersion: 'batch/v1', kind: 'CronJob' },
  metadata: { namespace: 'shop', name: 'dump', annotations: { 'clusterwall.dev/backup-of': 'orders' } },
  spec: {
    ...{ schedule: '30 4 * * *', suspend },
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'dump', image: 'dump:1' }] } } },
    },
  },
});

/** Claims that run in pretended pods, one of each way to be backed up, and one that nobody backs up. */
const claims = { git: 'gitea-data', media: 'photos', home: 'mail', lab: 'notes', shop: 'orders', apps: 'scratch' };

beforeAll(async () => {
  plane = await startControlPlane({ nodes: ['nuc0'] });
  await install(plane, 'longhorn', 'rook', 'velero', 'k8up', 'volsync', 'snapshots', 'k3s');
  await plane.apply(['longhorn-system', 'velero'].map(namespace));
  // In the background from here on: of a namespace without claims, so that nothing else changes.
  archived = archive();
  for (const [home, name] of Object.entries(claims)) await runs(home, name);
  await plane.apply(dump(false));
  await tell(
    plane,
    longhorn.longhornVolume(gitea, 'nuc0', ['nightly']),
    longhorn.longhornTarget('nfs://nas.example:/backups'),
  );
  await tell(plane, longhorn.longhornJob('nightly', 1), good);
  await tell(
    plane,
    from.veleroSchedule('media', ['media'], false, now - 3 * hour),
    from.veleroLocation('default', '', now),
  );
  await tell(plane, veleroDone('media-1', now - 3 * hour, 'Completed'));
  await tell(
    plane,
    from.k8upSchedule('home', 'mail'),
    from.k8upSnapshot('home', '0a1b2c3d4e5f', 'mail', now - 4 * hour),
  );
  await tell(plane, from.volSyncSource('lab', 'notes', synced(now - 5 * hour)));
  const kubeconfig = await applyManifests(plane);
  // It runs outside: what the manifests want in the cluster is of no use here.
  await plane.kubectl(['-n', 'clusterwall', 'delete', 'deployment,persistentvolumeclaim', '--all']);
  const config = join(plane.directory, 'clusterwall.yaml');
  writeFileSync(config, JSON.stringify({ checks: { 'backups/schedule-paused': { warn: '3s' } } }));
  wall = await startWall(kubeconfig, { CLUSTERWALL_CONFIG: config });
});
afterAll(async () => {
  await archived?.catch(console.error);
  await wall?.stop();
  await plane?.stop();
});

describe('backups of six systems', () => {
  test('all is covered but what nobody backs up, and one bad night is enough for what is kept once', async () => {
    const scratch = await isTold('uncovered', 'PersistentVolumeClaim/apps/scratch', 'warn');
    expect(scratch.sentence).toBe('no backup of scratch is known');
    expect((await isTold('retention-of-one', nightly, 'warn')).sentence).toMatch(/^nightly keeps only 1 backup/);
    const board = await wall.board();
    const others = board.findings.filter(({ area, level }) => area === 'backups' && level !== 'notice');
    expect(others.map(({ check }) => check).sort()).toEqual(['backups/retention-of-one', 'backups/uncovered']);
    expect(tileOf(board, 'backups')).toMatchObject({ level: 'warn' });
    expect(findingsOf(board, 'control-plane/rights-missing')).toEqual([]);
  });

  test('Longhorn: one that failed is named by its label alone, and is made good by the next', async () => {
    const failed = { claim: gitea, name: 'backup-failed', at: now - hour, bytes: 0, job: 'nightly' };
    await tell(
      plane,
      longhorn.longhornBackup({ ...failed, state: 'Error', error: 'failed to write block: no space left' }),
    );
    const told = await isTold('failed', nightly, 'bad');
    expect(told.sentence).toMatch(/nightly failed .*: .*no space left/);
    const strange = longhorn.longhornBackup({
      ...failed,
      name: 'backup-strange',
      at: now - 0.9 * hour,
      state: 'Deferred',
    });
    await tell(plane, strange);
    expect((await isTold('failed', nightly, 'unknown')).sentence).toContain('"Deferred"');
    await forgetAll(plane, strange);
    const next = { claim: gitea, name: 'backup-next', at: now - 0.5 * hour, bytes: 1_910_000_000, job: 'nightly' };
    await tell(plane, longhorn.longhornBackup(next));
    await isOver('failed', nightly);
  });

  test('Longhorn: the backup of a blank volume takes the place of the good one: both sizes are told', async () => {
    const small = longhorn.longhornBackup({
      claim: gitea,
      name: 'backup-small',
      at: now - 60 * second,
      bytes: 32_000_000,
      job: 'nightly',
    });
    await tell(plane, small);
    await plane.kubectl([
      '-n',
      'longhorn-system',
      'delete',
      'backups.longhorn.io',
      'backup-good',
      'backup-next',
      'backup-failed',
    ]);
    const told = await isTold('shrank', giteaSubject, 'bad');
    expect(told.sentence).toMatch(/^the backup of gitea-data shrank: 1\.9 GB to 32 MB at /);
    expect(told.steps[0]?.command).toMatch(
      /^kubectl -n longhorn-system label --overwrite volumes\.longhorn\.io git-gitea-data/,
    );
    await acknowledge(told.id);
    await isOver('shrank', giteaSubject);
  });

  test('Longhorn: its target cannot be reached, is not set at all, and is back', async () => {
    await tell(plane, longhorn.longhornTarget('nfs://nas.example:/backups', 'mount.nfs: Connection timed out'));
    const target = 'BackupTarget/longhorn-system/default';
    expect((await isTold('target-unavailable', target, 'bad')).sentence).toMatch(/Connection timed out/);
    await tell(plane, longhorn.longhornTarget(''));
    expect((await isTold('no-target', target, 'warn')).sentence).toMatch(/nightly can make no backups/);
    await tell(plane, longhorn.longhornTarget('nfs://nas.example:/backups'));
    await isOver('no-target', target);
    await isOver('target-unavailable', target);
  });

  test('Velero: partly, not at all, in a word that nobody knows, and without any time', async () => {
    const schedule = 'VeleroSchedule/velero/media';
    await tell(plane, veleroDone('media-2', now - 2 * hour, 'PartiallyFailed', { errors: 3 }));
    expect((await isTold('failed', schedule, 'warn')).sentence).toMatch(/left something out .*3 errors/);
    await tell(plane, veleroDone('media-3', now - hour, 'Failed', { failureReason: 'no snapshot location' }));
    expect((await isTold('failed', schedule, 'bad')).sentence).toMatch(/no snapshot location/);
    await tell(plane, veleroDone('media-4', now - 0.5 * hour, 'Archiving'));
    expect((await isTold('failed', schedule, 'unknown')).sentence).toContain('"Archiving"');
    await tell(plane, veleroDone('media-5', now - 0.2 * hour, 'Completed'));
    await isOver('failed', schedule);
    await tell(plane, from.veleroBackup('media-6', 'media', ['media'], { phase: 'Completed' }));
    await wall.keeps(
      'nothing is made of a backup without a time',
      ({ findings }) => !findings.some(({ check }) => check === 'backups/failed'),
      2 * second,
    );
  });

  test('Velero: its place cannot be reached, was not looked at for days, and its schedule is paused', async () => {
    const location = 'BackupStorageLocation/velero/default';
    await tell(plane, from.veleroLocation('default', 'AccessDenied: Access Denied', now));
    expect((await isTold('target-unavailable', location, 'bad')).sentence).toMatch(/AccessDenied/);
    await tell(plane, from.veleroLocation('default', '', now - 3 * day));
    expect((await isTold('target-unavailable', location, 'unknown')).sentence).toMatch(
      /not known: it was last looked at/,
    );
    await tell(plane, from.veleroLocation('default', '', Date.now()));
    await isOver('target-unavailable', location);
    await tell(plane, from.veleroSchedule('media', ['media'], true, now - 3 * hour));
    await isTold('schedule-paused', 'VeleroSchedule/velero/media', 'warn');
    await tell(plane, from.veleroSchedule('media', ['media'], false, now - 3 * hour));
    await isOver('schedule-paused', 'VeleroSchedule/velero/media');
  });

  test('K8up: finished is not success, and a command that fails beforehand says nothing of its end', async () => {
    const schedule = 'K8upSchedule/home/mail';
    const owner = await mailSchedule();
    await tell(plane, from.k8upBackup('mail-backup-1', owner, 'Failed', now - hour));
    await isTold('failed', schedule, 'bad');
    // When its backups were made is told in whole seconds, and by their creation alone.
    await nextSecond();
    await tell(plane, from.k8upSnapshot('home', '1a2b3c4d5e6f', 'mail', Date.now()));
    await isOver('failed', schedule);
    await nextSecond();
    await tell(plane, from.k8upBackup('mail-backup-2', owner, 'pre-backup failed', Date.now()));
    expect((await isTold('failed', schedule, 'bad')).sentence).toMatch(/timed out/);
  });

  test('VolSync: its mover fails and goes on saying that it is at work; what it copied last is days old', async () => {
    const source = 'ReplicationSource/lab/notes';
    const failed = {
      latestMoverStatus: { result: 'Failed', logs: 'repository is locked\nFatal: unable to create lock' },
    };
    const atWork = {
      conditions: [from.synchronizing('True', 'SyncInProgress', now - hour)],
      lastSyncStartTime: dateOf(now - hour),
    };
    await tell(plane, from.volSyncSource('lab', 'notes', synced(now - 5 * hour, { ...failed, ...atWork })));
    expect((await isTold('failed', source, 'bad')).sentence).toMatch(/unable to create lock/);
    await tell(plane, from.volSyncSource('lab', 'notes', synced(Date.now())));
    await isOver('failed', source);
    // Another, of which nobody has seen anything better.
    await runs('desk', 'diary');
    await tell(plane, from.volSyncSource('desk', 'diary', synced(now - 5 * day)));
    const old = 'PersistentVolumeClaim/desk/diary';
    expect((await isTold('too-old', old, 'bad')).sentence).toBe('the last good backup of diary is 5 days old');
    await tell(plane, from.volSyncSource('desk', 'diary', synced(Date.now())));
    await isOver('too-old', old);
  });

  test('a CronJob that says what it backs up is suspended', async () => {
    await plane.apply(dump(true));
    await isTold('schedule-paused', 'CronJob/shop/dump', 'warn');
    await plane.apply(dump(false));
    await isOver('schedule-paused', 'CronJob/shop/dump');
  });

  test('3,000 backups more: they are read in pages, and the wall stays small and quick', async () => {
    await archived;
    await wall.restart('SIGKILL');
    const listed = ({ sources }: Board) => sources.find(({ name }) => name === 'velero-backups')?.state === 'synced';
    seenAfter('3,000 backups', await wall.sees('all are listed', listed, 20 * second), 20 * second);
    await isTold('uncovered', 'PersistentVolumeClaim/apps/scratch', 'warn');
    const metrics = await (await fetch(`${wall.url}/metrics`)).text();
    const memory = Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
    expect(memory).toBeLessThan(200_000_000);
    const answer = await fetch(`${wall.url}/api/areas/backups`);
    expect((await answer.text()).length, 'rows are of claims and plans, not of backups').toBeLessThan(100_000);
  });
});

/** A claim that a pretended pod has mounted. */
async function runs(home: string, name: string): Promise<void> {
  await plane.apply(namespace(home));
  await applyClaims(plane, [{ namespace: home, name, on: { place: { path: '/mnt/disk' }, node: 'nuc0' } }]);
  await plane.apply(deployment({ namespace: home, name: `with-${name}`, node: 'nuc0', ...mounting('app:1', name) }));
}

async function nextSecond(): Promise<void> {
  const begun = Math.floor(Date.now() / second);
  await until('it is another second', () => Math.floor(Date.now() / second) > begun);
}

async function acknowledge(finding: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ finding, meaning: 'mine' });
  const answer = await fetch(`${wall.url}/api/acknowledgements`, { method: 'POST', headers, body });
  expect(answer.ok, await answer.text()).toBe(true);
}

/** Makes them of a namespace that has no claims, one for each ten minutes; beside what else is asked of the API. */
async function archive(): Promise<void> {
  const credential = await plane.issueClientCertificate({ commonName: 'archive', organizations: ['system:masters'] });
  const api = plane.connectAs(credential);
  const left = Array.from({ length: manyBackups }, (_, i) => i);
  const work = async () => {
    for (let i = left.pop(); i !== undefined; i = left.pop()) {
      const at = dateOf(now - i * 10 * 60 * second);
      const status = { phase: 'Completed', startTimestamp: at, completionTimestamp: at };
      const backup = from.veleroBackup(`archive-${i}`, '', ['archive'], status);
      await api.request('POST', placeOf(backup).all, backup);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  api.close();
}
