import { defineSeries, type SeriesRule } from '#server/engine/define-series.ts';
import { backupAges } from './backup-ages.ts';
import { coverageOf } from './backup-coverage.ts';
import { backupKinds } from './backup-view.ts';

/** How old the newest backup of the volume is that fares worst. What is gone is not remembered here: it is no backup any more. */
export const oldestBackup = defineSeries({
  series: 'backups/age',
  unit: 'ms',
  title: () => 'Oldest newest backup',
  needs: [...backupKinds],
  read(snapshot) {
    const { oldest } = backupAges(snapshot, new Map());
    return oldest === null ? [] : [{ subject: null, value: Math.max(0, snapshot.now - oldest.at) }];
  },
});

/** How many of the volumes in use are backed up by anything. */
export const volumesCovered = defineSeries({
  series: 'backups/covered',
  unit: 'percent',
  title: () => 'Volumes backed up',
  needs: [...backupKinds],
  read(snapshot) {
    const { total, not } = coverageOf(snapshot);
    return total === 0 ? [] : [{ subject: null, value: (100 * (total - not.length)) / total }];
  },
});

/** All that is measured of backups. */
export const backupSeries: SeriesRule[] = [oldestBackup, volumesCovered];
