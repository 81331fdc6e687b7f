import { expect, test } from 'vitest';
import type { Keeper } from '#server/history/keeper.ts';
import { someKept } from './kept-data.ts';

/** What every keeper does, wherever it keeps. `create` gives a new, empty one. */
export function keptContract(create: () => Keeper): void {
  test('knows nothing at first', () => {
    const keeper = create();
    expect(keeper.identityBehind('https://10.0.0.1:6443')).toBe('');
    expect(keeper.load('abc')).toEqual({ episodes: [], acknowledgements: [], memories: {}, figures: [] });
    expect(keeper.problem).toBe('');
    keeper.close();
  });

  test('gives back what it was given, cluster by cluster', () => {
    const keeper = create();
    const other = someKept({ episodes: [], figures: [] });
    keeper.save('abc', someKept(), 'now');
    keeper.save('def', other, 'now');
    expect(keeper.load('abc')).toEqual(someKept());
    expect(keeper.load('def')).toEqual(other);
    expect(keeper.load('ghi').episodes).toEqual([]);
    keeper.close();
  });

  test('what is no longer given is gone', () => {
    const keeper = create();
    keeper.save('abc', someKept(), 'now');
    keeper.save('abc', someKept({ acknowledgements: [], memories: {} }), 'now');
    expect(keeper.load('abc')).toEqual(someKept({ acknowledgements: [], memories: {} }));
    keeper.close();
  });

  test('what it gave is not changed by whoever got it', () => {
    const keeper = create();
    keeper.save('abc', someKept(), 'now');
    keeper.load('abc').episodes.pop();
    expect(keeper.load('abc').episodes).toHaveLength(1);
    keeper.close();
  });

  test('remembers whose cluster was last seen behind an address', () => {
    const keeper = create();
    keeper.rememberIdentity('https://10.0.0.1:6443', 'abc');
    keeper.rememberIdentity('https://10.0.0.2:6443', 'xyz');
    keeper.rememberIdentity('https://10.0.0.1:6443', 'def');
    expect(keeper.identityBehind('https://10.0.0.1:6443')).toBe('def');
    expect(keeper.identityBehind('https://10.0.0.2:6443')).toBe('xyz');
    keeper.close();
  });
}
