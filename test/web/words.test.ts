import { describe, expect, test } from 'vitest';

import type { Column } from '#shared/area-rows.ts';
import { plainly, say } from '#shared/say.ts';
import { byKey, cellText, sortKey } from '#web/parts/cell.ts';
import { isolated, told, toldSentence } from '#web/parts/told.ts';
import { countWords, sinceWords, subjectBeside, subjectWords, unitsKept } from '#web/parts/words.ts';
import { hour, minute, timeZone } from './fixtures.ts';
import { hostileNames } from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const context = { now, timeZone };
const sorted = (values: (string | number | null)[], type: Column['type'], down: boolean) =>
  values.toSorted((a, b) => byKey(down)(sortKey(a, type), sortKey(b, type)));

describe('since when', () => {
  test('in the time zone of the wall, with its age', () => {
    expect(sinceWords({ since: now - 6 * minute }, context)).toBe('since 20:35 (6 min)');
  });

  test('what was already so when first looked at has no time of beginning', () => {
    expect(sinceWords({ since: now - 2 * hour, atLeast: true }, context)).toBe('for at least 2 h');
  });
});

test('counts are told worst first, and what is none is not told', () => {
  expect(countWords({ bad: 2, warn: 1, unknown: 5 })).toBe('2 failing · 5 unknown · 1 warning');
  expect(countWords({ bad: 0, warn: 2, unknown: 0 })).toBe('2 warnings');
  expect(countWords({ bad: 0, warn: 0, unknown: 0 })).toBe('');
});

test('a subject is named with its kind and namespace', () => {
  expect(subjectWords({ kind: 'Node', name: 'nuc2' })).toBe('Node nuc2');
  expect(subjectWords({ kind: 'Credential', name: 'wall' })).toBe('Our own credential');
  expect(subjectWords({ kind: 'Endpoint', name: 'api' })).toBe('The API');
  expect(subjectWords({ kind: 'Network', name: 'dns' })).toBe('DNS');
  expect(subjectWords({ kind: 'Pod', namespace: 'git', name: 'gitea-0' })).toBe('Pod git/gitea-0');
});

test('a subject beside the title of its area does not say the same word again', () => {
  expect(subjectBeside('registry', { kind: 'Registry', name: 'registry.example' })).toBe('registry.example');
  expect(subjectBeside('services', { kind: 'Service', namespace: 'git', name: 'gitea' })).toBe('Service git/gitea');
  expect(subjectBeside('nodes', { kind: 'Node', name: 'nuc2' })).toBe('Node nuc2');
});

describe('cells', () => {
  test.each([
    ['age', now - 6 * minute, '6 min'],
    ['at', now - 6 * minute, '20:35'],
    ['bytes', 1_900_000_000, '1.9 GB'],
    ['percent', 99.98, '99.98 %'],
    ['duration', 1_400, '1.4 s'],
    ['number', 12, '12'],
    ['text', 'ready', 'ready'],
    ['number', 2_912_118, '2,912,118'],
    ['number', -3, '-3'],
    ['number', null, '–'],
    ['at', null, 'unknown'],
    ['at', now + 12 * 24 * hour, '17 May 20:41'],
    ['at', 253_402_300_799_000, '1 Jan 10000'],
    ['at', -1_000, '1 Jan 1970'],
    ['at', Number.MAX_VALUE, '?'],
  ] as const)('%s %s reads "%s"', (type, value, text) => {
    expect(cellText(value, type, context)).toBe(text);
  });

  test('sort by value, numbers in texts by their size, what is not known last', () => {
    const names = ['nuc10', null, 'nuc2', 'Nuc1'];
    expect(sorted(names, 'text', false)).toEqual(['Nuc1', 'nuc2', 'nuc10', null]);
    expect(sorted(names, 'text', true)).toEqual(['nuc10', 'nuc2', 'Nuc1', null]);
    expect(sorted([10, null, 'many', 9], 'number', false)).toEqual([9, 10, 'many', null]);
    expect(sorted([10, null, 9], 'number', true)).toEqual([10, 9, null]);
  });

  test('of ages the youngest comes first, though it began last', () => {
    expect(sorted([now - 60_000, null, now], 'age', false)).toEqual([now, now - 60_000, null]);
  });
});

describe('a name that turns the direction of writing', () => {
  test('is kept apart from the sentence around it', () => {
    const text = told(say('{name} is silent', { name: hostileNames.rightToLeft }), context);
    expect(text).toBe(`\u2068${hostileNames.rightToLeft}\u2069 is silent`);
  });

  test('a sentence that was rendered elsewhere keeps its order around a name that turns the direction', () => {
    expect(isolated('over: שלום 3 pods')).toBe('over: \u2068שלום\u2069 3 pods');
    expect(isolated('nuc1 rebooted')).toBe('nuc1 rebooted');
  });

  test('a name cannot end its own isolation', () => {
    expect(told(say('{name} is silent', { name: 'a\u2069\u202Eb' }), context)).toBe('\u2068a\u202Eb\u2069 is silent');
  });

  test.each([
    [say('the API answers'), 'The API answers'],
    [say('{name} is silent', { name: 'nuc2' }), 'nuc2 is silent'],
    [say('{what} expired', { what: "the wall's own certificate" }), "The wall's own certificate expired"],
    [say('{name} is silent', { name: 'the' }), 'the is silent'],
    [say('k3s says so'), 'k3s says so'],
    [say('etcd is slow'), 'etcd is slow'],
    [plainly('nuc2 is silent'), 'nuc2 is silent'],
  ])('%j begins as it should', (words, sentence) => {
    expect(toldSentence(words, context)).toBe(sentence);
  });

  test('other names are left as they are', () => {
    expect(told(say('{name} is silent for {since:age}', { name: 'nuc2', since: now - minute }), context)).toBe(
      'nuc2 is silent for 60 s',
    );
  });
});

test('numbers stay on one line with their units', () => {
  expect(unitsKept('all heartbeats under 10 s, 9 h ago')).toBe('all heartbeats under 10\u00a0s, 9\u00a0h ago');
  expect(unitsKept('61 % of 16 GB')).toBe('61\u00a0% of 16\u00a0GB');
  expect(unitsKept('4 of 4 silent, 2 months')).toBe('4 of 4 silent, 2 months');
});
