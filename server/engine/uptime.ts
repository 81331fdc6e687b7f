import type { Stretch, Uptime } from '#shared/history.ts';

const dayMs = 86_400_000;
const windows = [dayMs, 7 * dayMs, 30 * dayMs];

/** The longest time over which it is told how much of it was good. */
export const longestUptimeMs = 30 * dayMs;

/** How much of the last 24 h, 7 d and 30 d was not bad. `unknown` counts as neither up nor down. */
export function uptimeOf(stretches: readonly Stretch[], now: number): Uptime[] {
  return windows.map((windowMs) => {
    const ms = { watched: 0, bad: 0, unknown: 0 };
    for (const { level, from, to } of stretches) {
      const lasted = Math.max(0, Math.min(to ?? now, now) - Math.max(from, now - windowMs));
      if (level === 'absent' || level === 'unwatched') continue;
      if (level === 'unknown') ms.unknown += lasted;
      else ms.watched += lasted;
      if (level === 'bad') ms.bad += lasted;
    }
    const percent = ms.watched === 0 ? null : (100 * (ms.watched - ms.bad)) / ms.watched;
    return { windowMs, percent, watchedMs: ms.watched, badMs: ms.bad, unknownMs: ms.unknown };
  });
}
