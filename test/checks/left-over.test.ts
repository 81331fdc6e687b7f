import { describe, expect, test } from 'vitest';
import { leftOver } from '#server/checks/left-over.ts';
import { aPod } from '#test/builders/facts.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';

describe('a pod is left over', () => {
  test('if it ended well', () => {
    expect(leftOver(aPod({ phase: 'Succeeded', owner: null }))).toBe(true);
  });

  test('if it failed and its controller has made another', () => {
    expect(leftOver(aPod({ phase: 'Failed' }))).toBe(true);
  });

  test.for(['Evicted', 'Shutdown', 'NodeShutdown', 'Terminated', 'NodeAffinity', 'Preempting', 'NodeLost'])(
    'if it stood alone and was taken away: %s',
    (reason) => {
      expect(leftOver(aPod({ phase: 'Failed', owner: null, reason }))).toBe(true);
    },
  );

  test('if its node has forgotten it', () => {
    const state = { is: 'terminated' as const, ...anEnd({ reason: 'ContainerStatusUnknown', exitCode: 137 }) };
    expect(leftOver(aPod({ phase: 'Failed', owner: null, containers: [aContainer({ state })] }))).toBe(true);
  });
});

describe('a pod is not left over', () => {
  test.for(['Running', 'Pending', 'Unknown', '', 'SomethingNew'])('in phase "%s", whatever its reason', (phase) => {
    expect(leftOver(aPod({ phase, reason: 'Evicted' }))).toBe(false);
  });

  test('if it stands alone and failed by itself: nobody makes another', () => {
    const state = { is: 'terminated' as const, ...anEnd() };
    const pod = aPod({ phase: 'Failed', owner: null, containers: [aContainer({ state })] });
    expect(leftOver(pod)).toBe(false);
    expect(leftOver({ ...pod, reason: 'DeadlineExceeded' })).toBe(false);
    expect(leftOver({ ...pod, containers: [aContainer({ state: null })] })).toBe(false);
  });
});
