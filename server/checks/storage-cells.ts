import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Bars, Cells, Column } from '#shared/area-rows.ts';
import type { Subject } from '#shared/finding.ts';
import { calmDuration, calmNumber } from './calm-figures.ts';
import { claimFigures, claimInodes } from './claim-figures.ts';
import { claimUses, isMeasuredNow, type ClaimUse } from './claim-use.ts';
import { shorten } from './shorten.ts';
import { forecastOf } from './storage-forecasts.ts';
import { storageUsed } from './storage-series.ts';
import { claimNodes, claimUsers, namesCell, storageKind } from './storage-words.ts';

const day = 86_400_000;

/** The table of all claims, and of what else keeps data. */
export const storageColumns: Column[] = [
  { key: 'name', title: 'Claim', type: 'text' },
  { key: 'namespace', title: 'Namespace', type: 'text' },
  { key: 'used', title: 'Used', type: 'bytes' },
  { key: 'size', title: 'Size', type: 'bytes' },
  { key: 'full', title: 'Full', type: 'percent' },
  {
    ...{ key: 'trend', title: 'Used, 7 d', type: 'spark' },
    measured: { series: storageUsed.series, unit: storageUsed.unit, windowMs: 7 * day },
  },
  { key: 'fullIn', title: 'Full in', type: 'duration' },
  { key: 'kind', title: 'Kept on', type: 'text' },
  { key: 'users', title: 'Used by', type: 'text' },
  { key: 'nodes', title: 'Node', type: 'text' },
  { key: 'inodes', title: 'Inodes', type: 'percent' },
  { key: 'measuredAt', title: 'Measured', type: 'age' },
];

/** The fullest claims first. */
export const storageBars: Bars = { title: 'Claims by fullness', percent: 'full', name: 'name', most: 100 };

const nothing: Cells = {
  ...{ namespace: null, kind: null, used: null, size: null, full: null, inodes: null },
  ...{ fullIn: null, users: null, nodes: null, measuredAt: null },
};

/** One row of it. The last figures of a kubelet that is silent stay, with their age. */
export function storageCells({ kind, namespace, name }: Subject, snapshot: Snapshot): Cells {
  const head: Cells = { ...nothing, name: shorten(name, 80), namespace: namespace ?? null };
  if (kind !== 'PersistentVolumeClaim') {
    // How full a claim is: what is no claim has no bar.
    const { full: _ofClaims, ...others } = head;
    return { ...others, kind: kindWords[kind] ?? null, ...otherCells(name, kind, snapshot) };
  }
  const key = `${namespace ?? ''}/${name}`;
  const use = claimUses(snapshot).get(key);
  return use === undefined ? { ...head, kind: 'gone' } : { ...head, ...claimCells(key, use, snapshot) };
}

/** What stands in the table beside claims. */
const kindWords: Readonly<Record<string, string>> = {
  PersistentVolume: 'a volume without its claim',
  LonghornVolume: 'a Longhorn volume without a claim',
  LonghornNode: 'disks of Longhorn',
  CephCluster: 'a Ceph cluster',
  CSIDriver: 'a storage driver',
  NFSServer: 'an NFS server',
};

function otherCells(name: string, kind: string, snapshot: Snapshot): Cells {
  const volume = kind === 'PersistentVolume' ? snapshot.facts('persistentVolume').get(name) : undefined;
  return volume === undefined ? {} : { size: volume.capacityBytes, nodes: namesCell(volume.nodes) };
}

function claimCells(key: string, use: ClaimUse, snapshot: Snapshot): Cells {
  const { claim, volume, stats, shares } = use;
  const figures = claimFigures(use);
  const inodes = claimInodes(use);
  const left = isMeasuredNow(use, snapshot) ? forecastOf(key, snapshot) : null;
  const used = figures?.used ?? (shares === null ? (stats?.usedBytes ?? null) : null);
  return {
    kind: storageKind(use),
    used: used === null ? null : calmNumber(used),
    // A `local` volume is as large as its disk, whatever was asked for.
    size:
      (shares === null ? stats?.capacityBytes : null) ??
      claim.capacityBytes ??
      volume?.capacityBytes ??
      claim.requestedBytes,
    // Rounded down, so that what is not yet at a limit never reads as if it were.
    full: figures === null ? null : Math.floor(figures.percent),
    inodes: inodes === null ? null : Math.floor(inodes),
    fullIn: left === null ? null : calmDuration(left),
    users: namesCell(claimUsers(use, snapshot)),
    nodes: namesCell(claimNodes(use)),
    measuredAt: figures === null && used === null ? null : (stats?.at ?? null),
  };
}
