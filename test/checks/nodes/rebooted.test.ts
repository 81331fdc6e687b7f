import { describe, expect, test } from 'vitest';
import rebooted from '#server/checks/nodes/rebooted.ts';
import type { RebootMemory } from '#server/checks/reboot-memory.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { commandsOf, evidenceOf, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, readyCondition } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

const remembered = (part: Partial<RebootMemory>): RebootMemory => ({
  ...{ bootId: 'boot-nuc0', seenAt: noon, rebootedAt: null, notBefore: null, ...part },
});

function verdictOf(memory: Partial<RebootMemory> | null, node: Partial<NodeFact> = {}, settings = {}) {
  const known = new Map(memory === null ? [] : [['nuc0', remembered(memory)]]);
  return theVerdict(rebooted, aSnapshot({ nodes: [aNode(node)] }), { memory: known, settings });
}

describe('a node', () => {
  test('that was not seen to reboot is fine', () => {
    for (const memory of [null, {}]) {
      expect(verdictOf(memory).level).toBe('ok');
      expect(sentence(verdictOf(memory))).toBe('no reboot of nuc0 was seen lately');
    }
  });

  test('that rebooted is a notice for six hours, with the time', () => {
    const verdict = verdictOf({ rebootedAt: noon - 5 * hour });
    expect([verdict.level, sentence(verdict)]).toEqual(['notice', 'nuc0 rebooted at 07:00']);
    expect(verdict.startedAt).toBe(noon - 5 * hour);
    expect(verdictOf({ rebootedAt: noon - 6 * hour }).level).toBe('ok');
    expect(verdictOf({ rebootedAt: noon - 6 * hour }, {}, { told: 7 * hour }).level).toBe('notice');
  });

  test('that rebooted while nobody watched did so in between', () => {
    const verdict = verdictOf({ rebootedAt: noon - hour, notBefore: noon - 10 * hour });
    expect(sentence(verdict)).toBe('nuc0 rebooted between 02:00 and 11:00');
    expect(evidenceOf(verdict)[0]).toBe('nobody watched in between: the wall was off or blind');
  });

  test('tells since when it is ready again, and how to find out why', () => {
    const at = noon - hour;
    const ready = (changedAt: number) => ({ conditions: { Ready: readyCondition({ changedAt }) } });
    expect(evidenceOf(verdictOf({ rebootedAt: at }, ready(at + minute)))).toEqual(['ready again since 11:01']);
    expect(evidenceOf(verdictOf({ rebootedAt: at }, ready(at - minute)))).toEqual([]);
    expect(commandsOf(verdictOf({ rebootedAt: at }))).toContain('journalctl -b -1 -n 50 --no-pager');
    const talos = { kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' };
    expect(commandsOf(verdictOf({ rebootedAt: at }, talos))).toEqual(['talosctl -n 192.168.1.10 dmesg']);
  });
});
