import { formatAge, formatAt, formatBytes, formatDay, formatDuration, formatPercent } from './format.ts';

/**
 * A sentence whose measured values are typed, so that it can be compared without its rendering and rendered live on
 * the page. `template` holds `{name}` (as it is) or `{name:format}` with format one of
 * `age` (epoch ms -> "6 min"), `at` (epoch ms -> "20:35"), `day` (epoch ms -> "5 April"), `duration` (ms -> "3 s"),
 * `bytes`, `percent` (0..100).
 */
export interface Say {
  template: string;
  values: Record<string, string | number>;
}

/** What rendering depends on: `now` in epoch ms and an IANA time zone. */
export interface SayContext {
  now: number;
  timeZone: string;
}

const formats: Record<string, (value: number, context: SayContext) => string> = {
  age: (value, { now }) => formatAge(now - value),
  at: (value, { now, timeZone }) => formatAt(value, now, timeZone),
  day: (value, { now, timeZone }) => formatDay(value, now, timeZone),
  duration: (value) => formatDuration(value),
  bytes: (value) => formatBytes(value),
  percent: (value) => formatPercent(value),
};

/** Shorthand for building a `Say`. */
export function say(template: string, values: Record<string, string | number> = {}): Say {
  return { template, values };
}

/** A `Say` of a fixed text, safe for any text (braces in it are not placeholders). */
export function plainly(text: string): Say {
  return { template: '{text}', values: { text } };
}

/** The one renderer: text of a `Say` in English at `context.now`. A value that is missing or not a number shows as "?". */
export function render({ template, values }: Say, context: SayContext): string {
  return template.replaceAll(/\{([A-Za-z0-9]+)(?::([a-z]+))?\}/g, (_, name: string, format?: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return '?';
    if (format === undefined) return String(value);
    const formatter = Object.hasOwn(formats, format) ? formats[format] : undefined;
    if (formatter === undefined || typeof value !== 'number' || !Number.isFinite(value)) return '?';
    return formatter(value, context);
  });
}

/** True if two sentences say the same apart from how time has passed. */
export function sameSay(a: Say, b: Say): boolean {
  if (a === b) return true;
  if (a.template !== b.template) return false;
  const names = Object.keys(a.values);
  return (
    names.length === Object.keys(b.values).length && names.every((name) => Object.is(a.values[name], b.values[name]))
  );
}
