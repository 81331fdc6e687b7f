import { expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import { createMemories, type Look } from '#server/engine/memories.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { nodeCheck } from './small-wall.ts';

const most = 5_000;
let subjects: string[] = [];

/** It remembers in which judgement it saw a subject last, and keeps those that are gone if `keeps` says so. */
function seenCheck(keeps?: (memory: number) => boolean): Check {
  let turn = 0;
  return nodeCheck('nodes/seen', {
    remembers: {
      version: 1,
      subjects: () => ((turn += 1), subjects),
      remember: () => turn,
      ...(keeps && { keeps: (memory: unknown) => keeps(memory as number) }),
      acknowledged: (before: unknown) => -(before as number),
    },
  });
}

const look = (more: Partial<Look> = {}): Look => ({ snapshot: aSnapshot(), elapsedMs: 0, blind: false, ...more });
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

test('what is gone is forgotten, and kept as it is where the check says so', () => {
  for (const [check, expected] of [
    [seenCheck(), [['a', 2]]],
    [seenCheck(() => false), [['a', 2]]],
    [
      seenCheck((turn) => turn === 1),
      [
        ['a', 2],
        ['b', 1],
      ],
    ],
  ] as const) {
    const memories = createMemories({}, [check]);
    subjects = ['a', 'b'];
    memories.remember(check, look());
    subjects = ['a'];
    expect([...memories.remember(check, look())]).toEqual(expected);
  }
});

test('what was kept of what is gone is there after a restart, and goes on when it is back', () => {
  const check = seenCheck(() => true);
  const memories = createMemories({}, [check]);
  subjects = ['git/data'];
  memories.remember(check, look());
  const again = createMemories(memories.kept(), [check]);
  subjects = [];
  expect([...again.remember(check, look())]).toEqual([['git/data', 1]]);
  subjects = ['git/data'];
  expect([...again.remember(check, look())]).toEqual([['git/data', 3]]);
});

test('nothing is new while only what is gone is kept', () => {
  const check = seenCheck(() => true);
  const memories = createMemories({}, [check]);
  subjects = ['a'];
  memories.remember(check, look());
  subjects = [];
  const first = memories.remember(check, look());
  expect(memories.remember(check, look())).toBe(first);
  expect(memories.kept()['nodes/seen']).toBe(memories.kept()['nodes/seen']);
});

test('with too many the open ones stay, then what is there, then what went last', () => {
  const check = seenCheck(() => true);
  const memories = createMemories({}, [check]);
  subjects = ['gone-open', 'gone-long-ago'];
  memories.remember(check, look());
  subjects = ['gone-lately'];
  memories.remember(check, look());
  subjects = names('there', most - 2);
  const open = () => new Set(['gone-open', 'never-seen']);
  const kept = memories.remember(check, look({ open }));
  expect(kept.size).toBe(most);
  expect(['gone-open', 'gone-lately', 'gone-long-ago', 'there-0'].map((each) => kept.has(each))).toEqual([
    true,
    true,
    false,
    true,
  ]);
  subjects = names('there', most + 10);
  const full = memories.remember(check, look({ open }));
  expect(full.size).toBe(most);
  expect(['gone-open', 'gone-lately', `there-${most - 2}`, `there-${most - 1}`].map((each) => full.has(each))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('acknowledging changes the memory of its subject alone, and of what is not remembered nothing', () => {
  const check = seenCheck();
  const memories = createMemories({}, [check]);
  subjects = ['git/data', 'git/other'];
  const before = memories.remember(check, look());
  memories.acknowledge(check, 'data', 'mine', 0);
  expect(memories.of('nodes/seen')).toBe(before);
  memories.acknowledge(check, 'git/data', 'mine', 0);
  expect([...memories.of('nodes/seen')]).toEqual([
    ['git/data', -1],
    ['git/other', 1],
  ]);
  expect([...before.values()]).toEqual([1, 1]);
  expect(memories.kept()['nodes/seen']?.subjects).toEqual({ 'git/data': -1, 'git/other': 1 });
});
