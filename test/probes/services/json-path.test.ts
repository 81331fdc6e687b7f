import { describe, expect, test } from 'vitest';
import { jsonPathOf, valueAt } from '#server/probes/json-path.ts';
import { random } from '#test/engine/random.ts';

describe('a path', () => {
  test.each([
    ['', []],
    ['status', ['status']],
    ['.status', ['status']],
    ['status.database', ['status', 'database']],
    ['items[0].name', ['items', '0', 'name']],
    ['[2][3]', ['2', '3']],
    ['["a.b"].c["d e"]', ['a.b', 'c', 'd e']],
    ['a b.ünder-score_1', ['a b', 'ünder-score_1']],
    ['[""]', ['']],
  ])('%j is %j', (text, steps) => {
    expect(jsonPathOf(text)).toEqual(steps);
  });

  test.each(['.', 'a.', 'a..b', 'a[', 'a[]', 'a[x]', 'a[0', 'a["x]', 'a[0]b', 'a]', '"a"', 'a[-1]', 'a[1.5]'])(
    '%j is none',
    (text) => {
      expect(jsonPathOf(text)).toBeNull();
    },
  );

  test('that is too long or too deep is none', () => {
    expect(jsonPathOf('a'.repeat(501))).toBeNull();
    expect(jsonPathOf(Array.from({ length: 51 }, () => 'a').join('.'))).toBeNull();
    expect(jsonPathOf(Array.from({ length: 50 }, () => 'a').join('.'))).toHaveLength(50);
  });

  test('leads to what a plain walk leads to, whatever is asked of whatever', () => {
    const next = random(3);
    const names = ['a', '0', 'length', '__proto__', 'constructor', 'toString', ''];
    const made = (depth: number): unknown => {
      const kind = next(depth > 4 ? 3 : 5);
      if (kind < 3) return [null, 1, 'text'][kind];
      if (kind === 3) return Array.from({ length: next(3) }, () => made(depth + 1));
      return JSON.parse(
        `{${names
          .slice(0, next(names.length + 1))
          .map((name) => `${JSON.stringify(name)}:${JSON.stringify(made(depth + 1))}`)
          .join(',')}}`,
      );
    };
    let found = 0;
    for (let i = 0; i < 5_000; i += 1) {
      const root = made(0);
      const steps = Array.from({ length: next(4) }, () => names[next(names.length)]!);
      const path = jsonPathOf(steps.map((step) => `["${step}"]`).join(''));
      expect(path).toEqual(steps);
      const walked = steps.reduce<unknown>((value, step) => {
        const entries: [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
        return entries.find(([name]) => name === step)?.[1];
      }, root);
      expect(valueAt(root, steps)).toBe(walked);
      if (walked !== undefined) found += 1;
    }
    expect(found).toBeGreaterThan(500);
  });
});
