import { NAS } from './machines.ts';
import type { Action, BackupAction, Scenario } from './scenario.ts';
import { emptied, mended } from './storage-scenarios.ts';
import { atOnce, story, told } from './story.ts';

const GITEA = 'gitea/gitea-data';
const LOST = [GITEA, 'monitoring/grafana-data', 'monitoring/data-victoria-metrics-0'];
const GIT_HOST = 'git.home.example';
const BETWEEN_REBOOTS_MS = 30_000;
// From the last reboot until the figures show what is lost, and until midnight.
const REBOOTED_MS = 40_000;
const MIDNIGHT_MS = 110_000;
const MORNING_MS = 120_000;

const heal: BackupAction = { thing: 'backups', action: 'backupsHeal' };

/** What goes wrong with backups: each comes, stays for some minutes and goes. */
export const backupScenarios: readonly Scenario[] = [
  told(
    'volumes-and-backup',
    'Emptied, and then backed up',
    'All nodes reboot one after the other, three volumes are blank, and at midnight they are backed up as they are: one backup is kept, and the last good one is gone.',
    [
      ...atOnce(0, [{ thing: 'backups', action: 'backupsKept', count: 1 }]),
      ...['kmaster', 'nuc0', 'nuc1', 'nuc2'].flatMap((node, index) =>
        atOnce(index === 0 ? 10_000 : BETWEEN_REBOOTS_MS, [{ action: 'rebootNode', node }]),
      ),
      ...atOnce(REBOOTED_MS, [...LOST.map(emptied), { thing: 'host', action: 'hostBeginsAnew', host: GIT_HOST }]),
      ...atOnce(MIDNIGHT_MS, [{ thing: 'backups', action: 'backupsRun' }]),
      ...atOnce(MORNING_MS, [...LOST.map(mended), { thing: 'host', action: 'hostHeals', host: GIT_HOST }, heal]),
    ],
  ),
  trouble(
    'backup-failed',
    'A backup fails',
    'The backup of paperless-ngx-data ends with an error: the NAS has no room left for it.',
    {
      ...{ action: 'backupFails', claim: 'paperless/paperless-ngx-data' },
      error:
        'failed to write backup block: write /var/lib/longhorn-backupstore-mounts/volume1/longhorn/backupstore/blocks/3f/9a: no space left on device',
    },
  ),
  trouble(
    'backup-too-old',
    'Backups are not made any more',
    'The backup job was set to every quarter of an hour, and none has been made since midnight.',
    { action: 'backupsDue', cron: '*/15 * * * *' },
  ),
  trouble(
    'backup-target-unavailable',
    'The backup target is gone',
    'Longhorn cannot mount the share on the NAS where its backups go: the next ones will fail.',
    {
      action: 'backupTargetFails',
      why: `failed to list backup volumes in nfs://${NAS.address}:/volume1/longhorn: cannot mount nfs ${NAS.address}:/volume1/longhorn, options [nfsvers=4.2 actimeo=1 soft timeo=300 retry=2]: mount.nfs: Connection timed out`,
    },
  ),
  trouble(
    'backup-shrank',
    'A backup is much smaller',
    'The newest backup of paperless-ngx-data holds 320 MB; the one before held 11.8 GB.',
    { action: 'backupShrinks', claim: 'paperless/paperless-ngx-data', bytes: 320e6 },
  ),
];

type Trouble = BackupAction extends infer Each ? (Each extends BackupAction ? Omit<Each, 'thing'> : never) : never;

function trouble(name: string, title: string, about: string, what: Trouble): Scenario {
  return story(name, title, about, [{ thing: 'backups', ...what } as Action], [heal]);
}
