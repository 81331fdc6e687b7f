import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';
import { createJudgingWall } from './judging-wall.ts';

const GITEA = 'PersistentVolumeClaim/gitea/gitea-data';
const PAPERS = 'PersistentVolumeClaim/paperless/paperless-ngx-data';
const NIGHTLY = 'RecurringJob/longhorn-system/nightly-backup';

interface Expected {
  headline: RegExp;
  root: [id: string, level: 'warn' | 'bad'];
}

const expected: Record<string, Expected> = {
  'claim-pending': {
    headline: /^photo-imports gets no volume: there is no storage class longhorn-ssd$/,
    root: ['storage/claim-pending|PersistentVolumeClaim/media/photo-imports', 'bad'],
  },
  'ceph-warn': {
    headline: /^Ceph of rook-ceph: 1 full osd\(s\), and 2 more$/,
    root: ['storage/ceph-health|CephCluster/rook-ceph/rook-ceph', 'bad'],
  },
  'volume-degraded': {
    headline: /^nuc2 is not ready: its kubelet has stopped reporting, and \d+ more because of it$/,
    root: ['nodes/not-ready|Node/nuc2', 'bad'],
  },
  'backup-failed': {
    headline: /^the last run of nightly-backup failed for paperless-ngx-data at 09:00: failed to write backup block/,
    root: [`backups/failed|${NIGHTLY}`, 'bad'],
  },
  'backup-too-old': {
    headline: /^nightly-backup has made no good backup for 8 h, and 11 more because of it$/,
    root: [`backups/too-old|${NIGHTLY}`, 'bad'],
  },
  'backup-target-unavailable': {
    headline: /^the backup target default cannot be reached: failed to list backup volumes in nfs:/,
    root: ['backups/target-unavailable|BackupTarget/longhorn-system/default', 'bad'],
  },
};

describe('the wall tells what is wrong with volumes and backups, and that it is over', () => {
  test.each(Object.entries(expected))(
    '%s',
    async (name, { headline, root: [id, level] }) => {
      const bench = createBench();
      const wall = createJudgingWall(bench);
      await wall.pass(20_000);
      expect(wall.engine.board().findings).toEqual([]);
      bench.demo.player.play(name);
      await wall.pass(100_000);
      expect(wall.engine.board().headline.text).toMatch(headline);
      expect(wall.engine.board().headline).toMatchObject({ level, finding: id });
      await wall.pass(230_000);
      expect(wall.findings()).toEqual([]);
      bench.demo.stop();
    },
    120_000,
  );

  test('volume-emptied: red until somebody acknowledges it, also when the data are back', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    await wall.pass(20_000);
    bench.demo.player.play('volume-emptied');
    await wall.pass(130_000);
    const { headline } = wall.engine.board();
    expect(headline.text).toMatch(/^gitea-data lost its data: 1\.9 GB to 32 MB at 09:01, after nuc0 rebooted/);
    expect(headline.finding).toBe(`storage/volume-emptied|${GITEA}`);
    const told = wall.findings();
    expect(told.map(({ id }) => id)).toContain('storage/volume-emptied|PersistentVolumeClaim/monitoring/grafana-data');
    expect(told.find(({ id }) => id === 'services/wrong-content|Host/git.home.example')?.cause).toBe(headline.finding);
    bench.demo.player.play('calm');
    await wall.pass(130_000);
    expect(wall.findings().map(({ id }) => id)).toContain(`storage/volume-emptied|${GITEA}`);
    bench.demo.stop();
  }, 120_000);

  test('volumes-and-backup: what was lost, and that the backup of it shrank', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    await wall.pass(20_000);
    bench.demo.player.play('volumes-and-backup');
    await wall.pass(300_000);
    const told = wall.findings();
    for (const claim of ['gitea/gitea-data', 'monitoring/grafana-data', 'monitoring/data-victoria-metrics-0']) {
      expect(told).toContainEqual(
        expect.objectContaining({ id: `storage/volume-emptied|PersistentVolumeClaim/${claim}`, level: 'bad' }),
      );
    }
    expect(told.find(({ id }) => id === `backups/shrank|${GITEA}`)?.sentence).toMatch(
      /^the backup of gitea-data shrank: 1\.9 GB to 34 MB at /,
    );
    expect(told.find(({ id }) => id === `backups/retention-of-one|${NIGHTLY}`)?.level).toBe('warn');
    bench.demo.stop();
  }, 120_000);

  test('mount-failing: which pod waits for what, and which node holds it', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    await wall.pass(20_000);
    bench.demo.player.play('mount-failing');
    await wall.pass(215_000);
    const told = wall.findings().find(({ id }) => id.startsWith('storage/mount-failing|'));
    expect(told?.sentence).toMatch(/^jellyfin-\S+ waits for .*jellyfin-data.*nuc2/);
    bench.demo.stop();
  }, 120_000);

  test('backup-shrank: both sizes, and it stays', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    await wall.pass(20_000);
    bench.demo.player.play('backup-shrank');
    await wall.pass(30_000);
    const shrank = wall.findings().find(({ id }) => id === `backups/shrank|${PAPERS}`);
    expect(shrank).toMatchObject({ level: 'bad', cause: null });
    expect(shrank?.sentence).toMatch(/^the backup of paperless-ngx-data shrank: 12 GB to 321 MB at 09:00$/);
    bench.demo.stop();
  }, 120_000);
});
