import type * as v from 'valibot';
import { durationWithin, optional, writeDuration, type Checked } from './config-values.ts';

/** How often something is asked, and how long it may take; null where nothing is written. Ms. */
export interface WrittenPeriods {
  every: number | null;
  timeout: number | null;
  latency?: number | null;
}

/** The same with all filled in. */
export interface Periods {
  everyMs: number;
  timeoutMs: number;
  slowMs: number;
}

const second = 1_000;

/** `every` and `timeout`. */
export const periodEntries = {
  every: optional(durationWithin(5 * second, 3_600 * second), null),
  timeout: optional(durationWithin(second, 60 * second), null),
};

/** `latency`: what takes longer is slow. */
export const latencyEntry = { latency: optional(durationWithin(1, 60 * second), null) };

/** What is not written gives way to what is. */
export function periodsOf({ every, timeout, latency = null }: WrittenPeriods, usual: Periods): Periods {
  const everyMs = every ?? Math.max(usual.everyMs, timeout ?? 0);
  const timeoutMs = timeout ?? Math.min(Math.max(usual.timeoutMs, latency ?? 0), everyMs);
  return { everyMs, timeoutMs, slowMs: latency ?? Math.min(usual.slowMs, timeoutMs) };
}

/** What is written and cannot be together. */
export function checkPeriods({ dataset, addIssue }: Checked): void {
  const input = dataset.value as Record<string, unknown>;
  const ms = (key: string) => (typeof input[key] === 'number' ? input[key] : null);
  const tooLong = (key: string, than: string) => {
    const [one, other] = [ms(key), ms(than)];
    if (one === null || other === null || one <= other) return;
    const path: [v.IssuePathItem] = [{ type: 'object', origin: 'value', input, key, value: input[key] }];
    addIssue({ message: `${writeDuration(one)} is longer than ${than} (${writeDuration(other)})`, path });
  };
  tooLong('timeout', 'every');
  tooLong('latency', 'timeout');
  if (ms('timeout') === null) tooLong('latency', 'every');
}
