import { describe, expect, test } from 'vitest';
import type { ClockMemory } from '#server/checks/clock-memory.ts';
import clockOff from '#server/checks/nodes/clock-off.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, noon, second } from '#test/builders/time.ts';

const memoryOf = (aheadMs: number | null): ClockMemory => ({
  renewTime: 't',
  samples: [],
  seenAt: noon,
  aheadMs,
  watching: true,
  judgedAt: noon,
});

/** Verdicts where the clocks of these nodes are so much ahead of ours, null for one that is not known. */
function verdictsOf(clocks: Record<string, number | null>, part: Partial<NodeFact> = {}) {
  const nodes = Object.keys(clocks).map((name) => aNode({ name, ...part }));
  const memory = new Map(Object.entries(clocks).map(([name, aheadMs]) => [name, memoryOf(aheadMs)]));
  return judged(clockOff, aSnapshot({ nodes }), { memory });
}

const told = (clocks: Record<string, number | null>) =>
  verdictsOf(clocks).map(({ subject, level, say }) => `${subject.kind}/${subject.name} ${level}: ${sentence({ say })}`);

describe('the clock of a node', () => {
  test('that goes as ours is right, and one that is not known yet is not judged', () => {
    expect(told({ nuc0: 0, nuc1: -9_999, nuc2: null })).toEqual([
      'Node/nuc0 ok: the clock of nuc0 is right',
      'Node/nuc1 ok: the clock of nuc1 is right',
    ]);
  });

  test('that is off by 10 s is a warning, by a minute bad, and says by how much and which way', () => {
    expect(told({ nuc0: 0, nuc1: 0, nuc2: 0, pi3: -42 * second })).toContain(
      'Node/pi3 warn: the clock of pi3 is 42 s behind ours',
    );
    expect(told({ nuc0: 0, nuc1: 0, nuc2: 0, pi3: 7 * hour })).toContain(
      'Node/pi3 bad: the clock of pi3 is 7 h ahead of ours',
    );
    const level = (off: number) => verdictsOf({ nuc0: 0, nuc1: 0, pi3: off }).at(-1)!.level;
    expect([9_999, 10_000, 59_999, 60_000, -60_000].map(level)).toEqual(['ok', 'warn', 'warn', 'bad', 'bad']);
  });

  test('has evidence and commands for its system', () => {
    const [, , pi3] = verdictsOf({ nuc0: 0, nuc1: 0, pi3: -42 * second });
    expect(evidenceOf(pi3!)).toEqual(['its heartbeats bear times 42 s before we see them come']);
    expect(commandsOf(pi3!)).toEqual(['timedatectl status', 'timedatectl set-ntp true', 'chronyc makestep']);
    const talos = { osImage: 'Talos (v1.13.0)', kubeletVersion: 'v1.36.4', internalIp: '192.168.1.13' };
    expect(commandsOf(verdictsOf({ nuc0: 0, nuc1: 0, pi3: -42 * second }, talos).at(-1)!)).toEqual([
      'talosctl -n 192.168.1.13 time',
    ]);
  });

  test('of the only node differs from ours, whichever is wrong', () => {
    expect(told({ pi3: 42 * second })).toEqual(['Node/pi3 warn: the clock of pi3 is 42 s ahead of ours']);
  });
});

describe('our own clock is the wrong one', () => {
  test('where most nodes are off alike: one finding about the wall, and none about them', () => {
    expect(told({ nuc0: 7 * hour, nuc1: 7 * hour - 2 * second, nuc2: 7 * hour + second })).toEqual([
      'Wall/wall bad: our own clock is 7 h behind those of 3 of 3 nodes',
      'Node/nuc0 ok: the clock of nuc0 is right',
      'Node/nuc1 ok: the clock of nuc1 is right',
      'Node/nuc2 ok: the clock of nuc2 is right',
    ]);
    expect(told({ nuc0: -12 * second, nuc1: -12 * second })[0]).toBe(
      'Wall/wall warn: our own clock is 12 s ahead of those of 2 of 2 nodes',
    );
  });

  test('and the others are judged by what most of them say', () => {
    expect(told({ nuc0: 30 * second, nuc1: 31 * second, nuc2: 30 * second, pi3: -12 * second })).toEqual([
      'Wall/wall warn: our own clock is 30 s behind those of 3 of 4 nodes',
      'Node/nuc0 ok: the clock of nuc0 is right',
      'Node/nuc1 ok: the clock of nuc1 is right',
      'Node/nuc2 ok: the clock of nuc2 is right',
      'Node/pi3 warn: the clock of pi3 is 42 s behind those of the other nodes',
    ]);
  });

  test('not where half of them agree, or each is off by something else', () => {
    const kinds = (clocks: Record<string, number>) => verdictsOf(clocks).map(({ subject }) => subject.kind);
    expect(kinds({ a: 0, b: 0, c: 30 * second, d: 30 * second })).not.toContain('Wall');
    expect(kinds({ a: 20 * second, b: 60 * second, c: -90 * second })).not.toContain('Wall');
  });
});

test('nothing is said of clocks while the leases cannot be seen, and what was found is believed no longer', () => {
  const nodes = [aNode({ name: 'pi3' })];
  const memory = new Map([['pi3', memoryOf(7 * hour)]]);
  const sources = { leases: { fresh: false, state: 'stale' as const } };
  expect(judged(clockOff, aSnapshot({ nodes, sources }), { memory })).toEqual([]);
  expect(judged(clockOff, aSnapshot({ nodes }), { memory })[0]?.sources).toEqual(['leases']);
});

test('a node that lives in another time explains that it refuses certificates, and no other node', () => {
  const snapshot = aSnapshot();
  const [, , pi3] = verdictsOf({ nuc0: 0, nuc1: 0, pi3: 7 * hour });
  const refused = (name: string) =>
    anEffect('certificates/refused-inside', { subject: { kind: 'Node', name }, level: 'warn' });
  expect(explains(clockOff, pi3!, refused('pi3'), snapshot)).toBe(true);
  expect(explains(clockOff, pi3!, refused('nuc0'), snapshot)).toBe(false);
  const [, , little] = verdictsOf({ nuc0: 0, nuc1: 0, pi3: 20 * second });
  expect(explains(clockOff, little!, refused('pi3'), snapshot)).toBe(false);
});
