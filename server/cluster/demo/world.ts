import type { DemoDoor } from './demo-door.ts';
import { makeEvent, seenAgain, type EventNote } from './make-event.ts';
import type { ObjectStore } from './object-store.ts';
import type { PodLogs } from './pod-logs.ts';
import type { Random } from './random.ts';
import type { RawEvent } from './raw-objects.ts';
import type { Schedule } from './schedule.ts';

/** What all that lives in the demo shares. */
export interface World {
  readonly store: ObjectStore;
  readonly schedule: Schedule;
  readonly door: DemoDoor;
  readonly logs: PodLogs;
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

/** What a world is made of: all that is not worked out from it. */
export type WorldParts = Pick<World, 'store' | 'schedule' | 'door' | 'logs' | 'random'>;

export function createWorld(parts: WorldParts): World {
  const { store, schedule, door, random } = parts;
  const later: World['later'] = (delayMs, step, holds = () => true) => {
    schedule.after(delayMs, () => {
      if (door.acceptsWrites && holds()) step();
      else later(TRY_AGAIN_MS, step, holds);
    });
  };
  return {
    ...parts,
    now: schedule.now,
    later,
    note(note, at = schedule.now()) {
      const { about, reason, message } = note;
      // Who names a node by name, and not by its UID, does so each time.
      const same = ({ involvedObject, ...event }: RawEvent) =>
        [about.metadata.uid, about.metadata.name].includes(involvedObject.uid) &&
        event.reason === reason &&
        event.message === message;
      const known = note.repeats ? store.list('events').find(same) : undefined;
      store.put('events', known ? seenAgain(known, at) : makeEvent(note, random, at));
    },
  };
}
