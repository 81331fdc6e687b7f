import type { Level } from '#shared/level.ts';

/** What bars look like; the page reads it from its style. `size` of letters in px. */
export interface BarsLook {
  levels: Record<Level, string>;
  names: string;
  words: string;
  grid: string;
  /** Behind the bars: what is cut out of them is filled with it. */
  ground: string;
  family: string;
  size: number;
}

/** Reads the look of what stands at this place of the page. */
export function barsLookAt(place: HTMLElement): BarsLook {
  const style = getComputedStyle(place);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    levels: {
      ok: read('--good'),
      notice: read('--moment'),
      warn: read('--warning'),
      bad: read('--failing'),
      unknown: read('--blind-edge'),
    },
    names: read('--white'),
    words: read('--dim'),
    grid: read('--line'),
    ground: read('--card'),
    family: style.fontFamily,
    size: Math.max(12, parseFloat(style.fontSize) * 0.85),
  };
}
