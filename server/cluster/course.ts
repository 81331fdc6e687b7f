import type { Trouble } from './trouble.ts';

/** Where a list-watch stands: what its next attempt is to do. Replaced, never changed. */
export interface Course {
  /** How the whole state is had: streamed by a watch, or by pages of a list. */
  way: 'watch-list' | 'pages';
  /** True if the server said that it knows no WatchList; else pages are only tried, and given up if they fail too. */
  settledOnPages: boolean;
  /** `sync`: the whole state anew. `watch`: on from `version`. */
  need: 'sync' | 'watch';
  /** The version up to which all is known, "" for none. For `sync`: not older than this. */
  version: string;
  /** Ask first whether the server still is as far as `version`: it may have been set back, and would then keep silent. */
  doubtful: boolean;
}

/** How one attempt ended. */
export interface AttemptEnd {
  /** Null if the server ended the stream in good order, or a list is whole. */
  trouble: Trouble | null;
  /** True if the attempt was a watch that was up to date: there, trouble is about going on, not about starting. */
  wasLive: boolean;
  /** The version up to which all has been told. */
  version: string;
  /** True if a watch brought nothing at all for so long that bookmarks should have come. */
  mute: boolean;
  /** True if a watch ended before its time, as when etcd is restored behind a living API server. */
  early: boolean;
}

/** The course at the beginning. */
export const firstCourse: Course = {
  way: 'watch-list',
  settledOnPages: false,
  need: 'sync',
  version: '',
  doubtful: false,
};

/** The course after an attempt. */
export function courseAfter(course: Course, { trouble, wasLive, version, mute, early }: AttemptEnd): Course {
  const onward: Course = wasLive ? { ...course, need: 'watch', version, doubtful: false } : course;
  const fromScratch: Course = { ...course, need: 'sync', version: '', doubtful: false };
  if (mute) return fromScratch;
  switch (trouble?.kind) {
    case undefined:
      return { ...onward, doubtful: early, settledOnPages: course.way === 'pages' };
    case 'expired':
      // First not older than what we know, then whatever there is.
      return onward.need === 'watch' ? { ...onward, need: 'sync' } : fromScratch;
    case 'version-too-large':
    case 'absent':
      return fromScratch;
    case 'no-watch-list':
      return { ...course, way: 'pages', settledOnPages: true };
    case 'no-initial-end':
      return { ...course, way: 'pages' };
    case 'unauthorized':
    case 'forbidden':
    case 'failing':
    case 'unreachable':
    case 'untrusted':
    case 'broken':
    case 'silent':
      return { ...backToStream(onward), doubtful: onward.need === 'watch' };
    case 'sooner':
    case 'stopped':
      return onward;
  }
}

/** Where pages were only tried since no initial end came, and fail too, it was not for want of WatchList. */
function backToStream(course: Course): Course {
  const guessed = course.way === 'pages' && !course.settledOnPages && course.need === 'sync';
  return guessed ? { ...course, way: 'watch-list' } : course;
}
