import { volumeNamed } from './claims.ts';
import type { Action, CephHealth, Scenario } from './scenario.ts';
import { atOnce, fault, FAULT_MS, story, told } from './story.ts';

const MINUTE_MS = 60_000;
const GITEA = 'gitea/gitea-data';
const GRAFANA = 'monitoring/grafana-data';
const DATABASE = 'gitea/data-gitea-postgresql-0';
const GIT_HOST = 'git.home.example';
// From its going down until its pods run again.
const REBOOTED_MS = 40_000;
// The node controller gives a node up after 50 s, and no pod is put there from then on.
const GIVEN_UP_MS = 70_000;
// A pod that has waited for 2 min is one that cannot come up.
const WAITS_MS = 170_000;
const FULL_AFTER_MS = 150_000;
const FULL_MS = 150_000;

const FULL_LOG = [
  '{at} [1] LOG:  database system is ready to accept connections',
  '{at} [31] PANIC:  could not write to file "pg_wal/xlogtemp.31": No space left on device',
  '{at} [1] LOG:  checkpointer process (PID 31) was terminated by signal 6: Aborted',
  '{at} [1] LOG:  database system is shut down',
];
const MEALIE_LOG = [
  'INFO:     Waiting for application startup.',
  'sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) disk I/O error',
  'ERROR:    Application startup failed. Exiting.',
];
const CEPH_WARNS: CephHealth = {
  health: 'HEALTH_WARN',
  checks: {
    OSD_NEARFULL: { severity: 'HEALTH_WARN', message: '1 nearfull osd(s)' },
    POOL_NEARFULL: { severity: 'HEALTH_WARN', message: "1 pool(s) nearfull: 'replicapool'" },
  },
};
const CEPH_FAILS: CephHealth = {
  health: 'HEALTH_ERR',
  checks: {
    OSD_FULL: { severity: 'HEALTH_ERR', message: '1 full osd(s)' },
    OSD_DOWN: { severity: 'HEALTH_WARN', message: '1 osds down' },
    PG_DEGRADED: {
      ...{ severity: 'HEALTH_WARN', message: 'Degraded data redundancy: 2316/18402 objects degraded (12.585%)' },
    },
  },
};

/** A volume is blank from now on. */
export function emptied(claim: string): Action {
  return { thing: 'storage', action: 'claimEmptied', claim };
}

/** Its data are back. */
export function mended(claim: string): Action {
  return { thing: 'storage', action: 'claimHeals', claim };
}

/** What goes wrong with volumes: each comes, stays for some minutes and goes. */
export const storageScenarios: readonly Scenario[] = [
  told(
    'volume-emptied',
    'Two volumes lose their data',
    'nuc0 reboots, and gitea-data and grafana-data are blank when it is back: Longhorn says healthy, and it stays red until somebody acknowledges it.',
    [
      ...atOnce(0, [{ action: 'rebootNode', node: 'nuc0' }]),
      ...atOnce(REBOOTED_MS, [
        ...[emptied(GITEA), emptied(GRAFANA)],
        { thing: 'host', action: 'hostBeginsAnew', host: GIT_HOST },
      ]),
      ...atOnce(4 * MINUTE_MS, [
        ...[mended(GITEA), mended(GRAFANA)],
        { thing: 'host', action: 'hostHeals', host: GIT_HOST },
      ]),
    ],
  ),
  told(
    'volume-filling',
    'A volume fills up',
    "gitea's database is 87 % full and grows: a warning, bad from 95 % on, and full after 150 s, when PostgreSQL crashes for want of space.",
    [
      ...atOnce(0, [{ thing: 'storage', action: 'claimFills', claim: DATABASE, bytesPerHour: 26e9, fromShare: 0.87 }]),
      ...atOnce(FULL_AFTER_MS, [
        fault('gitea/gitea-postgresql', { is: 'crashing', exitCode: 1, reason: 'Error', log: FULL_LOG }),
      ]),
      ...atOnce(FULL_MS, [mended(DATABASE), { action: 'workloadHeals', workload: 'gitea/gitea-postgresql' }]),
    ],
  ),
  told(
    'volume-degraded',
    'A node takes replicas along',
    'nuc2 is lost with its disk: seven volumes have one replica left, and that of mealie, which had but one, has none.',
    [
      ...atOnce(0, [{ action: 'silenceNode', node: 'nuc2' }]),
      ...atOnce(20_000, [
        { thing: 'storage', action: 'replicasFail', on: 'nuc2' },
        fault('mealie/mealie', { is: 'crashing', exitCode: 3, reason: 'Error', log: MEALIE_LOG }),
      ]),
      ...atOnce(110_000, [{ action: 'reviveNode', node: 'nuc2' }]),
      ...atOnce(25_000, [
        { thing: 'storage', action: 'replicasRebuilt', on: 'nuc2' },
        { action: 'workloadHeals', workload: 'mealie/mealie' },
      ]),
    ],
  ),
  story(
    'claim-pending',
    'A claim finds no volume',
    'Somebody asked half an hour ago for a volume of the class longhorn-ssd, which is not there: the claim goes on waiting.',
    [
      {
        ...{ thing: 'storage', action: 'claimAsked', claim: 'media/photo-imports' },
        ...{ storageClass: 'longhorn-ssd', agoMs: 30 * MINUTE_MS },
      },
    ],
    [{ thing: 'storage', action: 'claimGoes', claim: 'media/photo-imports' }],
  ),
  told(
    'mount-failing',
    'A volume is held by a dead node',
    'nuc2 is lost, and jellyfin is started elsewhere by force: its volume is still attached to nuc2, and cannot be attached twice.',
    [
      ...atOnce(0, [{ action: 'silenceNode', node: 'nuc2' }]),
      ...atOnce(GIVEN_UP_MS, [
        fault('media/jellyfin', { is: 'unattached', message: multiAttach('media/jellyfin-data') }),
      ]),
      ...atOnce(WAITS_MS, [{ action: 'reviveNode', node: 'nuc2' }]),
      ...atOnce(15_000, [{ action: 'workloadHeals', workload: 'media/jellyfin' }]),
    ],
  ),
  told(
    'ceph-warn',
    'Ceph is not well',
    'A Ceph by Rook stands beside Longhorn: it warns of a disk that is nearly full, and a minute later it is full and another one is down.',
    [
      ...atOnce(0, [{ thing: 'storage', action: 'cephSays', ...CEPH_WARNS }]),
      ...atOnce(90_000, [{ thing: 'storage', action: 'cephSays', ...CEPH_FAILS }]),
      ...atOnce(FAULT_MS - 90_000, [{ thing: 'storage', action: 'cephGoes' }]),
    ],
  ),
];

function multiAttach(claim: string): string {
  return `Multi-Attach error for volume "${volumeNamed(claim)}" Volume is already exclusively attached to one node and can't be attached to another`;
}
