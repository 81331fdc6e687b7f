import { objectOf, textOf, type Raw } from '#server/facts/read-raw.ts';
import type { JsonCut } from './json-cut.ts';

/** One line of a watch. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** The object, for ERROR a Status. */
  object: Raw;
  /** Its resourceVersion, "" if it has none. */
  version: string;
  /** True for the bookmark after the last initial event. */
  endsInitial: boolean;
}

const types: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);

/** The event of a line, of whose object `cut` may leave out parts; a string says why there is none. */
export function readWatchEvent(line: Buffer, cut: JsonCut): WatchEvent | string {
  const event = objectOf(parsed(line, cut));
  const type = event['type'];
  if (!types.has(type)) return `a line that is no watch event: ${beginning(line)}`;
  const object = objectOf(event['object']);
  const metadata = objectOf(object['metadata']);
  return {
    type: type as WatchEvent['type'],
    object,
    version: textOf(metadata['resourceVersion']),
    endsInitial: type === 'BOOKMARK' && objectOf(metadata['annotations'])['k8s.io/initial-events-end'] === 'true',
  };
}

function parsed(line: Buffer, cut: JsonCut): unknown {
  try {
    return JSON.parse(cut(line));
  } catch (error) {
    if (error instanceof SyntaxError) return null; // not JSON: its caller says so with the line's beginning
    throw error;
  }
}

function beginning(line: Buffer): string {
  return JSON.stringify(line.toString('utf8', 0, 80));
}
