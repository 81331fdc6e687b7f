import { render, type Say, type SayContext } from '#shared/say.ts';

/** Letters written from right to left, and marks that turn the direction of what follows. */
const turning = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]/;
const isolate = '\u2068';
const endIsolate = '\u2069';

/** `render`, with names that turn the direction of writing kept from turning the sentence around them. */
export function told({ template, values }: Say, context: SayContext): string {
  const kept = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' && turning.test(value) ? `${isolate}${value}${endIsolate}` : value,
  ]);
  return render({ template, values: Object.fromEntries(kept) as Say['values'] }, context);
}
