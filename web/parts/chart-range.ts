const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How much of the past a chart shows. */
export type RangeName = '6h' | '24h' | '7d' | '30d' | '2y';

/** Those that an owner chooses from, and how they are called; `6h` is for what has just begun. */
export const rangeChoices: readonly RangeName[] = ['24h', '7d', '30d', '2y'];

export const rangeTitles: Record<RangeName, string> = {
  '6h': '6 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
  '2y': '2 y',
};

/** How long each is, ms. */
export const rangeMs: Record<RangeName, number> = {
  '6h': 6 * hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '2y': 730 * dayMs,
};

/** The shortest range in which one sees how it was before and what became of it since then. */
export function rangeShowing(since: number, now: number): RangeName {
  const age = now - since;
  if (age <= 4 * hourMs) return '6h';
  if (age <= 20 * hourMs) return '24h';
  return age <= 6 * dayMs ? '7d' : '30d';
}

/** True if a stranger's string (what a browser has kept) names a range to choose. */
export function isRangeChoice(text: string | null): text is RangeName {
  return (rangeChoices as readonly (string | null)[]).includes(text);
}
