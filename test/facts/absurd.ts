/** Values that have no place where they stand. */
export const absurdities: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  Number.NaN,
  1e308,
  '',
  'text',
  'x'.repeat(5_000),
  [],
  [null, 3, 'x', [], {}],
  {},
  { a: 1 },
  new Date(Number.NaN),
];

/** Copies of a JSON-like value in each of which one thing, however deep, is replaced by something absurd. */
export function* spoilt(value: unknown): Generator<unknown> {
  for (const absurd of absurdities) yield absurd;
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) for (const bad of spoilt(element)) yield value.with(i, bad);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, element] of Object.entries(value))
      for (const bad of spoilt(element)) yield { ...value, [key]: bad };
  }
}
