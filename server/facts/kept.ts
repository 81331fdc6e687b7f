import { numberOf, type Raw } from './read-raw.ts';

/**
 * How many backups a policy of restic keeps for certain: the largest of its numbers, since one backup may be the last, the
 * day's, the week's and the month's at once. Null if it counts none.
 */
export function keptOf(policy: Raw, keys: readonly string[]): number | null {
  // VolSync once wrote them as texts.
  const counts = keys.flatMap((key) => {
    const told = policy[key];
    return numberOf(typeof told === 'string' && /^\d{1,7}$/.test(told) ? Number(told) : told, 1, 1e7) ?? [];
  });
  return counts.length === 0 ? null : Math.max(...counts);
}
