import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EventFact } from '#server/facts/event.ts';
import { seenAt } from './events-about.ts';
import { perFacts } from './per-snapshot.ts';

type ByKey = ReadonlyMap<string, readonly EventFact[]>;

const none: readonly EventFact[] = [];

/** What events say of claims, by their keys, newest first: also Normal ones, which is what waiting for a volume is called. */
const byClaim = perFacts(['event'], (snapshot): ByKey => {
  const found = new Map<string, EventFact[]>();
  for (const event of snapshot.facts('event').values()) {
    if (event.about.kind !== 'PersistentVolumeClaim') continue;
    const key = `${event.about.namespace ?? ''}/${event.about.name}`;
    const list = found.get(key);
    if (list === undefined) found.set(key, [event]);
    else list.push(event);
  }
  for (const list of found.values()) list.sort((a, b) => seenAt(b) - seenAt(a));
  return found;
});

/** Of one claim; one that was made anew has not those of the one before. */
export function claimEvents(
  { key, createdAt }: { key: string; createdAt: number | null },
  snapshot: Snapshot,
): readonly EventFact[] {
  const events = byClaim(snapshot).get(key) ?? none;
  return events.length === 0 ? events : events.filter((event) => seenAt(event) >= (createdAt ?? 0));
}
