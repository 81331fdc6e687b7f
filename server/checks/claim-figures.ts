import type { Snapshot } from '#server/engine/snapshot.ts';
import { isMeasuredNow, type ClaimUse } from './claim-use.ts';
import { fullness, inodesGiven } from './node-use.ts';
import { perInputs } from './per-inputs.ts';

/** What of a claim's volume is used, by its last figures. Bytes. */
export interface ClaimFigures {
  used: number;
  free: number;
  /** What there is for files: without what a file system keeps for itself, so that `used` grows up to it. */
  room: number;
  /** How full it is, 0 to 100: what is reserved counts as used. */
  percent: number;
}

/** The figures of a claim that has its own, fresh or not; null where they are not told, or are those of a node's disk or of a server. */
export const claimFigures: (use: ClaimUse) => ClaimFigures | null = perInputs(({ stats, shares }: ClaimUse) => {
  if (stats === null || shares !== null) return null;
  const percent = fullness(stats);
  const { capacityBytes, availableBytes, usedBytes } = stats;
  if (percent === null || capacityBytes === null || availableBytes === null) return null;
  const free = Math.min(availableBytes, capacityBytes);
  const used = Math.min(usedBytes ?? capacityBytes - free, capacityBytes - free);
  return { used, free, room: used + free, percent };
});

/** How many of its inodes are given away, percent; null likewise, and where there is no limit. */
export function claimInodes({ stats, shares }: ClaimUse): number | null {
  return stats === null || shares !== null ? null : inodesGiven(stats);
}

/** The kubelets that could measure a claim and cannot be seen, while nothing was measured yet; empty where it was, or where none is to be seen (not mounted, forbidden). */
export function silentKubelets({ stats, pods }: ClaimUse, snapshot: Snapshot): string[] {
  if (stats !== null) return [];
  const names = new Set(pods.flatMap(({ node, phase }) => (node !== null && phase === 'Running' ? [node] : [])));
  return [...names]
    .map((node) => `kubelet/${node}`)
    .filter((name) => {
      const source = snapshot.sources.get(name);
      return source !== undefined && !source.fresh && source.state !== 'forbidden' && source.state !== 'absent';
    });
}

/** A claim by its key, and how full it is in percent. */
export interface Fullest {
  key: string;
  percent: number;
}

/** The claim that is fullest now; null if none is measured. */
export function fullestClaim(uses: ReadonlyMap<string, ClaimUse>, snapshot: Snapshot): Fullest | null {
  let fullest: Fullest | null = null;
  for (const [key, use] of uses) {
    if (!isMeasuredNow(use, snapshot)) continue;
    const percent = claimFigures(use)?.percent ?? null;
    if (percent !== null && (fullest === null || percent > fullest.percent)) fullest = { key, percent };
  }
  return fullest;
}
