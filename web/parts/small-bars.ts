/** The room that small bars are drawn in, in units of their own. */
export const smallBarsSize = { width: 96, height: 24 };
/** More than these would be hairs: the last ones are drawn. */
const most = 10;
/** What is empty is a mark, and not nothing. */
const least = 1.5;
/** The last is so many times as wide as the others: it is told by its shape, and not by a colour. */
const lastWidth = 1.75;
/** The gap behind a bar, as a part of its width. */
const gap = 0.35;
/** A single bar is no wall. */
const fewest = 3;

/** One bar, in units of `smallBarsSize`. */
export interface SmallBar {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Bars of sizes (bytes), oldest first, the largest as high as there is room; what is no size counts as nothing. */
export function smallBars(sizes: readonly number[]): SmallBar[] {
  const shown = sizes.slice(-most).map((size) => (Number.isFinite(size) ? Math.max(0, size) : 0));
  const { width, height } = smallBarsSize;
  const largest = Math.max(...shown, 0) || 1;
  const wide = width / ((1 + gap) * (Math.max(fewest, shown.length) - 1) + lastWidth);
  return shown.map((size, i) => {
    const high = Math.max(least, (size / largest) * height);
    const isLast = i === shown.length - 1;
    return { x: i * wide * (1 + gap), y: height - high, width: isLast ? wide * lastWidth : wide, height: high };
  });
}
