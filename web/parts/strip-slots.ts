import type { Stretch } from '#shared/history.ts';
import { byWorst } from '#shared/level.ts';

/** What a slot of the strip shows; null is a gap: nobody watched. */
export type Slot = Stretch['level'] | null;

/** Into how many slots a strip cuts the past, and how long each lasts. */
export interface StripScale {
  count: number;
  slotMs: number;
}

const hourMs = 3_600_000;

/** Half hours of a day, three hours of a week, half days of a month: as many as can be told apart. */
export const dayStrip: StripScale = { count: 48, slotMs: hourMs / 2 };
export const weekStrip: StripScale = { count: 56, slotMs: 3 * hourMs };
export const monthStrip: StripScale = { count: 60, slotMs: 12 * hourMs };

/**
 * The worst level of each slot up to now, oldest first; unknown if it ended blind or most of it was, a gap if most of it
 * was not watched. Slots stand on whole steps, so that they do not crawl.
 */
export function stripSlots(stretches: readonly Stretch[], now: number, scale: StripScale = dayStrip): Slot[] {
  const { count, slotMs } = scale;
  const end = Math.ceil(now / slotMs) * slotMs;
  return Array.from({ length: count }, (_, i) => {
    const from = end - (count - i) * slotMs;
    return slotOf(stretches, from, Math.min(from + slotMs, now), now);
  });
}

/**
 * The stretches as last told, with the level that the board has now at their end. What is told of the present changes no
 * gap before it: the wall may have been off while nothing changed. Without contact (`lostSince`) nothing is known since then.
 */
export function upToNow(
  stretches: readonly Stretch[],
  present: Pick<Stretch, 'level' | 'from'>,
  now: number,
  lostSince: number | null = null,
): Stretch[] {
  const end = lostSince ?? now;
  const upToEnd = endingWith(stretches, present, end);
  if (lostSince === null) return upToEnd;
  const before = upToEnd
    .filter(({ from }) => from < end)
    .map((each) => ({ ...each, to: Math.min(each.to ?? end, end) }));
  return [...before, { level: 'unknown', from: end, to: null }];
}

function endingWith(
  stretches: readonly Stretch[],
  { level, from }: Pick<Stretch, 'level' | 'from'>,
  end: number,
): Stretch[] {
  const last = stretches.at(-1);
  // Nothing is told of the time up to now: the present stands for itself alone.
  if (last === undefined || last.to !== null) return [...stretches, { level, from: end - 1, to: null }];
  if (last.level === level) return [...stretches];
  const turned = Math.max(last.from, Math.min(from, end - 1));
  const before = last.from < turned ? [{ ...last, to: turned }] : [];
  return [...stretches.slice(0, -1), ...before, { level, from: turned, to: null }];
}

function slotOf(stretches: readonly Stretch[], from: number, to: number, now: number): Slot {
  const within = stretches.filter((stretch) => stretch.from < to && (stretch.to ?? now) > from);
  const lasted = ({ from: begin, to: end }: Stretch) => Math.min(end ?? now, to) - Math.max(begin, from);
  const sum = (some: Stretch[]) => some.reduce((ms, stretch) => ms + lasted(stretch), 0);
  const seen = within.filter(({ level }) => level !== 'unknown');
  const worst = seen.map(({ level }) => level).sort(byWorst)[0] ?? null;
  if (worst === 'bad' || worst === 'warn') return worst;
  const seenMs = sum(seen);
  const blindMs = sum(within) - seenMs;
  const gapMs = to - from - seenMs - blindMs;
  const last = within.toSorted((a, b) => a.from - b.from).at(-1);
  // What lasts is the present: it is shown, however short it has been so.
  if (last?.to !== null && gapMs > seenMs && gapMs >= blindMs) return null;
  return last?.level === 'unknown' || (blindMs > 0 && blindMs >= seenMs) ? 'unknown' : worst;
}
