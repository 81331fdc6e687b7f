import { describe, expect, test } from 'vitest';
import { quantityOf } from '#server/facts/quantity.ts';

describe('a quantity', () => {
  test.each([
    ['250m', 0.25],
    ['2', 2],
    [2, 2],
    ['0', 0],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['1e3', 1_000],
    ['1E3', 1_000],
    ['16251908Ki', 16_641_953_792],
    ['64Mi', 67_108_864],
    ['4G', 4e9],
    ['1E', 1e18],
    ['100n', 1e-7],
  ])('written as %j is %d', (value, number) => {
    expect(quantityOf(value, 1e18)).toBeCloseTo(number, 12);
  });

  test.each(['', 'Ki', '-1', '1KB', '1 Gi', '0x10', 'NaN', '1e', '9'.repeat(40), Number.NaN, -1, null, {}, ['4']])(
    'written as %j is none',
    (value) => {
      expect(quantityOf(value, 1e18)).toBeNull();
    },
  );

  test('above what can be is none', () => {
    expect(quantityOf('2E', 1e18)).toBeNull();
    expect(quantityOf('1e300', 1e18)).toBeNull();
    expect(quantityOf(Number.POSITIVE_INFINITY, 1e18)).toBeNull();
  });
});
