import { describe, expect, test } from 'vitest';
import diskFull from '#server/checks/nodes/disk-full.ts';
import notReady from '#server/checks/nodes/not-ready.ts';
import type { TrendPoint } from '#server/engine/define-check.ts';
import type { DiskStats } from '#server/facts/node-stats.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aCondition, aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

const disk = (used: number, part: Partial<DiskStats> = {}): DiskStats => ({
  ...aNodeStats().disk!,
  availableBytes: (100 - used) * 1e9,
  ...part,
});

/** Six hours in which it grew by so much an hour, up to `used`. */
const growing = (used: number, perHour: number): TrendPoint[] =>
  Array.from({ length: 73 }, (_, i) => ({
    at: noon - 6 * hour + i * 5 * minute,
    value: used - perHour * (6 - i / 12),
  }));

const series = 'nodes/disk|Node/nuc0';

function verdictOf(
  used: number,
  perHour = 0,
  { node = {}, settings = {} }: { node?: Partial<NodeFact>; settings?: Record<string, number> } = {},
) {
  const snapshot = aSnapshot({ nodes: [aNode(node)], nodeStats: [aNodeStats({ disk: disk(used) })] });
  return theVerdict(diskFull, snapshot, { settings, trends: { [series]: growing(used, perHour) } });
}

describe('the disk of a node', () => {
  test('is fine below 80 %, a warning from there, bad from 90 %', () => {
    expect([79.99, 80, 89.99, 90].map((used) => verdictOf(used).level)).toEqual(['ok', 'warn', 'warn', 'bad']);
    expect(sentence(verdictOf(40))).toBe('the disk of nuc0 is 40 % full');
    expect(sentence(verdictOf(79.99)), 'never as if it were at the limit').toBe('the disk of nuc0 is 79 % full');
    expect(sentence(verdictOf(93))).toBe('the disk of nuc0 is 93 % full');
    expect(sentence(verdictOf(100))).toBe('the disk of nuc0 is full');
    expect(verdictOf(70, 0, { settings: { warn: 60, bad: 65 } }).level).toBe('bad');
  });

  test('counts what is reserved as used, and tells the bytes', () => {
    const reserved = disk(0, { availableBytes: 8e9, usedBytes: 87e9 });
    const snapshot = aSnapshot({ nodes: [aNode()], nodeStats: [aNodeStats({ disk: reserved })] });
    const verdict = theVerdict(diskFull, snapshot);
    expect(sentence(verdict)).toBe('the disk of nuc0 is 92 % full');
    expect(evidenceOf(verdict)[0]).toBe('92 GB of 100 GB used, 8 GB free');
  });

  test('on k3s is told to evict late', () => {
    const words = 'k3s reports DiskPressure and evicts pods only when less than 5 % is free';
    expect(evidenceOf(verdictOf(92))).toContain(words);
    expect(evidenceOf(verdictOf(92, 0, { node: { kubeletVersion: 'v1.36.4' } }))).not.toContain(words);
  });

  test('shows its chart and the first steps of its distribution, quoted', () => {
    expect(verdictOf(92).series).toEqual([series]);
    expect(commandsOf(verdictOf(92))).toContain('k3s crictl rmi --prune');
    expect(commandsOf(verdictOf(92, 0, { node: { kubeletVersion: 'v1.36.4' } }))).toContain('crictl rmi --prune');
    const talos = { kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' };
    expect(commandsOf(verdictOf(92, 0, { node: talos }))[0]).toBe('talosctl -n 192.168.1.10 usage /var -d 2 -H');
    const odd = aSnapshot({
      nodes: [aNode({ name: 'a b' })],
      nodeStats: [aNodeStats({ node: 'a b', disk: disk(95) })],
    });
    expect(commandsOf(theVerdict(diskFull, odd))).toContain("kubectl describe node 'a b'");
  });

  test('is judged by its own kubelet, and not at all where nothing is measured or the node is gone', () => {
    expect(verdictOf(92).sources).toEqual(['kubelet/nuc0']);
    const none = (parts: Parameters<typeof aSnapshot>[0]) => judged(diskFull, aSnapshot(parts));
    expect(none({ nodes: [aNode()] })).toEqual([]);
    expect(none({ nodeStats: [aNodeStats({ disk: disk(95) })] })).toEqual([]);
    expect(none({ nodes: [aNode()], nodeStats: [aNodeStats({ disk: null })] })).toEqual([]);
    for (const part of [{ capacityBytes: null }, { availableBytes: null }, { capacityBytes: 0 }])
      expect(none({ nodes: [aNode()], nodeStats: [aNodeStats({ disk: disk(95, part) })] })).toEqual([]);
  });

  test('of the images is judged for itself', () => {
    const stats = aNodeStats({ imageDisk: disk(95) });
    const snapshot = aSnapshot({ nodes: [aNode()], nodeStats: [stats] });
    const verdicts = judged(diskFull, snapshot, { trends: { 'nodes/image-disk|Node/nuc0': growing(95, 1) } });
    expect(verdicts.map(({ key, level }) => [key, level])).toEqual([
      [undefined, 'ok'],
      ['images', 'bad'],
    ]);
    expect(sentence(verdicts[1]!)).toBe('nuc0 is full in 5 h: its image disk is 95 % full');
    expect(verdicts[1]!.series).toEqual(['nodes/image-disk|Node/nuc0']);
    expect([...diskFull.trends!.series(snapshot)]).toEqual([series, 'nodes/image-disk|Node/nuc0']);
  });
});

describe('a disk that fills', () => {
  test('is full in 9 h, and says how fast it fills', () => {
    const verdict = verdictOf(82, 2);
    expect([verdict.level, sentence(verdict)]).toEqual(['warn', 'nuc0 is full in 9 h: its disk is 82 % full']);
    expect(evidenceOf(verdict).slice(0, 2)).toEqual([
      '2 GB more each hour, seen for 6 h',
      '82 GB of 100 GB used, 18 GB free',
    ]);
  });

  test('is a warning under 24 h and bad under 6 h, whatever its share', () => {
    expect(verdictOf(70, 1.2).level, '25 h').toBe('ok');
    expect(verdictOf(70, 1.3).level, '23 h').toBe('warn');
    expect(verdictOf(70, 5.1).level, '5.9 h').toBe('bad');
    expect(sentence(verdictOf(70, 5.1))).toBe('nuc0 is full in 5 h: its disk is 70 % full');
    expect(verdictOf(91, 0.5).level, 'the share alone is bad').toBe('bad');
    expect(verdictOf(70, 5.1, { settings: { soon: 4 * hour } }).level).toBe('warn');
    expect(verdictOf(70, 1.3, { settings: { ahead: 12 * hour } }).level).toBe('ok');
  });

  test('below half of it is not forecast', () => {
    expect(verdictOf(49.9, 8).level).toBe('ok');
    expect(verdictOf(50, 8).level).toBe('warn');
    expect(verdictOf(49.9, 8, { settings: { floor: 40 } }).level).toBe('warn');
  });

  test('does not tick: its time is told in whole hours, and in steps of ten minutes at the end', () => {
    expect(verdictOf(82, 1.95).say).toEqual(verdictOf(82.001, 1.85).say);
    expect(sentence(verdictOf(99, 1.05))).toBe('nuc0 is full in 50 min: its disk is 99 % full');
  });

  test('is compared with six hours', () => {
    expect(diskFull.trends?.windowMs).toBe(6 * hour);
    expect(diskFull.for?.({ for: minute })).toBe(minute);
  });
});

describe('a full disk explains', () => {
  const full = verdictOf(97);
  const node = { kind: 'Node', name: 'nuc0' };

  test('that its kubelet says DiskPressure, and no other pressure or node', () => {
    const pressure = (key: string, subject = node) => anEffect('nodes/pressure', { subject, level: 'bad', key });
    const snapshot = aSnapshot({ nodes: [aNode({ conditions: { DiskPressure: aCondition({ status: 'True' }) } })] });
    expect(explains(diskFull, full, pressure('DiskPressure'), snapshot)).toBe(true);
    expect(explains(diskFull, full, pressure('MemoryPressure'), snapshot)).toBe(false);
    expect(explains(diskFull, full, pressure('DiskPressure', { kind: 'Node', name: 'nuc1' }), snapshot)).toBe(false);
    expect(explains(diskFull, verdictOf(85), pressure('DiskPressure'), snapshot), 'a warning').toBe(false);
  });

  test('workloads whose pods were evicted from it for that', () => {
    const evicted = (message: string, on = 'nuc0') =>
      aSnapshot({
        pods: [aPod({ phase: 'Failed', reason: 'Evicted', message, node: on, ready: false })],
      });
    const workload = { kind: 'StatefulSet', namespace: 'default', name: 'web' };
    const effect = anEffect('workloads/replicas-missing', { subject: workload, level: 'bad' });
    const low = 'The node was low on resource: ephemeral-storage. Threshold quantity: 5Gi, available: 1Gi.';
    expect(explains(diskFull, full, effect, evicted(low))).toBe(true);
    expect(explains(diskFull, full, effect, evicted(low, 'nuc1'))).toBe(false);
    expect(explains(diskFull, full, effect, evicted('The node was low on resource: memory.'))).toBe(false);
    expect(explains(diskFull, full, effect, aSnapshot({ pods: [aPod()] }))).toBe(false);
  });
});

test('a node that is down explains that its disk is unknown', () => {
  const dead = aSnapshot({ nodes: [aNode({ conditions: { Ready: goneQuiet() } })] });
  const unknown = anEffect('nodes/disk-full', { subject: { kind: 'Node', name: 'nuc0' }, level: 'unknown' });
  const [cause] = judged(notReady, dead);
  expect(explains(notReady, cause!, unknown, dead)).toBe(true);
  expect(explains(notReady, cause!, { ...unknown, level: 'bad' }, dead)).toBe(false);
});
