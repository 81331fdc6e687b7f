import type { CephClusterFact } from '#server/facts/ceph-cluster.ts';
import type { Level } from '#shared/level.ts';

/** A named check of Ceph with what it is worth to an owner. */
export interface CephTrouble {
  name: string;
  message: string;
  level: Exclude<Level, 'ok' | 'unknown'>;
}

/** What Rook writes where its operator cannot ask Ceph. */
const unreachableKey = 'error';

/**
 * Named checks that Ceph calls a warning and that are less or more than that. What is in no list is a warning: a new check of
 * Ceph is not fine because nobody here knows it.
 */
const harmless: readonly RegExp[] = [
  // Said of how it is set up, or of what is long over.
  /^AUTH_INSECURE_/,
  /^(?:RECENT_CRASH|RECENT_MGR_MODULE_CRASH)$/,
  /^TELEMETRY_CHANGED$/,
  /^(?:POOL_APP_NOT_ENABLED|POOL_NO_REDUNDANCY|POOL_TOO_FEW_PGS|POOL_TOO_MANY_PGS|POOL_PG_NUM_NOT_POWER_OF_TWO)$/,
  /^(?:TOO_FEW_PGS|TOO_MANY_PGS|MANY_OBJECTS_PER_PG)$/,
  /^(?:PG_NOT_SCRUBBED|PG_NOT_DEEP_SCRUBBED)$/,
  /^(?:MON_MSGR2_NOT_ENABLED|MON_DISK_BIG|OSD_UPGRADE_FINISHED|DAEMON_OLD_VERSION|OLD_CRUSH_TUNABLES)$/,
  /^(?:LARGE_OMAP_OBJECTS|DASHBOARD_DEBUG|BLUESTORE_NO_PER_(?:POOL|PG)_OMAP|BLUESTORE_LEGACY_STATFS)$/,
];

/** Data cannot be read or written, are damaged or about to be. */
const grave: readonly RegExp[] = [
  /^(?:PG_AVAILABILITY|PG_DAMAGED|PG_RECOVERY_FULL|PG_BACKFILL_FULL|OBJECT_UNFOUND|OSD_SCRUB_ERRORS)$/,
  /^(?:OSD_FULL|OSD_NO_DOWN_OUT_INTERVAL_FULL|POOL_FULL|MON_DISK_CRIT)$/,
  /^(?:MDS_ALL_DOWN|FS_WITH_FAILED_MDS|MDS_DAMAGE)$/,
  /^BLUESTORE_SPURIOUS_READ_ERRORS$/,
];

/** The checks of a cluster, the worst first; the one of the operator, which is no check of Ceph, left out. */
export function cephTroubles({ checks }: CephClusterFact): CephTrouble[] {
  const order = { bad: 0, warn: 1, notice: 2 };
  return checks
    .filter(({ name }) => name !== unreachableKey)
    .map(({ name, severity, message }) => ({ name, message, level: levelOf(name, severity) }))
    .sort((a, b) => order[a.level] - order[b.level]);
}

function levelOf(name: string, severity: string): CephTrouble['level'] {
  if (severity === 'HEALTH_ERR' || grave.some((pattern) => pattern.test(name))) return 'bad';
  return harmless.some((pattern) => pattern.test(name)) ? 'notice' : 'warn';
}

/** What the operator says where it cannot reach Ceph; null where it can. */
export function unreachableWords({ checks }: CephClusterFact): string | null {
  return checks.find(({ name }) => name === unreachableKey)?.message ?? null;
}
