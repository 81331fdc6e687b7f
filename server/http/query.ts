import * as v from 'valibot';
import { areas } from '#shared/area.ts';

const dayMs = 86_400_000;

/** Nothing is kept for longer: two years and a day. */
const keptMs = 731 * dayMs;

/** A clock elsewhere may be this far ahead of ours: what is asked for up to then is told up to now. */
const clocksDifferMs = 3_600_000;

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

/** One of the ten areas. */
export const area = v.pipe(v.string('must be given once'), v.picklist(areas, `must be one of ${areas.join(', ')}`));

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

/**
 * Both ends of the stretch asked for, or a sentence about what is wrong with it. `from` is never before what can be kept: whoever
 * asks for all asks from 0; `to` is never after now.
 */
export function boundsOf(
  asked: { from?: number | undefined; to?: number | undefined },
  now: number,
): { from: number; to: number } | { error: string } {
  const to = asked.to ?? now;
  const from = asked.from ?? to - dayMs;
  if (from >= to) return { error: 'from must be before to' };
  if (from >= now) return { error: 'from must not be in the future' };
  if (to > now + clocksDifferMs) return { error: 'to must not be in the future' };
  const earliest = Math.max(0, now - keptMs);
  if (to <= earliest) return { error: 'to must not be more than two years ago: nothing is kept of then' };
  return { from: Math.max(from, earliest), to: Math.min(to, now) };
}
