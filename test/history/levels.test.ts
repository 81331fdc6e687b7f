import { beforeEach, describe, expect, test } from 'vitest';
import type { LevelStore } from '#server/history/history.ts';
import { createLevels } from '#server/history/levels.ts';

const hour = 3_600_000;
let levels: LevelStore;

beforeEach(() => {
  levels = createLevels();
});

const read = (subject: string, from = 0, to = Infinity) => levels.read(subject, from, to);

describe('levels', () => {
  test('are stretches, each ending where the next begins', () => {
    levels.record('nodes', 'ok', 10);
    levels.record('nodes', 'ok', 20);
    levels.record('nodes', 'bad', 30);
    expect(read('nodes')).toEqual([
      { level: 'ok', from: 10, to: 30 },
      { level: 'bad', from: 30, to: null },
    ]);
  });

  test('have a gap where nobody watched', () => {
    levels.record('nodes', 'ok', 10);
    levels.pause(20);
    levels.record('nodes', 'ok', 90);
    expect(read('nodes')).toEqual([
      { level: 'ok', from: 10, to: 20 },
      { level: 'ok', from: 90, to: null },
    ]);
  });

  test('are cut to those that touch the time asked for', () => {
    levels.record('nodes', 'ok', 10);
    levels.record('nodes', 'bad', 20);
    levels.record('nodes', 'ok', 30);
    expect(read('nodes', 20, 30)).toEqual([{ level: 'bad', from: 20, to: 30 }]);
    expect(read('nodes', 40, 50)).toEqual([{ level: 'ok', from: 30, to: null }]);
  });

  test('of a subject that nobody knows are null', () => {
    expect(levels.read('nodes', 0, 1)).toBeNull();
  });

  test('are kept for 24 hours', () => {
    levels.record('nodes', 'bad', 0);
    levels.record('nodes', 'ok', hour);
    levels.record('nodes', 'bad', 25 * hour + 1);
    expect(read('nodes')?.map(({ from }) => from)).toEqual([hour, 25 * hour + 1]);
  });

  test('are at most 2,000 stretches of a subject', () => {
    for (let i = 0; i < 3_000; i += 1) levels.record('nodes', i % 2 === 0 ? 'ok' : 'bad', i);
    expect(read('nodes')).toHaveLength(2_000);
    expect(read('nodes')?.at(-1)?.from).toBe(2_999);
  });

  test('are of at most 1,000 subjects; what is over for longest goes first, and no area', () => {
    levels.record('nodes', 'ok', 0);
    levels.record('a|lasting', 'bad', 0);
    levels.record('a|over', 'bad', 1);
    levels.record('a|over', 'ok', 2);
    for (let i = 0; i < 998; i += 1) levels.record(`a|${i}`, 'bad', 3);
    expect(levels.read('a|over', 0, 10)).toBeNull();
    levels.record('a|one more', 'bad', 4);
    expect(levels.read('nodes', 0, 10)).not.toBeNull();
    expect(levels.read('a|one more', 0, 10)).not.toBeNull();
    expect(levels.read('a|lasting', 0, 10)).toBeNull();
  });
});
