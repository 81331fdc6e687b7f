import { describe, expect, test } from 'vitest';
import onlyOnTheSameDisk from '#server/checks/backups/only-on-the-same-disk.ts';
import { aLonghornBackupTarget, anEtcdSnapshot, aVolumeSnapshot } from '#test/builders/backups.ts';
import { evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aService } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aHouse, installed } from './house.ts';

const minio = aService({
  ...{ namespace: 'backup', name: 'minio', selector: { app: 'minio' }, clusterIp: '10.43.7.7' },
  ...{ type: 'LoadBalancer', addresses: ['192.168.1.240'] },
});
const nas = aService({ namespace: 'backup', name: 'nas', selector: null, clusterIp: '10.43.9.9', addresses: [] });

function of(url: string, parts: SnapshotParts = {}) {
  return theVerdict(
    onlyOnTheSameDisk,
    aHouse(
      ['git/gitea-data'],
      { longhornBackupTarget: [aLonghornBackupTarget({ url })] },
      { services: [minio, nas], nodes: [aNode()], ...parts },
    ),
  );
}

describe('a backup target', () => {
  test.each([
    'nfs://nas.example:/backups',
    's3://backups@eu-west-1/',
    's3:https://s3.example/backups',
    'nfs://192.168.1.50:/backups',
    'nfs://nas.backup.svc:/backups',
    'https://nas.backup.svc.cluster.local/x',
    'nfs://10.43.9.9:/backups',
    'aws:backups',
    'not an address',
    '://',
    'nfs://[fd00::7]:/x',
  ])('at %s is not known to be here', (url) => {
    const verdict = of(url);
    expect([verdict.level, sentence(verdict)]).toEqual([
      ...['ok', 'the backup target default is not known to be in this cluster'],
    ]);
  });

  test.each([
    's3:http://minio.backup.svc:9000/longhorn',
    'http://minio.backup.svc.cluster.local:9000/longhorn',
    'https://user@MinIO.backup.svc.cluster.local/longhorn',
    'http://10.43.7.7:9000/longhorn',
    'http://192.168.1.240/longhorn',
    'nfs://other.backup.svc:/x',
  ])('at %s is in this very cluster', (url) => {
    const verdict = of(url);
    expect(verdict.level).toBe('warn');
    expect(sentence(verdict)).toMatch(
      /^the backup target default is in this very cluster, the Service backup\/(minio|other): what takes /,
    );
    expect(evidenceOf(verdict)).toContain('nightly go there');
  });

  test('on a node of the cluster may be on another disk: a notice', () => {
    for (const url of [`nfs://${aNode().internalIp}:/backups`, 'nfs://nuc0:/backups']) {
      const verdict = of(url);
      expect([verdict.level, sentence(verdict)]).toEqual([
        'notice',
        'the backup target default is the node nuc0 of this cluster: its disk may be the one that holds the data',
      ]);
    }
    const onNode = aService({ selector: { app: 'x' }, addresses: [aNode().internalIp ?? ''] });
    expect(of(`nfs://${aNode().internalIp}:/backups`, { services: [onNode] }).level).toBe('notice');
  });
});

describe('volumes with snapshots alone', () => {
  const volumeSnapshot = ['gitea-data', 'wiki'].map((claim) =>
    aVolumeSnapshot({ namespace: 'git', name: `snap-${claim}`, claim }),
  );
  const bare = { volumeSnapshot, longhornVolume: [], longhornRecurringJob: [], longhornBackupTarget: [] };

  test('are one warning of all', () => {
    const verdict = theVerdict(onlyOnTheSameDisk, aHouse(['git/gitea-data', 'git/wiki', 'git/other'], bare));
    expect([verdict.level, sentence(verdict), verdict.key]).toEqual([
      ...['warn', '2 volumes have VolumeSnapshots alone, which mostly lie on the same storage', 'snapshots'],
    ]);
    expect(evidenceOf(verdict)).toEqual(['gitea-data and wiki']);
  });

  test('are none where a plan covers them too', () => {
    const verdicts = judged(onlyOnTheSameDisk, aHouse(['git/gitea-data'], { volumeSnapshot }));
    expect(verdicts.map(({ level }) => level)).toEqual(['ok', 'ok']);
  });
});

describe("snapshots of the cluster's own database", () => {
  const of = (...locations: string[]) =>
    judged(
      onlyOnTheSameDisk,
      aSnapshot({
        sources: installed('etcd'),
        nodes: [aNode()],
        more: { etcdSnapshot: locations.map((location, i) => anEtcdSnapshot({ name: `s${i}`, location })) },
      }),
    ).map((verdict) => `${verdict.level} ${sentence(verdict)}`);

  test('on its own nodes alone are a notice', () => {
    expect(of('file:///var/lib/rancher/k3s/server/db/snapshots/a')).toEqual([
      "notice snapshots of the cluster's own database lie on nuc0 alone, beside the database",
    ]);
  });

  test('in a bucket too are fine', () => {
    expect(of('file:///var/lib/a', 's3://backups/a')).toEqual([
      "ok snapshots of the cluster's own database are kept elsewhere too",
    ]);
  });

  test('that do not say where they lie are not called kept elsewhere', () => {
    expect(of('', '')).toEqual(["unknown where snapshots of the cluster's own database are kept is not known"]);
    expect(of('', 'file:///var/lib/a')[0]).toMatch(/^notice/);
  });

  test('that there are none of are not spoken of', () => {
    expect(of()).toEqual([]);
  });
});
