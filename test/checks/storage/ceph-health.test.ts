import { describe, expect, it } from 'vitest';
import cephHealth from '#server/checks/storage/ceph-health.ts';
import { aCephCluster, aCephPool } from '../../builders/backups.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence } from '../../builders/judged.ts';
import { aSnapshot } from '../../builders/snapshot.ts';
import { aClaim, aPersistentVolume, aStorageClass } from '../../builders/storage.ts';
import { day, hour, minute, noon } from '../../builders/time.ts';

type Part = Parameters<typeof aCephCluster>[0];

const aCluster = (part: Part) => aSnapshot({ more: { cephCluster: [aCephCluster(part)] } });
const verdictsOf = (part: Part) => judged(cephHealth, aCluster(part));

/** What is said of its health. */
function verdict(part: Part = {}) {
  const [found] = verdictsOf(part).filter(({ key }) => key === undefined);
  if (found === undefined) throw new Error('nothing is said of its health');
  return found;
}

function room(part: Part) {
  return verdictsOf(part)
    .filter(({ key }) => key === 'room')
    .map((found) => [found.level, sentence(found)]);
}

const check = (name: string, message: string, severity = 'HEALTH_WARN') => ({ name, severity, message });
const said = (part: Part) => [verdict(part).level, sentence(verdict(part))];

describe('the health of Ceph', () => {
  it('is fine where Ceph says so, and Rook asked lately', () => {
    expect(verdict()).toMatchObject({ subject: { kind: 'CephCluster', namespace: 'rook-ceph', name: 'rook-ceph' } });
    expect(said({})).toEqual(['ok', 'Ceph of rook-ceph is healthy']);
    expect(verdict({ phase: 'Connected' }).level).toBe('ok');
  });

  it('is bad with HEALTH_ERR, each named check with its message, the worst first', () => {
    const found = verdict({
      health: 'HEALTH_ERR',
      changedAt: noon - hour,
      checks: [
        check('PG_NOT_SCRUBBED', '3 pgs not scrubbed in time'),
        check('OSD_NEARFULL', '1 nearfull osd(s)'),
        check('OSD_FULL', '1 full osd(s)', 'HEALTH_ERR'),
      ],
    });
    expect([found.level, found.startedAt]).toEqual(['bad', noon - hour]);
    expect(sentence(found)).toBe('Ceph of rook-ceph: 1 full osd(s), and 2 more');
    expect(evidenceOf(found)).toEqual([
      ...['OSD_FULL: 1 full osd(s)', 'OSD_NEARFULL: 1 nearfull osd(s)', 'PG_NOT_SCRUBBED: 3 pgs not scrubbed in time'],
    ]);
    expect(commandsOf(found)).toEqual([
      'kubectl -n rook-ceph exec deploy/rook-ceph-tools -- ceph health detail',
      'kubectl -n rook-ceph exec deploy/rook-ceph-tools -- ceph osd df tree',
      'kubectl -n rook-ceph get pods',
    ]);
  });

  it.each([
    ['POOL_NO_REDUNDANCY', 'notice'],
    ['AUTH_INSECURE_GLOBAL_ID_RECLAIM_ALLOWED', 'notice'],
    ['RECENT_CRASH', 'notice'],
    ['PG_NOT_DEEP_SCRUBBED', 'notice'],
    ['OSD_DOWN', 'warn'],
    ['MON_DOWN', 'warn'],
    ['PG_DEGRADED', 'warn'],
    ['MON_DISK_LOW', 'warn'],
    ['NEVER_HEARD_OF', 'warn'],
    ['PG_AVAILABILITY', 'bad'],
    ['PG_DAMAGED', 'bad'],
    ['MDS_ALL_DOWN', 'bad'],
    ['POOL_FULL', 'bad'],
  ])('with a warning %s is a %s', (name, level) => {
    expect(said({ health: 'HEALTH_WARN', checks: [check(name, 'it is so')] })).toEqual([
      ...[level, 'Ceph of rook-ceph: it is so'],
    ]);
  });

  it('is as bad as its worst check, and a warning where none is named', () => {
    const two = [check('RECENT_CRASH', '2 daemons have recently crashed'), check('OSD_DOWN', '1 osds down')];
    expect(said({ health: 'HEALTH_WARN', checks: two })).toEqual([
      ...['warn', 'Ceph of rook-ceph: 1 osds down, and 1 more'],
    ]);
    expect(said({ health: 'HEALTH_WARN' })).toEqual([
      ...['warn', 'Ceph of rook-ceph is not healthy, and does not say why'],
    ]);
  });

  it('is unknown once Rook has not asked for five minutes, whatever it says', () => {
    for (const health of ['HEALTH_OK', 'HEALTH_WARN', 'HEALTH_ERR']) {
      const found = verdict({ health, checkedAt: noon - 6 * minute, checks: [check('OSD_DOWN', '1 osds down')] });
      expect([found.level, found.startedAt]).toEqual(['unknown', noon - 6 * minute]);
      expect(sentence(found)).toBe('Rook has not asked Ceph for 6 min: how rook-ceph is, is not known');
      expect(evidenceOf(found)).toEqual([`last known: ${health}`, 'OSD_DOWN: 1 osds down']);
    }
    expect(verdict({ checkedAt: noon - 5 * minute }).level).toBe('ok');
    expect(said({ checkedAt: null })[0]).toBe('unknown');
    expect(said({ checkedAt: noon + day })).toEqual([
      ...['unknown', 'Rook does not say when it asked Ceph: how rook-ceph is, is not known'],
    ]);
  });

  it('is bad where the operator cannot reach Ceph, and says so', () => {
    const found = verdict({
      health: 'HEALTH_ERR',
      checks: [check('error', 'failed to get status. timed out: exit status 1', 'Urgent')],
    });
    expect([found.level, sentence(found)]).toEqual(['bad', 'Rook does not reach the Ceph of rook-ceph']);
    expect(evidenceOf(found)).toEqual(['failed to get status. timed out: exit status 1']);
    expect(commandsOf(found)[1]).toBe('kubectl -n rook-ceph logs deploy/rook-ceph-operator --tail 50');
  });

  it('is unknown where Rook has said nothing yet, a warning where it cannot', () => {
    const nothing = { health: '', checkedAt: null, totalBytes: null, usedBytes: null };
    expect(said({ ...nothing, phase: 'Progressing', message: 'Detecting Ceph version' })).toEqual([
      ...['unknown', 'Rook has said nothing of the health of rook-ceph yet, its phase is "Progressing"'],
    ]);
    const failed = verdict({ ...nothing, phase: 'Failure', message: 'image does not exist' });
    expect(failed.level).toBe('warn');
    expect(evidenceOf(failed)).toEqual(['Rook: Failure: image does not exist']);
    expect(said({ ...nothing, phase: '', message: '' })[1]).toBe(
      'Rook has said nothing of the health of rook-ceph yet',
    );
  });

  it('is a warning where Ceph is fine and Rook fails, and unknown with another word', () => {
    expect(said({ phase: 'Failure', message: 'failed to create osds' })).toEqual([
      ...['warn', 'Ceph of rook-ceph is healthy, but Rook cannot make it what is asked'],
    ]);
    expect(said({ health: 'HEALTH_SPLENDID' })).toEqual([
      ...['unknown', 'Ceph says of rook-ceph what is not known: "HEALTH_SPLENDID"'],
    ]);
  });
});

describe('the room of Ceph', () => {
  const used = (gigabytes: number) => ({ usedBytes: gigabytes * 1_000_000_000 });

  it('is a warning at 80 % and bad at 90 %', () => {
    expect(room(used(799))).toEqual([['ok', 'Ceph of rook-ceph is 79 % full']]);
    expect(room(used(800))).toEqual([['warn', 'Ceph of rook-ceph is 80 % full']]);
    expect(room(used(900))).toEqual([['bad', 'Ceph of rook-ceph is 90 % full']]);
    expect(room({ ...used(950), checkedAt: noon - hour })).toEqual([
      ['unknown', 'Ceph of rook-ceph was 95 % full when last asked'],
    ]);
  });

  it('is not told without figures that can be', () => {
    for (const odd of [{ totalBytes: 0 }, { totalBytes: null }, { usedBytes: null }, { usedBytes: -1 }]) {
      expect(room(odd)).toEqual([]);
    }
  });
});

describe('a pool of Ceph', () => {
  it.each([
    ['Ready', 'ok', 'the pool replicapool is ready'],
    ['Progressing', 'ok', 'Rook is at work on the pool replicapool'],
    ['Failure', 'bad', 'Rook cannot make the pool replicapool'],
    ['', 'unknown', 'Rook has said nothing of the pool replicapool yet'],
    ['Drained', 'unknown', 'the pool replicapool is in a phase that is not known: "Drained"'],
  ])('"%s" is %s', (phase, level, words) => {
    const found = judged(cephHealth, aSnapshot({ more: { cephPool: [aCephPool({ phase })] } }));
    expect(found.map((each) => [each.level, sentence(each), each.sources])).toEqual([
      [level, words, ['cephblockpools']],
    ]);
  });
});

describe('causes about Ceph', () => {
  const provisioner = 'rook-ceph.rbd.csi.ceph.com';
  const snapshot = (part: Part = {}, driver = provisioner, clusters = [aCephCluster(part)]) =>
    aSnapshot({
      more: {
        cephCluster: clusters,
        persistentVolumeClaim: [aClaim({ phase: 'Pending', volume: '', storageClass: 'block' })],
        storageClass: [aStorageClass({ name: 'block', provisioner: driver })],
      },
    });
  const subject = { kind: 'PersistentVolumeClaim', namespace: 'git', name: 'gitea-data' };
  const pending = anEffect('storage/claim-pending', { subject, level: 'bad' });

  it('a cluster that is down explains claims of its classes without a volume', () => {
    const cause = verdict({ health: 'HEALTH_ERR' });
    expect(explains(cephHealth, cause, pending, snapshot())).toBe(true);
    expect(explains(cephHealth, cause, { ...pending, check: 'storage/mount-failing' }, snapshot())).toBe(true);
    expect(explains(cephHealth, { ...cause, level: 'warn' }, pending, snapshot())).toBe(false);
    expect(explains(cephHealth, { ...cause, key: 'room' }, pending, snapshot())).toBe(false);
    expect(explains(cephHealth, cause, pending, snapshot({}, 'driver.longhorn.io'))).toBe(false);
  });

  it('of two clusters the one whose operator makes the class does', () => {
    const cause = verdict({ health: 'HEALTH_ERR' });
    const two = [aCephCluster(), aCephCluster({ namespace: 'other' })];
    expect(explains(cephHealth, cause, pending, snapshot({}, provisioner, two))).toBe(true);
    expect(explains(cephHealth, cause, pending, snapshot({}, 'other.rbd.csi.ceph.com', two))).toBe(false);
    expect(explains(cephHealth, cause, pending, snapshot({}, 'rbd.csi.ceph.com', two))).toBe(false);
    expect(explains(cephHealth, cause, pending, snapshot({}, 'rbd.csi.ceph.com'))).toBe(true);
  });

  it('goes by the driver of the volume where there is one', () => {
    const cause = verdict({ health: 'HEALTH_ERR' });
    const made = { is: 'csi' as const, driver: 'rook-ceph.cephfs.csi.ceph.com', handle: 'x', server: '', path: '' };
    const mounted = aSnapshot({
      more: {
        cephCluster: [aCephCluster()],
        persistentVolumeClaim: [aClaim()],
        persistentVolume: [aPersistentVolume({ made })],
      },
    });
    const effect = anEffect('storage/mount-failing', { subject, level: 'bad' });
    expect(explains(cephHealth, cause, effect, mounted)).toBe(true);
  });

  it('a word that is old explains that the room is not known', () => {
    const stale = aCluster({ checkedAt: noon - hour });
    const [silent, unknownRoom] = judged(cephHealth, stale);
    if (silent === undefined || unknownRoom === undefined) throw new Error('both are said');
    const effect = anEffect('storage/ceph-health', unknownRoom);
    expect(explains(cephHealth, silent, effect, stale)).toBe(true);
    expect(explains(cephHealth, { ...silent, level: 'bad' }, effect, stale)).toBe(false);
  });
});
