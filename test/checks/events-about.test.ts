import { expect, test } from 'vitest';
import { eventMessage, eventsAbout } from '#server/checks/events-about.ts';
import type { EventFact } from '#server/facts/event.ts';
import { anEvent } from '#test/builders/facts.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

const event = (key: string, part: Partial<EventFact> = {}) => anEvent({ key, message: key, ...part });
const about = (name: string) => ({ kind: 'Pod', namespace: 'default', name });

test('warnings are found by what they are about, the newest first', () => {
  const snapshot = aSnapshot({
    events: [
      event('old', { lastAt: noon - 9 * minute }),
      event('new', { lastAt: noon - minute }),
      event('without last', { lastAt: null, firstAt: noon - 5 * minute }),
      event('without time', { lastAt: null, firstAt: null }),
      event('normal', { type: 'Normal' }),
      event('other pod', { about: { kind: 'Pod', namespace: 'default', name: 'web-1' } }),
      event('other namespace', { about: { kind: 'Pod', namespace: 'media', name: 'web-0' } }),
      event('other kind', { about: { kind: 'StatefulSet', namespace: 'default', name: 'web-0' } }),
      event('of the cluster', { about: { kind: 'Node', namespace: null, name: 'nuc0' } }),
    ],
  });
  const keys = (subject: Parameters<typeof eventsAbout>[1]) => eventsAbout(snapshot, subject).map(({ key }) => key);
  expect(keys(about('web-0'))).toEqual(['new', 'without last', 'old', 'without time']);
  expect(keys({ kind: 'Node', name: 'nuc0' })).toEqual(['of the cluster']);
  expect(keys(about('gone'))).toEqual([]);
});

test('new events are seen in the next snapshot', () => {
  expect(eventsAbout(aSnapshot(), about('web-0'))).toEqual([]);
  expect(eventsAbout(aSnapshot({ events: [event('new')] }), about('web-0'))).toHaveLength(1);
});

test('an event that stands for many says what the many said', () => {
  const message = '(combined from similar events): Failed to pull image "x:1": no';
  expect(eventMessage(anEvent({ message }))).toBe('Failed to pull image "x:1": no');
});
