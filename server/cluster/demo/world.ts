import type { DemoDoor } from './demo-door.ts';
import { makeEvent, type EventNote } from './make-event.ts';
import type { ObjectStore } from './object-store.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** What all that lives in the demo shares. */
export interface World {
  readonly store: ObjectStore;
  readonly schedule: Schedule;
  readonly door: DemoDoor;
  /** For what happens; names and numbers of answers have streams of their own. */
  readonly random: Random;
  now(): number;
  /** Later, and as soon as writes are accepted again and `holds` is true. */
  later(delayMs: number, step: () => void, holds?: () => boolean): void;
  /** Writes an event, now or at an earlier time. */
  note(note: EventNote, at?: number): void;
}

// How often clients of the API server try again.
const TRY_AGAIN_MS = 2000;

export function createWorld(store: ObjectStore, schedule: Schedule, door: DemoDoor, random: Random): World {
  const later: World['later'] = (delayMs, step, holds = () => true) => {
    schedule.after(delayMs, () => {
      if (door.acceptsWrites && holds()) step();
      else later(TRY_AGAIN_MS, step, holds);
    });
  };
  return {
    store,
    schedule,
    door,
    random,
    now: schedule.now,
    later,
    note(note, at = schedule.now()) {
      store.put('events', makeEvent(note, random, at));
    },
  };
}
