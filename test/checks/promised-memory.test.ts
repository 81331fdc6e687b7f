import { describe, expect, test } from 'vitest';
import { promisedMemory, requestedMemory } from '#server/checks/promised-memory.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import { aPod } from '#test/builders/facts.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aContainer } from '#test/builders/workloads.ts';

const asks = (role: ContainerFact['role'], requestedBytes: number | null) => aContainer({ role, requestedBytes });
const requested = (...containers: ContainerFact[]) => requestedMemory(aPod({ containers }));

describe('what is set aside for a pod', () => {
  test('is what all that run side by side ask for', () => {
    expect(requested(asks('main', 3), asks('main', 4), asks('main', null))).toBe(7);
    expect(requested(asks('sidecar', 2), asks('main', 4))).toBe(6);
    expect(requested()).toBe(0);
  });

  test('is what the greediest init container asks for, where that is more', () => {
    expect(requested(asks('init', 10), asks('init', 5), asks('main', 4))).toBe(10);
    expect(requested(asks('init', 3), asks('main', 4))).toBe(4);
    expect(requested(asks('sidecar', 2), asks('init', 10), asks('main', 4)), 'beside its sidecars').toBe(12);
  });
});

test('a node has promised what is set aside for its pods', () => {
  const on = (node: string, name: string) => aPod({ name, node, containers: [asks('main', 3)] });
  const snapshot = aSnapshot({ pods: [on('nuc0', 'a'), on('nuc0', 'b'), on('nuc1', 'c')] });
  expect([...promisedMemory(snapshot)]).toEqual([
    ['nuc0', 6],
    ['nuc1', 3],
  ]);
  expect(promisedMemory(snapshot), 'added up once').toBe(promisedMemory(snapshot));
});
