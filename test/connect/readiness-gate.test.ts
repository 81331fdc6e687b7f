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
