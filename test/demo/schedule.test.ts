import { createSchedule } from '#server/cluster/demo/schedule.ts';
import { describe, expect, test } from 'vitest';
import { createHandClock } from './hand-clock.ts';

function bench() {
  const clock = createHandClock(0);
  return { clock, schedule: createSchedule(clock.now, clock.setTimer) };
}

describe('the schedule of the demo', () => {
  test('has one timer, whatever number of tasks wait', async () => {
    const { clock, schedule } = bench();
    for (let at = 1000; at > 0; at -= 100) schedule.after(at, () => {});
    schedule.every(50, 50, () => {});
    expect(clock.pending).toBe(1);
    await clock.pass(500);
    expect(clock.pending).toBe(1);
  });

  test('runs what is due in the order of time, and of setting where times are equal', async () => {
    const { clock, schedule } = bench();
    const ran: string[] = [];
    schedule.after(20, () => ran.push(`late at ${clock.now()}`));
    schedule.after(10, () => ran.push(`first at ${clock.now()}`));
    schedule.after(10, () => ran.push(`second at ${clock.now()}`));
    await clock.pass(30);
    expect(ran).toEqual(['first at 10', 'second at 10', 'late at 20']);
  });

  test('what is taken back does not run', async () => {
    const { clock, schedule } = bench();
    let ran = 0;
    const takeBack = schedule.after(10, () => (ran += 1));
    const end = schedule.every(10, 10, () => (ran += 10));
    takeBack();
    await clock.pass(25);
    end();
    await clock.pass(100);
    expect(ran).toBe(20);
  });

  test('a repeated task may end itself', async () => {
    const { clock, schedule } = bench();
    let ran = 0;
    const end = schedule.every(10, 10, () => {
      ran += 1;
      end();
    });
    await clock.pass(100);
    expect(ran).toBe(1);
  });

  test('rounds that were slept through are not made up for, and the step is kept', async () => {
    let now = 0;
    let due: (() => void) | null = null;
    const schedule = createSchedule(
      () => now,
      (run) => {
        due = run;
        return () => {};
      },
    );
    const ran: number[] = [];
    schedule.every(10, 10, () => ran.push(now));
    for (const wakeAt of [10, 3_600_004, 3_600_010]) {
      now = wakeAt;
      (due as (() => void) | null)?.();
    }
    expect(ran).toEqual([10, 3_600_004, 3_600_010]);
  });

  test('after stop nothing runs and no timer is left', async () => {
    const { clock, schedule } = bench();
    let ran = 0;
    schedule.after(10, () => (ran += 1));
    schedule.every(10, 10, () => (ran += 1));
    schedule.stop();
    schedule.after(1, () => (ran += 1));
    await clock.pass(100);
    expect(ran).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
