import { describe, expect, test } from 'vitest';
import { schedulerWords } from '#server/checks/scheduler-words.ts';

const wordsOf = (message: string, pinned?: boolean) => schedulerWords(message, pinned).words;
const nodes = (
  list: string,
  tail = ' preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
) => `0/4 nodes are available: ${list}.${tail}`;

describe("the scheduler's sentence", () => {
  test('is said in plain words, what most nodes have first', () => {
    const message =
      "0/4 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 3 Insufficient cpu. preemption: 0/4 nodes are available: 1 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.";
    expect(wordsOf(message)).toBe('no node fits: 3 have too little CPU free, 1 does not match its node selector');
  });

  test.for([
    ['1 Insufficient cpu', '1 has too little CPU free'],
    ['4 Insufficient memory', '4 have too little memory free'],
    ['4 Insufficient ephemeral-storage', '4 have too little disk free'],
    ['4 Insufficient nvidia.com/gpu', '4 have too little nvidia.com/gpu free'],
    ['4 Too many pods', '4 run as many pods as it may'],
    ['4 node(s) were unschedulable', '4 are cordoned'],
    ['1 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }', '1 is cordoned'],
    ['1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }', '1 is not ready'],
    ['2 node(s) had untolerated taint {node.kubernetes.io/unreachable: }', '2 do not report'],
    ['1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }', '1 is short of disk space'],
    ['1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }', '1 is for the control plane only'],
    ['3 node(s) had untolerated taint {dedicated: gpu}', '3 have the taint dedicated=gpu'],
    ['3 node(s) had untolerated taint {gpu: }', '3 have the taint gpu'],
    ["1 node(s) had taint {gpu: yes}, that the pod didn't tolerate", '1 has the taint gpu=yes'],
    ['4 node(s) had untolerated taint(s)', '4 have a taint that keeps it away'],
    ['4 node(s) had volume node affinity conflict', '4 cannot reach its volume'],
    ["4 node(s) didn't match PersistentVolume's node affinity", '4 cannot reach its volume'],
    ["4 node(s) didn't find available persistent volumes to bind", '4 have no volume for its claim'],
    ['4 node(s) did not have enough free storage', '4 have too little storage free for its claim'],
    ["1 node(s) didn't have free ports for the requested pod ports", '1 has its port taken'],
    ["4 node(s) didn't match pod topology spread constraints", '4 would break its spread over nodes'],
    ["4 node(s) didn't match pod affinity rules", '4 lack the pods it must be beside'],
    ["1 node(s) didn't match pod anti-affinity rules", '1 runs a pod it must not be beside'],
    ["1 node(s) didn't satisfy existing pods anti-affinity rules", '1 runs a pod it must not be beside'],
  ] as const)('says "%s" as "%s"', ([clause, words]) => {
    expect(wordsOf(nodes(clause))).toBe(`no node fits: ${words}`);
  });

  test.for([
    ['pod has unbound immediate PersistentVolumeClaims', 'its volume claim is not bound'],
    ['4 pod has unbound immediate PersistentVolumeClaims', 'its volume claim is not bound'],
    ['persistentvolumeclaim "data" not found', 'it needs PersistentVolumeClaim data, which is not there'],
    ['persistentvolumeclaim "data" is being deleted', 'its PersistentVolumeClaim data is being deleted'],
  ] as const)('that is about the pod as a whole needs no count: %s', ([clause, words]) => {
    expect(wordsOf(nodes(clause, ' not found'))).toBe(words);
  });

  test('without a list of nodes is understood too', () => {
    expect(wordsOf('no nodes available to schedule pods')).toBe('the cluster has no node that takes pods');
    expect(wordsOf('Scheduling is blocked due to non-empty scheduling gates')).toBe(
      'it is held back by a scheduling gate',
    );
    expect(
      wordsOf('running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition'),
    ).toBe('its volume could not be bound in time');
  });

  test('that nobody has heard of is quoted as it is', () => {
    expect(wordsOf(nodes('2 node(s) sang a song, 1 Insufficient cpu', ''))).toBe(
      'no node fits: 2 "sang a song", 1 has too little CPU free',
    );
    expect(wordsOf('a new sentence')).toBe('the scheduler says "a new sentence"');
    expect(wordsOf('0/0 nodes are available: .')).toBe('the scheduler says "0/0 nodes are available: ."');
    expect(wordsOf('')).toBe('no node is found for it');
  });

  test('of a newer scheduler that speaks of claims for devices is cut at its end', () => {
    expect(wordsOf(nodes('4 Insufficient cpu', ' no new claims to deallocate, preemption: 0/4 nodes'))).toBe(
      'no node fits: 4 have too little CPU free',
    );
  });

  test('is bounded', () => {
    const clauses = Array.from({ length: 50 }, (_, i) => `${i + 1} node(s) ${'x'.repeat(300)}${i}`).join(', ');
    expect(wordsOf(nodes(clauses)).length).toBeLessThan(500);
  });

  test('of a pod that is meant for one node leaves out that the others are not it', () => {
    const message = nodes("3 node(s) didn't satisfy plugin(s) [NodeAffinity], 1 Insufficient memory");
    expect(wordsOf(message, true)).toBe('no node fits: 1 has too little memory free');
    expect(wordsOf(message)).toContain('3 do not match its node selector');
    expect(wordsOf(nodes("4 node(s) didn't match Pod's node affinity/selector"), true)).toContain('4 do not match');
  });

  test('says where to look next', () => {
    expect(
      schedulerWords(nodes("1 node(s) didn't match Pod's node affinity/selector, 3 Insufficient cpu")).looks,
    ).toEqual(['room', 'labels']);
    expect(schedulerWords('a new sentence').looks).toEqual([]);
  });
});
