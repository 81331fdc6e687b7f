import type { Page } from 'playwright-core';

/** A bar as it stands on the canvas: its length in parts of the longest there could be, and the level that its colour says. */
export interface DrawnBar {
  length: number;
  level: 'ok' | 'warn' | 'bad' | 'unknown';
}

/** The bars of a page by their pixels, from top to bottom; empty where none are drawn. */
export function drawnBars(page: Page): Promise<DrawnBar[]> {
  return page
    .locator('section.bars canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      if (width === 0 || height === 0) return [];
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
      const style = getComputedStyle(canvas);
      const colours = { ok: '--good', warn: '--warning', bad: '--failing', unknown: '--blind-edge' } as const;
      const levels = new Map(
        Object.entries(colours).map(([level, name]) => [
          parseInt(style.getPropertyValue(name).trim().slice(1), 16),
          level as keyof typeof colours,
        ]),
      );
      const levelAt = (x: number, y: number) => {
        const i = 4 * (y * width + x);
        return levels.get((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
      };
      // All bars begin at the same place, and at no other are so many pixels coloured.
      const coloured = Array.from({ length: width }, (_, x) => {
        let count = 0;
        for (let y = 0; y < height; y += 1) if (levelAt(x, y) !== undefined) count += 1;
        return count;
      });
      const begin = coloured.indexOf(Math.max(...coloured));
      const least = 5 * devicePixelRatio;
      const found: { length: number; level: keyof typeof colours }[] = [];
      for (let y = 0; y < height; y += 1) {
        const top = y;
        const level = levelAt(begin, y);
        while (level !== undefined && y < height && levelAt(begin, y) === level) y += 1;
        // A glyph or a letter is thinner.
        if (level === undefined || y - top < least) continue;
        const middle = Math.floor((top + y) / 2);
        let end = begin;
        while (end < width && levelAt(end, middle) === level) end += 1;
        found.push({ length: (end - begin) / (width - begin), level });
      }
      return found;
    });
}
