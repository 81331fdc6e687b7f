import { TransportError } from '../transport.ts';
import type { DemoDoor } from './demo-door.ts';
import type { Schedule } from './schedule.ts';

/** Waiting within one request: given up when the request is, or when its headers are overdue. */
export interface Wait {
  forMs(delayMs: number): Promise<void>;
  /** Until something about the door changes. */
  forChange(): Promise<void>;
}

export function createWaiting(
  schedule: Schedule,
  door: DemoDoor,
  signal: AbortSignal,
  limitMs: number,
  address: string,
): Wait {
  const deadline = schedule.now() + limitMs;

  function wait(delayMs: number, wakeOnChange: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const ends: (() => void)[] = [];
      const settle = (failure: TransportError | null) => {
        for (const end of ends) end();
        if (failure) reject(failure);
        else resolve();
      };
      const giveUp = () => settle(new TransportError('aborted', 'the request was given up'));
      if (signal.aborted) return giveUp();
      const leftMs = deadline - schedule.now();
      const overdue = () =>
        settle(
          new TransportError(
            'silent',
            `connected to ${address}, but the request got no answer within ${limitMs / 1000} s`,
          ),
        );
      signal.addEventListener('abort', giveUp);
      ends.push(() => signal.removeEventListener('abort', giveUp));
      ends.push(schedule.after(Math.min(delayMs, leftMs), delayMs <= leftMs ? () => settle(null) : overdue));
      if (wakeOnChange) ends.push(door.onChange(() => settle(null)));
    });
  }

  return { forMs: (delayMs) => wait(delayMs, false), forChange: () => wait(Infinity, true) };
}
