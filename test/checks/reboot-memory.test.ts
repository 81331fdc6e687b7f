import { describe, expect, test } from 'vitest';
import { rememberReboot, type RebootMemory } from '#server/checks/reboot-memory.ts';
import { aNode } from '#test/builders/node.ts';
import { anEvent } from '#test/builders/facts.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';

const look = (before: RebootMemory | undefined, bootId: string, now: number, parts: SnapshotParts = {}) =>
  rememberReboot(before, 'nuc0', aSnapshot({ now, nodes: [aNode({ bootId })], ...parts }));
const first = look(undefined, 'one', noon);
const told = (bootId: string, at: number) =>
  anEvent({
    reason: 'Rebooted',
    message: `Node nuc0 has been rebooted, boot id: ${bootId}`,
    about: { kind: 'Node', namespace: null, name: 'nuc0' },
    firstAt: at,
    lastAt: at,
  });

describe('a reboot', () => {
  test('is not what is seen first', () => {
    expect(first).toEqual({ bootId: 'one', seenAt: noon, rebootedAt: null, notBefore: null });
  });

  test('is another boot ID, at the moment at which it is told', () => {
    const at = noon + minute;
    expect(look(first, 'two', at)).toEqual({ bootId: 'two', seenAt: at, rebootedAt: at, notBefore: null });
  });

  test('while the wall was off was after it was last seen, unless the kubelet says when', () => {
    const at = noon + 9 * hour;
    expect(look(first, 'two', at)).toMatchObject({ rebootedAt: at, notBefore: noon });
    const events = [told('zero', noon - hour), told('two', at - 20 * minute)];
    expect(look(first, 'two', at, { events })).toMatchObject({ rebootedAt: at - 20 * minute, notBefore: null });
  });

  test('in ten minutes in which nobody watched may have been in any of them', () => {
    const at = noon + 10 * minute;
    expect(look(first, 'two', at)).toMatchObject({ rebootedAt: at, notBefore: noon });
    const blind = look(first, 'two', at - 1_000, { sources: { nodes: { fresh: false } } });
    expect(look(blind, 'two', at)).toMatchObject({ rebootedAt: at, notBefore: noon });
  });

  test('is told by the kubelet a moment later, too', () => {
    const at = noon + 9 * hour;
    const before = look(first, 'two', at);
    const after = look(before, 'two', at + 1_000, { events: [told('two', at - hour)] });
    expect(after).toMatchObject({ rebootedAt: at - hour, notBefore: null });
  });

  test('is not a node that tells no boot ID, is gone or cannot be seen', () => {
    expect(look(first, '', noon + hour)).toBe(first);
    expect(look(first, 'two', noon + hour, { nodes: [] })).toBe(first);
    expect(look(first, 'two', noon + hour, { sources: { nodes: { fresh: false } } })).toBe(first);
    const silent = look(undefined, '', noon);
    expect(look(silent, 'one', noon + minute)).toMatchObject({ bootId: 'one', rebootedAt: null });
  });

  test('stays told, and is replaced by the next', () => {
    const once = look(first, 'two', noon + minute);
    expect(look(once, 'two', noon + day)).toMatchObject({ rebootedAt: noon + minute });
    expect(look(once, 'three', noon + 3 * minute)).toMatchObject({ rebootedAt: noon + 3 * minute });
  });
});

describe('what is kept', () => {
  test('changes four times a minute only, and does not stay in the future', () => {
    expect(look(first, 'one', noon + 14_000)).toBe(first);
    expect(look(first, 'one', noon + 15_000).seenAt).toBe(noon + 15_000);
    expect(look(first, 'one', noon - 3 * day).seenAt).toBe(noon - 3 * day);
  });

  test('is small, whatever a node tells', () => {
    expect(JSON.stringify(look(undefined, 'x'.repeat(10_000), noon)).length).toBeLessThan(300);
  });
});
