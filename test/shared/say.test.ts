import { describe, expect, test } from 'vitest';
import { plainly, render, sameSay, say } from '#shared/say.ts';

const now = Date.UTC(2026, 3, 15, 20, 41);
const context = { now, timeZone: 'UTC' };
const rendered = (template: string, values = {}) => render(say(template, values), context);

describe('a sentence', () => {
  test('is rendered with its values in their formats', () => {
    expect(rendered('{name} has sent no heartbeat for {at:age}', { name: 'nuc0', at: now - 55_000 })).toBe(
      'nuc0 has sent no heartbeat for 55 s',
    );
    expect(
      rendered('{a:at}, {a:day}, {b:duration}, {c:bytes}, {d:percent}, {e}', { a: now, b: 3_000, c: 1e9, d: 61, e: 4 }),
    ).toBe('20:41, 15 April, 3 s, 1 GB, 61 %, 4');
  });

  test('goes on with time', () => {
    const silent = say('{at:age}', { at: now });
    expect(render(silent, context)).toBe('0 s');
    expect(render(silent, { ...context, now: now + 60_000 })).toBe('60 s');
  });

  test('shows what is missing or makes no sense as ?, and never throws', () => {
    expect(rendered('{a} {b:age} {c:age} {d:constructor} {e:at}', { b: 'text', c: NaN, d: 1, e: Infinity })).toBe(
      '? ? ? ? ?',
    );
    expect(rendered('{toString} {at:at}', { at: 1e300 })).toBe('? ?');
  });

  test("leaves strangers' braces and dollars alone", () => {
    const hostile = '{name} $& <b> {at:age}';
    expect(render(plainly(hostile), context)).toBe(hostile);
    expect(rendered('{a} is bad', { a: '$& {b}', b: 'x' })).toBe('$& {b} is bad');
  });
});

describe('two sentences', () => {
  test('are the same if template and values are, whatever the time', () => {
    expect(sameSay(say('{a}', { a: 1, b: 'x' }), say('{a}', { b: 'x', a: 1 }))).toBe(true);
    expect(sameSay(say('{a}', { a: NaN }), say('{a}', { a: NaN }))).toBe(true);
  });

  test('differ in template, in a value, in its type and in how many there are', () => {
    const one = say('{a}', { a: 1 });
    for (const other of [
      say('{b}', { a: 1 }),
      say('{a}', { a: 2 }),
      say('{a}', { a: '1' }),
      say('{a}', { a: 1, b: 2 }),
      say('{a}', { b: 1 }),
    ]) {
      expect(sameSay(one, other)).toBe(false);
    }
  });
});
