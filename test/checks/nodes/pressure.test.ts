import { describe, expect, test } from 'vitest';
import pressure from '#server/checks/nodes/pressure.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { commandsOf, evidenceOf, judged, sentence } from '#test/builders/judged.ts';
import { aCondition, aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, noon } from '#test/builders/time.ts';

const verdictsOf = (node: Partial<NodeFact>) => judged(pressure, aSnapshot({ nodes: [aNode(node)] }));

function under(type: string, node: Partial<NodeFact> = {}) {
  const condition = aCondition({
    status: 'True',
    reason: 'KubeletHas',
    message: `kubelet has ${type}`,
    changedAt: noon - hour,
  });
  return verdictsOf({ ...node, conditions: { [type]: condition } }).find(({ key }) => key === type)!;
}

describe('a node', () => {
  test('with enough of all is fine, each for itself', () => {
    const verdicts = verdictsOf({});
    expect(verdicts.map(({ key, level }) => [key, level])).toEqual([
      ['DiskPressure', 'ok'],
      ['MemoryPressure', 'ok'],
      ['PIDPressure', 'ok'],
    ]);
    expect(sentence(verdicts[1]!)).toBe('nuc0 has enough memory');
  });

  test.for([
    ['DiskPressure', 'nuc0 is short of disk space and evicts pods'],
    ['MemoryPressure', 'nuc0 is short of memory and evicts pods'],
    ['PIDPressure', 'nuc0 is short of process numbers and evicts pods'],
  ])('under %s is bad and says so', ([type, text]) => {
    const verdict = under(type!);
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', text]);
    expect(evidenceOf(verdict)[0]).toBe(`KubeletHas: kubelet has ${type}`);
    expect(verdict.startedAt).toBe(noon - hour);
    expect(commandsOf(verdict)).toContain('kubectl describe node nuc0');
  });

  test('on k3s is told to be nearly full already', () => {
    const words = 'k3s says so only when less than 5 % is free';
    expect(evidenceOf(under('DiskPressure'))).toContain(words);
    expect(evidenceOf(under('DiskPressure', { kubeletVersion: 'v1.36.4' }))).not.toContain(words);
    expect(evidenceOf(under('MemoryPressure'))).not.toContain(words);
  });

  test('of which it is not known is unknown, and what it does not tell at all is not judged', () => {
    const conditions = {
      DiskPressure: aCondition({ status: 'Unknown' }),
      MemoryPressure: aCondition({ status: 'odd' as 'True' }),
    };
    expect(verdictsOf({ conditions }).map(({ level }) => level)).toEqual(['unknown', 'unknown', 'ok']);
    expect(sentence(verdictsOf({ conditions })[0]!)).toBe('whether nuc0 has enough disk space is not known');
    expect(judged(pressure, aSnapshot({ nodes: [{ ...aNode(), conditions: {} }] }))).toEqual([]);
  });
});

describe('the first steps', () => {
  test('fit the distribution', () => {
    expect(commandsOf(under('DiskPressure'))).toContain('k3s crictl rmi --prune');
    expect(commandsOf(under('DiskPressure', { kubeletVersion: 'v1.36.4' }))).toContain('crictl rmi --prune');
    const talos = { kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' };
    expect(commandsOf(under('DiskPressure', talos))[0]).toBe('talosctl -n 192.168.1.10 usage /var -d 2 -H');
  });

  test('quote hostile names', () => {
    const commands = commandsOf(under('MemoryPressure', { name: 'a b;c' }));
    expect(commands).toContain("kubectl get pods -A -o wide --field-selector 'spec.nodeName=a b;c'");
    expect(commands).toContain("kubectl describe node 'a b;c'");
  });
});
