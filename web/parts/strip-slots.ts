import type { Stretch } from '#shared/history.ts';
import { byWorst } from '#shared/level.ts';

/** What a slot of the strip shows; null is a gap: nobody watched. */
export type Slot = Stretch['level'] | null;

/** How many slots a strip has, and how long one lasts. */
export const slotCount = 48;
export const slotMs = 30 * 60_000;

/** The worst level of each half hour up to now, oldest first; unknown if it ended blind or most of it was. Slots stand on whole half hours, so that they do not crawl. */
export function stripSlots(stretches: readonly Stretch[], now: number): Slot[] {
  const end = Math.ceil(now / slotMs) * slotMs;
  return Array.from({ length: slotCount }, (_, i) => {
    const from = end - (slotCount - i) * slotMs;
    return worstWithin(stretches, from, Math.min(from + slotMs, now), now);
  });
}

/** The stretches of the past with the present level in the place of all that overlaps it. */
export function upToNow(stretches: readonly Stretch[], present: Stretch): Stretch[] {
  const before = stretches
    .filter(({ from }) => from < present.from)
    .map((stretch) => ({ ...stretch, to: Math.min(stretch.to ?? present.from, present.from) }));
  return [...before, present];
}

/** The share of the time watched (and not blind) in which it was not bad, and how long that was. */
export function uptime(
  stretches: readonly Stretch[],
  from: number,
  to: number,
): { percent: number; watchedMs: number } {
  let watchedMs = 0;
  let badMs = 0;
  for (const stretch of stretches) {
    const ms = Math.max(0, Math.min(stretch.to ?? to, to) - Math.max(stretch.from, from));
    if (stretch.level === 'unknown' || stretch.level === 'absent' || stretch.level === 'unwatched') continue;
    watchedMs += ms;
    if (stretch.level === 'bad') badMs += ms;
  }
  return { percent: watchedMs === 0 ? 0 : (100 * (watchedMs - badMs)) / watchedMs, watchedMs };
}

function worstWithin(stretches: readonly Stretch[], from: number, to: number, now: number): Slot {
  const within = stretches.filter((stretch) => stretch.from < to && (stretch.to ?? now) > from);
  const lasted = ({ from: begin, to: end }: Stretch) => Math.min(end ?? now, to) - Math.max(begin, from);
  const sum = (some: Stretch[]) => some.reduce((ms, stretch) => ms + lasted(stretch), 0);
  const seen = within.filter(({ level }) => level !== 'unknown');
  const blind = within.filter(({ level }) => level === 'unknown');
  const worst = seen.map(({ level }) => level).sort(byWorst)[0] ?? null;
  if (worst === 'bad' || worst === 'warn' || blind.length === 0) return worst;
  const last = within.toSorted((a, b) => a.from - b.from).at(-1);
  return last?.level === 'unknown' || sum(blind) >= sum(seen) ? 'unknown' : worst;
}
