import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../web');
const css = readFileSync(join(folder, 'style/tokens.css'), 'utf8');

/** The names that a rule sets, by its selector. */
function rule(selector: string): Record<string, string> {
  const blocks = [...css.matchAll(/([^{}]+)\{([^}]*)\}/g)].filter(([, selectors]) =>
    (selectors ?? '')
      .replace(/\/\*[^]*?\*\//g, '')
      .split(',')
      .some((one) => one.trim() === selector),
  );
  return Object.fromEntries(
    blocks.flatMap(([, , body]) =>
      [...(body ?? '').matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
    ),
  );
}

const root = rule(':root');

function colour(names: Record<string, string>, name: string): [number, number, number] {
  const value = names[name] ?? rule('[data-level]')[name] ?? root[name] ?? '';
  const other = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  if (other !== undefined) return colour(names, other);
  const hex = /^#(\w\w)(\w\w)(\w\w)$/.exec(value === 'transparent' ? (root['--ground'] ?? '') : value);
  if (hex === null) throw new Error(`${name} is no colour: ${value}`);
  return [1, 2, 3].map((i) => parseInt(hex[i] ?? '', 16)) as [number, number, number];
}

function luminance(rgb: number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(names: Record<string, string>, front: string, ground: string): number {
  const [light = 0, dark = 0] = [front, ground].map((name) => luminance(colour(names, name))).toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const levels = ['ok', 'notice', 'warn', 'bad', 'unknown', 'absent', 'unwatched'];

describe.each(levels)('%s', (level) => {
  const names = rule(`[data-level='${level}']`);

  test.each([
    ['--ink', '--face'],
    ['--soft', '--face'],
    ['--white', '--back'],
    ['--back-soft', '--back'],
  ])('words in %s on %s can be read (WCAG AA, 4.5)', (front, ground) => {
    expect(contrast(names, front, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test('its mark is seen on its face (WCAG AA for graphics, 3)', () => {
    expect(contrast(names, '--mark', '--face')).toBeGreaterThanOrEqual(3);
  });
});

test.each([
  ['--white', '--ground'],
  ['--dim', '--ground'],
  ['--dim', '--card'],
  ['--command-ink', '--command-face'],
  ['--ground', '--demo'],
  ['--dim', '--chart-gap'],
  ['--white', '--chosen-face'],
])('words in %s on %s can be read', (front, ground) => {
  expect(contrast({}, front, ground)).toBeGreaterThanOrEqual(4.5);
});

test.each(['--chart-line', '--chart-mark', '--warning', '--failing'])(
  '%s is seen on a chart (WCAG AA for graphics, 3)',
  (front) => {
    for (const ground of ['--card', '--chart-gap']) expect(contrast({}, front, ground)).toBeGreaterThanOrEqual(3);
  },
);

test('no other file of the page names a colour', () => {
  // Black is the word for "here" in a mask, and no colour.
  const colours = /#(?!000\b)[0-9a-f]{3}(?:[0-9a-f]{3})?\b|\b(?:rgb|hsl|oklch)a?\(/i;
  const files = globSync('**/*.{svelte,css,ts}', { cwd: folder }).filter(
    (path) => path !== join('style', 'tokens.css'),
  );
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((path) => colours.test(readFileSync(join(folder, path), 'utf8')))).toEqual([]);
});
