import { defineTile, type TileFigure } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { backupAges, type BackupAges } from '../backup-ages.ts';
import { backupCells, backupColumns } from '../backup-cells.ts';
import { coverageOf, type Coverage } from '../backup-coverage.ts';
import { backupMemoryCheck } from '../backup-memory.ts';
import { backupSeries } from '../backup-series.ts';
import { backupKinds, backupView } from '../backup-view.ts';
import { coveredName } from '../backup-words.ts';
import failed from './failed.ts';
import noTarget from './no-target.ts';
import onlyOnTheSameDisk from './only-on-the-same-disk.ts';
import restoreNeverTested from './restore-never-tested.ts';
import retentionOfOne from './retention-of-one.ts';
import schedulePaused from './schedule-paused.ts';
import shrank from './shrank.ts';
import targetUnavailable from './target-unavailable.ts';
import tooOld from './too-old.ts';
import uncovered from './uncovered.ts';

const hour = 3_600_000;

/** The backups: how old the newest one of the volume is that fares worst, and how many are covered. */
export default defineTile({
  area: 'backups',
  needs: [...backupKinds],
  checks: [
    // First: the others ask what it remembers.
    shrank,
    uncovered,
    targetUnavailable,
    noTarget,
    failed,
    tooOld,
    schedulePaused,
    retentionOfOne,
    onlyOnTheSameDisk,
    restoreNeverTested,
  ],
  series: backupSeries,
  figure(snapshot, context) {
    const coverage = coverageOf(snapshot);
    if (coverage.total === 0) return withoutClaims(snapshot);
    const ages = backupAges(snapshot, context?.memory(backupMemoryCheck) ?? new Map());
    return { ...ageFigure(ages, snapshot.now), rest: restOf(coverage, ages), detail: detail(coverage, ages, snapshot) };
  },
  columns: backupColumns,
  cells: backupCells,
});

/** A backup system that has nothing to do yet; nothing at all is absent. */
function withoutClaims(snapshot: Snapshot): TileFigure | null {
  if (snapshot.facts('persistentVolumeClaim').size === 0 && backupView(snapshot).systems.length === 0) return null;
  return { value: '–', detail: say('no volume in use is to be backed up') };
}

function ageFigure({ oldest }: BackupAges, now: number): Pick<TileFigure, 'value' | 'unit'> {
  if (oldest === null) return { value: '–' };
  const hours = Math.floor(Math.max(0, now - oldest.at) / hour);
  if (hours < 1) return { value: '<1', unit: 'h' };
  return hours < 48 ? { value: String(hours), unit: 'h' } : { value: String(Math.floor(hours / 24)), unit: 'days' };
}

function restOf({ total, not }: Coverage, { known, oldest }: BackupAges): string {
  if (oldest === null || not.length > 0) return `${total - not.length} of ${total} covered`;
  return known === 1 ? 'since the last' : `since the oldest of ${known}`;
}

/** What deserves the line most: what nothing covers, what was never made, what is old, else that all is well. */
function detail({ not }: Coverage, { oldest, never }: BackupAges, { now }: Snapshot): Say {
  const [first = '', ...others] = not;
  const values = { name: coveredName(first), more: others.length };
  if (not.length === 1) return say('{name} is not backed up', values);
  if (not.length > 1) return say('{name} and {more} more are not backed up', values);
  const [unmade] = never;
  if (unmade !== undefined) return say('no backup of {name} yet', { name: coveredName(unmade) });
  if (oldest === null) return say('no backup yet');
  const hours = Math.max(1, Math.ceil((now - oldest.at) / hour));
  if (hours <= 48) return say('every volume backed up within {within:duration}', { within: hours * hour });
  return say('{name}: {at:age} ago', { name: coveredName(oldest.covered), at: oldest.at });
}
