import { describe, expect, test } from 'vitest';
import { ItemSplitter } from '#server/cluster/item-splitter.ts';
import { jsonCut } from '#server/cluster/json-cut.ts';
import { lineSplitter } from '#server/cluster/line-splitter.ts';

/** The chunks of a text cut after every `size` bytes. */
function chunksOf(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

function linesOf(text: string, size: number, most = 1e6): { lines: string[]; outcomes: string[]; unfinished: boolean } {
  const splitter = lineSplitter(most);
  const lines: string[] = [];
  const outcomes = chunksOf(text, size).map((chunk) =>
    splitter.push(chunk, (line) => lines.push(line.toString('utf8')) > 0),
  );
  return { lines, outcomes, unfinished: splitter.unfinished };
}

describe('lines', () => {
  test.each([1, 2, 3, 7, 1000])('are the same however the bytes arrive, %i at a time', (size) => {
    const { lines, unfinished } = linesOf('{"a":"é\u2028ü\u2029"}\n\n{"b":1}\n{"c":', size);
    expect(lines).toEqual(['{"a":"é\u2028ü\u2029"}', '{"b":1}']);
    expect(unfinished).toBe(true);
  });

  test('after the last newline nothing is left', () => {
    expect(linesOf('one\ntwo\n', 5).unfinished).toBe(false);
  });

  test('a line longer than allowed is refused, begun or whole', () => {
    expect(linesOf('123456789\n', 100, 8).outcomes).toEqual(['oversized']);
    expect(linesOf('123456789', 4, 8).outcomes).toEqual(['more', 'more', 'oversized']);
    expect(linesOf('12345678\n', 100, 8).lines).toEqual(['12345678']);
  });

  test('a line of some megabytes in small chunks takes no quadratic time', () => {
    const long = 'x'.repeat(8_000_000);
    const started = performance.now();
    expect(linesOf(`${long}\n`, 1_000, 1e7).lines[0]?.length).toBe(long.length);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  test('taking stops when the taker has had enough', () => {
    const taken: string[] = [];
    const outcome = lineSplitter(100).push(Buffer.from('a\nb\nc\n'), (line) => taken.push(line.toString()) < 2);
    expect([outcome, taken]).toEqual(['stopped', ['a', 'b']]);
  });
});

/** The items and the rest of a list whose bytes arrive `size` at a time. */
function itemsOf(text: string, size: number, most = 1e6) {
  const splitter = new ItemSplitter(most);
  const items: unknown[] = [];
  const outcomes = chunksOf(text, size).map((chunk) =>
    splitter.push(chunk, (item) => items.push(JSON.parse(item.toString())) > 0),
  );
  return { items, rest: splitter.rest(), outcomes };
}

describe('items of a list', () => {
  const tricky = {
    kind: 'PodList',
    'x"items': [[1], { items: [{ no: 1 }] }],
    metadata: { resourceVersion: '12', items: [{ not: 'these' }], continue: 'abc' },
    items: [
      { a: 'quote " brace } bracket ] backslash \\' },
      { b: { items: [{ c: ['x', { d: '\\"}' }] }] } },
      {},
      { u: 'é\u2028' },
    ],
    after: ['x'],
  };

  test.each([1, 2, 5, 64, 10_000])('come one by one however the bytes arrive, %i at a time', (size) => {
    for (const space of [undefined, 2]) {
      const { items, rest } = itemsOf(JSON.stringify(tricky, null, space), size);
      expect(items).toEqual(tricky.items);
      expect(rest).toEqual({ ...tricky, items: [] });
    }
  });

  test('may be none, or null', () => {
    expect(itemsOf('{"metadata":{},"items":[]}', 4)).toMatchObject({ items: [], rest: { items: [] } });
    expect(itemsOf('{"metadata":{},"items":null}', 4)).toMatchObject({ items: [], rest: { items: null } });
  });

  test.each([
    '',
    '<html>',
    '[{"a":1}]',
    '{"items":[{"a":1}',
    '{"items":[{"a":1}]',
    '{"items":[]}}',
    '{"items":["',
    'null',
    '3',
  ])('a list that is cut off or none has no rest: %j', (text) => {
    expect(itemsOf(text, 3).rest).toBeNull();
  });

  test('an item longer than allowed is refused, begun or whole', () => {
    const text = JSON.stringify({ items: [{ a: 'x'.repeat(100) }] });
    expect(itemsOf(text, 1_000, 50).outcomes).toEqual(['oversized']);
    expect(itemsOf(text, 30, 50).outcomes.slice(0, 3)).toEqual(['more', 'more', 'oversized']);
    expect(itemsOf(text, 30, 200).items).toHaveLength(1);
  });
});

describe('the cut', () => {
  const padding = 'x'.repeat(2_100); // shorter documents are left whole
  const fields = [{ manager: 'k"3s]', fieldsV1: { 'k:{"name":"x"}': { '.': {}, 'f:a': ['[', '\\"]'] } } }];
  const cut = jsonCut(['managedFields', 'annotations', 'env']);

  test.each([
    { metadata: { managedFields: fields } },
    { metadata: { managedFields: fields, name: 'first' } },
    { metadata: { name: 'last', managedFields: fields } },
    { metadata: { name: 'middle', managedFields: [], uid: 'u' }, spec: { a: [1] } },
    { managedFields: fields },
    { metadata: { annotations: { a: '}' }, managedFields: fields, name: 'two in a row' } },
    { metadata: { name: 'two at the end', annotations: { a: '"{' }, managedFields: fields } },
    { metadata: { annotations: {}, managedFields: fields } },
    { env: fields, annotations: { a: ['b'] }, managedFields: [] },
    { a: { env: [1] }, b: { annotations: {} }, c: 'é\u2028', d: { managedFields: [2], e: 3 } },
    { annotations: { managedFields: fields, env: [] }, name: 'one within the other' },
  ])('leaves all else: %j', (object) => {
    const text = JSON.stringify({ padding, ...object });
    const keys = new Set(['managedFields', 'annotations', 'env']);
    const without = JSON.parse(text, (key, value: unknown) => (keys.has(key) ? undefined : value)) as unknown;
    expect(JSON.parse(cut(Buffer.from(text)))).toEqual(without);
    expect(cut(Buffer.from(text))).toBe(JSON.stringify(without));
  });

  test.each([
    JSON.stringify({ annotation: '{"managedFields":[1]}', name: padding }),
    `{"x\\"managedFields":[1],"name":"${padding}"}`,
    JSON.stringify({ managedFields: null, annotations: 'none', env: 3, name: padding }),
    JSON.stringify({ managedFields: fields, padding }, null, 1),
    `not JSON ${padding}`,
    JSON.stringify({ metadata: { annotations: { short: 'as bookmarks are' } } }),
  ])('leaves alone what only looks like it, and what is short', (text) => {
    expect(cut(Buffer.from(text))).toBe(text);
  });

  test.each([
    `"managedFields":[${padding}`,
    `{"a":1,"managedFields":[{"a":"${padding}`,
    `{"a":1,"managedFields":[{"a":"${padding}\\`,
    `{"a":{"env":[1],"managedFields":[]},"b":"${padding}`,
  ])('makes no JSON of what is half of it', (text) => {
    expect(() => JSON.parse(cut(Buffer.from(text))) as unknown).toThrow(SyntaxError);
  });

  test('of many documents, giants among them, mixes up nothing', () => {
    for (const size of [3_000, 500_000, 2_500, 40_000]) {
      const object = { a: 'a'.repeat(size), env: [1], b: size };
      expect(JSON.parse(cut(Buffer.from(JSON.stringify(object))))).toEqual({ a: object.a, b: size });
    }
  });
});
