import { describe, expect, test } from 'vitest';
import { courseAfter, firstCourse, type AttemptEnd, type Course } from '#server/cluster/course.ts';
import { trouble, type TroubleKind } from '#server/cluster/trouble.ts';

const onWatch: Course = { ...firstCourse, need: 'watch', version: '10' };
const well: AttemptEnd = { trouble: null, wasLive: true, version: '12', mute: false, early: false };
const ended = (kind: TroubleKind, more: Partial<AttemptEnd> = {}): AttemptEnd => ({
  ...well,
  trouble: trouble(kind, 'why', 'why'),
  ...more,
});

describe('what is done next', () => {
  test('after a watch that ended in its time: on from where it was, without asking', () => {
    expect(courseAfter(onWatch, well)).toEqual({ ...onWatch, version: '12' });
  });

  test('after a watch that ended early: on, but only if the server was not set back', () => {
    expect(courseAfter(onWatch, { ...well, early: true })).toMatchObject({
      need: 'watch',
      version: '12',
      doubtful: true,
    });
  });

  test('after 410: the whole state, first not older than what is known, then whatever there is', () => {
    const again = courseAfter(onWatch, ended('expired'));
    expect(again).toMatchObject({ need: 'sync', version: '12' });
    expect(courseAfter(again, ended('expired', { wasLive: false, version: '' }))).toMatchObject({
      need: 'sync',
      version: '',
    });
  });

  test('after a watch that was mute for longer than bookmarks take: the whole state', () => {
    expect(courseAfter(onWatch, { ...well, mute: true })).toMatchObject({ need: 'sync', version: '' });
    expect(courseAfter(onWatch, ended('silent', { mute: true }))).toMatchObject({ need: 'sync', version: '' });
  });

  test.each(['unauthorized', 'forbidden', 'failing', 'unreachable', 'untrusted', 'broken', 'silent'] as const)(
    'after a watch that was %s: on from its last version, once the server was asked for its own',
    (kind) => {
      expect(courseAfter(onWatch, ended(kind))).toMatchObject({ need: 'watch', version: '12', doubtful: true });
      // A whole state that failed is asked for again as before.
      expect(courseAfter(firstCourse, ended(kind, { wasLive: false, version: '' }))).toEqual(firstCourse);
    },
  );

  test.each(['version-too-large', 'absent'] as const)('after %s: the whole state, whatever it is', (kind) => {
    expect(courseAfter(onWatch, ended(kind))).toMatchObject({ need: 'sync', version: '' });
  });

  test('without WatchList: pages, for good if the server said so', () => {
    const said = courseAfter(firstCourse, ended('no-watch-list', { wasLive: false }));
    expect(said).toMatchObject({ way: 'pages', need: 'sync' });
    expect(courseAfter(said, ended('failing', { wasLive: false }))).toMatchObject({ way: 'pages' });
  });

  test('without the end of the initial state: pages, unless they fail too', () => {
    const guessed = courseAfter(firstCourse, ended('no-initial-end', { wasLive: false }));
    expect(guessed).toMatchObject({ way: 'pages', need: 'sync' });
    expect(courseAfter(guessed, ended('failing', { wasLive: false }))).toMatchObject({ way: 'watch-list' });
    const proven = courseAfter(guessed, well);
    expect(proven).toMatchObject({ way: 'pages', need: 'watch' });
    expect(courseAfter({ ...proven, need: 'sync' }, ended('failing', { wasLive: false }))).toMatchObject({
      way: 'pages',
    });
  });
});
