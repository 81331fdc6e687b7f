import { describe, expect, test } from 'vitest';
import inodesFull from '#server/checks/nodes/inodes-full.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { DiskStats } from '#server/facts/node-stats.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute } from '#test/builders/time.ts';

const disk = (part: Partial<DiskStats>): DiskStats => ({ ...aNodeStats().disk!, ...part });
const withDisk = (part: Partial<DiskStats>, node: Partial<NodeFact> = {}) =>
  aSnapshot({ nodes: [aNode(node)], nodeStats: [aNodeStats({ disk: disk(part) })] });
const verdictOf = (inodesFree: number, settings = {}) => theVerdict(inodesFull, withDisk({ inodesFree }), { settings });

describe('the inodes of a disk', () => {
  test('are fine below 80 % given away, a warning from there, bad from 90 %', () => {
    expect([200_001, 200_000, 100_001, 100_000].map((free) => verdictOf(free).level)).toEqual([
      'ok',
      'warn',
      'warn',
      'bad',
    ]);
    expect(verdictOf(500_000, { warn: 40, bad: 60 }).level).toBe('warn');
    expect(inodesFull.for?.({ for: minute })).toBe(minute);
  });

  test('are told with their numbers, their chart and how to find who has them', () => {
    const verdict = verdictOf(50_000);
    expect(sentence(verdict)).toBe('the disk of nuc0 has given away 95 % of its inodes');
    expect(evidenceOf(verdict)[0]).toBe('50,000 of 1,000,000 inodes free');
    expect(verdict.series).toEqual(['nodes/inodes|Node/nuc0']);
    expect(verdict.sources).toEqual(['kubelet/nuc0']);
    expect(commandsOf(verdict)[0]).toBe('df -i');
    expect(sentence(verdictOf(0))).toBe('the disk of nuc0 has no inodes left');
    const talos = withDisk({ inodesFree: 0 }, { kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' });
    expect(commandsOf(theVerdict(inodesFull, talos))).toEqual(['talosctl -n 192.168.1.10 usage /var -d 3 -a']);
  });

  test('of the disk of the images are judged for themselves', () => {
    const stats = aNodeStats({ imageDisk: disk({ inodesFree: 1 }) });
    const verdicts = judged(inodesFull, aSnapshot({ nodes: [aNode()], nodeStats: [stats] }));
    expect(verdicts.map(({ key, level }) => [key, level])).toEqual([
      [undefined, 'ok'],
      ['images', 'bad'],
    ]);
    expect(sentence(verdicts[1]!)).toBe('the image disk of nuc0 has given away 99 % of its inodes');
  });

  test('are not judged where the disk has no limit of them (btrfs) or tells none', () => {
    for (const part of [{ inodes: 0, inodesFree: 0 }, { inodes: null }, { inodesFree: null }])
      expect(judged(inodesFull, withDisk(part))).toEqual([]);
    expect(judged(inodesFull, aSnapshot({ nodes: [aNode()], nodeStats: [aNodeStats({ disk: null })] }))).toEqual([]);
  });
});

test('a disk without inodes explains that its kubelet says DiskPressure', () => {
  const effect = anEffect('nodes/pressure', {
    subject: { kind: 'Node', name: 'nuc0' },
    level: 'bad',
    key: 'DiskPressure',
  });
  expect(explains(inodesFull, verdictOf(0), effect, aSnapshot())).toBe(true);
});
