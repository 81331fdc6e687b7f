import { createRandom } from '#server/cluster/demo/random.ts';
import { describe, expect, test } from 'vitest';

describe('random numbers of the demo', () => {
  test('the same seed gives the same numbers, another seed others', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return [random.next(), random.between(1, 1000), random.hex(16), random.suffix(5), random.uid()];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(8)).not.toEqual(draw(7));
  });

  test('a fork is not disturbed by what is drawn elsewhere', () => {
    const [one, other] = [createRandom(7), createRandom(7)];
    other.hex(1000);
    expect(other.fork('life').hex(20)).toBe(one.fork('life').hex(20));
    expect(one.fork('answers').hex(20)).not.toBe(one.fork('life').hex(20));
  });

  test('numbers keep within their bounds and reach both ends', () => {
    const random = createRandom(3);
    const drawn = Array.from({ length: 500 }, () => random.between(8, 20));
    expect(Math.min(...drawn)).toBe(8);
    expect(Math.max(...drawn)).toBe(20);
  });

  test('UIDs look like those of the API server', () => {
    expect(createRandom(1).uid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
