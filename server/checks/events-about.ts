import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EventFact } from '#server/facts/event.ts';
import { subjectId, type Subject } from '#shared/finding.ts';

type Index = ReadonlyMap<string, readonly EventFact[]>;

const kept = new WeakMap<ReadonlyMap<string, EventFact>, Index>();
const none: readonly EventFact[] = [];

/** The warnings about an object by kind, namespace and name, newest first. An object made anew has those of the one before, too. */
export function eventsAbout(snapshot: Snapshot, subject: Subject): readonly EventFact[] {
  const events = snapshot.facts('event');
  const index = kept.get(events) ?? indexOf(events);
  kept.set(events, index);
  return index.get(subjectId(subject)) ?? none;
}

/** When it was last seen (epoch ms), 0 if that is not said. */
export function seenAt({ lastAt, firstAt }: EventFact): number {
  return lastAt ?? firstAt ?? 0;
}

/** The message without what an event that stands for many has in front. */
export function eventMessage({ message }: EventFact): string {
  return message.replace(/^\(combined from similar events\): /, '');
}

function indexOf(events: ReadonlyMap<string, EventFact>): Index {
  const index = new Map<string, EventFact[]>();
  for (const event of events.values()) {
    if (event.type !== 'Warning') continue;
    const { kind, namespace, name } = event.about;
    const id = subjectId({ kind, ...(namespace === null ? {} : { namespace }), name });
    const list = index.get(id);
    if (list === undefined) index.set(id, [event]);
    else list.push(event);
  }
  for (const list of index.values()) list.sort((a, b) => seenAt(b) - seenAt(a));
  return index;
}
