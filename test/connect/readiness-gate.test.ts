import { expect, test } from 'vitest';
import { createReadinessGate } from '#server/cluster/readiness-gate.ts';

test('the gate lets wait while it is closed, and all go when it opens', async () => {
  const gate = createReadinessGate();
  const passed: string[] = [];
  const giveUp = new AbortController();
  const waits = [
    gate.whenOpen(new AbortController().signal).then(() => passed.push('patient')),
    gate.whenOpen(giveUp.signal).then(() => passed.push('given up')),
  ];
  gate.set(false, 'refused');
  expect([gate.open, gate.reason]).toEqual([false, 'refused']);
  giveUp.abort();
  await waits[1];
  expect(passed).toEqual(['given up']);
  gate.set(true, 'ignored');
  await Promise.all(waits);
  expect(passed).toEqual(['given up', 'patient']);
  expect([gate.open, gate.reason]).toEqual([true, '']);
  await gate.whenOpen(new AbortController().signal);
  gate.set(false, 'again');
  await gate.whenOpen(AbortSignal.abort());
});

test('who waits for news is told of another reason too, but not of the same again', async () => {
  const gate = createReadinessGate();
  const { signal } = new AbortController();
  const told: string[] = [];
  const first = gate.whenNews(signal).then(() => told.push(gate.reason));
  gate.set(false, 'the API has not been asked yet');
  await Promise.resolve();
  expect(told).toEqual([]);
  gate.set(false, 'refused');
  await first;
  expect(told).toEqual(['refused']);
  const second = gate.whenNews(signal);
  gate.set(true, '');
  await second;
  await gate.whenNews(signal);
  gate.set(false, 'refused');
  await gate.whenNews(AbortSignal.abort());
});

test('an API server counts as having answered until somebody else does', () => {
  const gate = createReadinessGate();
  expect(gate.apiAskedAt).toBe(-Infinity);
  gate.set(true, '', 1_234);
  expect(gate.apiAskedAt).toBe(1_234);
  gate.set(false, 'a page');
  expect(gate.apiAskedAt).toBe(-Infinity);
});
