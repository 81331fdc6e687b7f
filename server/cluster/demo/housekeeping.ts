import { keyOf } from './object-store.ts';
import { rawTime } from './raw-objects.ts';
import type { World } from './world.ts';

const EVERY_MS = 300_000;
const EVENT_LIFE_MS = 3_600_000;

/** As the API server does: events live for an hour, and the past is forgotten after 5 to 10 min. Ends with the schedule. */
export function startHousekeeping({ store, schedule, door }: World): void {
  let revisionBefore = store.revision();
  schedule.every(EVERY_MS, EVERY_MS, () => {
    if (door.acceptsWrites) removeOldEvents();
    // Lower than before: the storage was wiped meanwhile.
    if (revisionBefore <= store.revision()) store.compact(revisionBefore);
    revisionBefore = store.revision();
  });

  function removeOldEvents(): void {
    const oldest = rawTime(schedule.now() - EVENT_LIFE_MS);
    for (const event of store.list('events')) {
      if ((event.lastTimestamp ?? '') < oldest) store.remove('events', keyOf(event));
    }
  }
}
