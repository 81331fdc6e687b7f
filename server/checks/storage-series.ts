import { defineSeries, type SeriesRule } from '#server/engine/define-series.ts';
import { claimFigures } from './claim-figures.ts';
import { claimSubject, claimUses, isMeasuredNow, type ClaimUse } from './claim-use.ts';
import { shorten } from './shorten.ts';

/**
 * How much of each claim's volume is used. The one series of a claim: 1,000 are kept in all, and 500 claims must find room.
 * What a node's disk or a server holds is not the claim's.
 */
export const storageUsed = defineSeries({
  series: 'storage/used',
  unit: 'bytes',
  title: (subject) => `Used of ${shorten(subject?.name ?? 'volumes', 60)}`,
  // Kubelets are asked themselves: they go on measuring while the API is silent.
  needs: ['nodeStats'],
  lasting: true,
  *read(snapshot) {
    for (const use of claimUses(snapshot).values()) {
      const value = isMeasuredNow(use, snapshot) ? usedOf(use) : null;
      if (value !== null) yield { subject: claimSubject(use.claim), value };
    }
  },
});

/** All that is measured of volumes. */
export const storageSeries: SeriesRule[] = [storageUsed];

/** Also where nobody tells how large it is. */
function usedOf(use: ClaimUse): number | null {
  return use.shares === null ? (use.stats?.usedBytes ?? claimFigures(use)?.used ?? null) : null;
}
