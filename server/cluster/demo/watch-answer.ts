import type { ByteStream } from './byte-stream.ts';
import type { ListQuery } from './list-query.ts';
import type { ObjectStore, Write } from './object-store.ts';
import type { RawObject } from './raw-objects.ts';
import { apiVersionOf, resources, type Resource, type ResourceName } from './resources.ts';
import type { Schedule } from './schedule.ts';
import type { Selector } from './selector.ts';
import { statusObject, tooLargeRevision } from './status-answer.ts';

// The API server's own: a bookmark about once a minute, and an end after 30 to 60 min if none is asked for.
const BOOKMARK_EVERY_MS = 60_000;
const LONGEST_WATCH_MS = 2_700_000;

/** What a watch is about. */
export interface WatchRequest {
  name: ResourceName;
  query: ListQuery;
  selected: Selector;
}

/** Writes a watch's lines into a stream until one side ends it. */
export function runWatch(store: ObjectStore, schedule: Schedule, stream: ByteStream, request: WatchRequest): void {
  const { name, query } = request;
  const resource = resources[name];
  if (!begin(store, stream, request)) return stream.end();
  const ends: (() => void)[] = [];
  stream.onOver(() => ends.forEach((end) => end()));
  const from = Math.max(store.revision(), query.resourceVersion ?? 0);
  ends.push(
    store.onWrite((write) => {
      if (write.resource === name && write.revision > from) stream.write(eventOf(resource, write, request.selected));
    }),
    schedule.after(query.timeoutSeconds * 1000 || LONGEST_WATCH_MS, () => stream.end()),
  );
  if (query.bookmarks) {
    const bookmark = () => stream.write(bookmarkLine(resource, store.revision()));
    ends.push(schedule.every(BOOKMARK_EVERY_MS, BOOKMARK_EVERY_MS, bookmark));
  }
}

/** Writes what is told at the beginning; false if there is nothing to go on with. */
function begin(store: ObjectStore, stream: ByteStream, { name, query, selected }: WatchRequest): boolean {
  const resource = resources[name];
  const asked = query.resourceVersion ?? 0;
  if (query.sendInitialEvents && asked > store.revision()) {
    stream.write(errorLine(tooLargeRevision(asked, store.revision())));
    return false;
  }
  if (query.sendInitialEvents || asked === 0) {
    const lines = store
      .list(name)
      .filter(selected)
      .map((object) => line('ADDED', resource, object));
    const end = query.bookmarks
      ? bookmarkLine(resource, store.revision(), { 'k8s.io/initial-events-end': 'true' })
      : '';
    stream.write(lines.join('') + end);
    return true;
  }
  const missed = store.writesAfter(name, asked);
  if (!missed) {
    const message = `too old resource version: ${asked} (${store.compactedRevision()})`;
    stream.write(errorLine(statusObject(410, message, { reason: 'Expired' })));
    return false;
  }
  stream.write(missed.map((write) => eventOf(resource, write, selected)).join(''));
  return true;
}

/** What a write is to someone who sees only some objects; "" if nothing. */
function eventOf(resource: Resource, { before, after, last }: Write, selected: Selector): string {
  const was = before !== null && selected(before);
  const is = after !== null && selected(after);
  if (is) return line(was ? 'MODIFIED' : 'ADDED', resource, last);
  return was ? line('DELETED', resource, last) : '';
}

function line(type: string, resource: Resource, object: RawObject): string {
  const whole = { kind: resource.kind, apiVersion: apiVersionOf(resource), ...object };
  return `${JSON.stringify({ type, object: whole })}\n`;
}

function bookmarkLine(resource: Resource, revision: number, annotations?: Record<string, string>): string {
  const metadata = { resourceVersion: String(revision), ...(annotations ? { annotations } : {}) };
  const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata, ...resource.blank };
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
}

function errorLine(status: object): string {
  return `${JSON.stringify({ type: 'ERROR', object: status })}\n`;
}
