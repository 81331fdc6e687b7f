import * as v from 'valibot';

const dayMs = 86_400_000;

// Beyond year 5138 no history is kept, and Date knows no more than 8.64e15.
const latest = 1e14;

/** An epoch ms as it stands in a query string. */
const moment = v.pipe(
  v.string('must be given once'),
  v.regex(/^\d{1,15}$/, 'must be a time in epoch milliseconds'),
  v.transform(Number),
  v.maxValue(latest, 'must be a time in epoch milliseconds'),
);

/** A count of points, 2 to 2000. */
export const points = v.optional(
  v.pipe(
    v.string('must be given once'),
    v.regex(/^\d{1,4}$/, 'must be a whole number from 2 to 2000'),
    v.transform(Number),
    v.minValue(2, 'must be a whole number from 2 to 2000'),
    v.maxValue(2000, 'must be a whole number from 2 to 2000'),
  ),
  '300',
);

/** A name that must be there. */
export const name = v.pipe(
  v.string('must be given once'),
  v.minLength(1, 'must not be empty'),
  v.maxLength(2000, 'is too long'),
);

/** `from` and `to`; without them the last 24 hours. */
export const stretch = { from: v.optional(moment), to: v.optional(moment) };

/** The query as the schema reads it, or a sentence about what is wrong with it. */
export function readQuery<E extends v.ObjectEntries>(
  entries: E,
  query: unknown,
): { value: v.InferOutput<v.StrictObjectSchema<E, undefined>> } | { error: string } {
  const parsed = v.safeParse(v.strictObject(entries), query);
  if (parsed.success) return { value: parsed.output };
  const [issue] = parsed.issues;
  const key = String(issue.path?.[0]?.key ?? '').slice(0, 80);
  if (issue.type !== 'strict_object') return { error: `${key} ${issue.message}` };
  if (Object.hasOwn(entries, key)) return { error: `${key} is missing` };
  return { error: `unknown parameter ${key}: those known are ${Object.keys(entries).join(', ')}` };
}

/** Both ends of the stretch asked for, or a sentence if it ends before it begins. */
export function boundsOf(asked: { from?: number | undefined; to?: number | undefined }, now: number) {
  const to = asked.to ?? now;
  const from = asked.from ?? to - dayMs;
  return from < to ? { from, to } : { error: 'from must be before to' };
}
