import * as v from 'valibot';
import { unknownName } from './config-nearest.ts';
import { concealed } from './config-secrets.ts';

const unitMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const unitBytes: Record<string, number> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `30s`, `10m`, `1h30m`, `7d` in ms; null if it is not a duration. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return null;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
  return Math.round([...parts].reduce((sum, [, number, unit]) => sum + Number(number) * unitMs[unit!]!, 0));
}

/** `50MB`, `1.5GB`, `16Mi` in bytes; null if it is not a size. */
export function parseBytes(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?) ?(B|kB|MB|GB|TB|Ki|Mi|Gi|Ti)$/.exec(text);
  return found === null ? null : Math.round(Number(found[1]) * unitBytes[found[2]!]!);
}

/** Ms as one would write it in the file: "30s", "10m", "7d". */
export function writeDuration(ms: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find((name) => ms >= unitMs[name]! && ms % unitMs[name]! === 0);
  if (ms === 0) return '0s';
  return unit === undefined ? `${ms}ms` : `${ms / unitMs[unit]!}${unit}`;
}

/** What was written, short enough for a sentence: `"30"`, `30`, `a list`. Never a key, a password or a token. */
export function quoted(input: unknown): string {
  if (typeof input === 'string' && input.includes('PRIVATE KEY')) return 'a private key';
  if (Array.isArray(input)) return 'a list';
  if (input !== null && typeof input === 'object') return 'a group of keys';
  const text = typeof input === 'string' ? JSON.stringify(concealed(input)) : String(input);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** A value that `convert` understands, or the whole sentence why not. */
export function told<T>(convert: (input: unknown) => { value: T } | { problem: string }): v.GenericSchema<unknown, T> {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      const converted = convert(dataset.value);
      if ('value' in converted) return converted.value;
      addIssue({ message: converted.problem });
      return NEVER;
    }),
  );
}

/** A value that `parse` understands (null = not); `should` finishes the sentence that begins with what was written. */
export function written<T>(
  parse: (input: unknown) => T | null,
  should: string | ((input: unknown) => string),
): v.GenericSchema<unknown, T> {
  const sentence = (input: unknown) => (typeof should === 'string' ? `${quoted(input)} ${should}` : should(input));
  return told((input) => {
    const value = parse(input);
    return value === null ? { problem: sentence(input) } : { value };
  });
}

/** A text of 1 to `longest` characters. */
export function text(longest: number): v.GenericSchema<unknown, string> {
  return written(
    (input) => (typeof input === 'string' && input.length > 0 && input.length <= longest ? input : null),
    `must be a text of 1 to ${longest} characters (in quotes if it looks like a number)`,
  );
}

/** A duration from `least` to `most` ms. */
export function durationWithin(least: number, most: number): v.GenericSchema<unknown, number> {
  return told((input) => {
    const ms = typeof input === 'string' ? parseDuration(input) : null;
    if (ms === null) return { problem: `${quoted(input)} is not a duration: write it like 30s, 10m or 7d` };
    if (ms >= least && ms <= most) return { value: ms };
    return { problem: `${writeDuration(ms)} must be from ${writeDuration(least)} to ${writeDuration(most)}` };
  });
}

/** One of these words. */
export function oneOf<const T extends string>(words: readonly T[]): v.GenericSchema<unknown, T> {
  const should = `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return written((input) => words.find((word) => word === input) ?? null, should);
}

/** True or false; true where it is left empty, null for all else. */
export function flag(input: unknown): boolean | null {
  if (input === null) return true;
  return typeof input === 'boolean' ? input : null;
}

/** A value that may be left out or empty, and what it is then: a default given to valibot would be read by the schema. */
export function optional<T, const D>(
  schema: v.GenericSchema<unknown, T>,
  otherwise: D,
): v.GenericSchema<unknown, T | D> {
  return v.pipe(
    // Null is not read; without a default what is left out would stay away.
    v.nullish(schema, null),
    v.transform((value): T | D => value ?? otherwise),
  );
}

/** A group of keys that is checked as a whole: what was read of it so far, and how to tell what is wrong with one of its keys. */
export interface Checked {
  dataset: { value: unknown };
  addIssue(issue: { message: string; path?: [v.IssuePathItem] }): void;
}

/** Keys that may be left out altogether. */
export function section<const E extends v.ObjectEntries>(entries: E) {
  return v.nullish(mapping(entries), {}) as v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<E, undefined>>>;
}

/** A list, each of whose items has its own issues. */
export function listOf<T>(item: v.GenericSchema<unknown, T>) {
  return v.array(item, ({ input }) => `${quoted(input)} must be a list`) as v.GenericSchema<unknown, T[]>;
}

/** A list of at most `most`, or one alone. */
export function oneOrMore<T>(item: v.GenericSchema<unknown, T>, most: number): v.GenericSchema<unknown, T[]> {
  const alone = v.pipe(
    item,
    v.transform((each) => [each]),
  );
  const tooMany = told<T[]>((input) => ({ problem: `${(input as unknown[]).length} are too many: at most ${most}` }));
  return v.lazy((input) => {
    if (!Array.isArray(input)) return alone;
    return input.length > most ? tooMany : listOf(item);
  });
}

/** Keys of which every unknown one is an issue of its own, so that all are told at once. */
export function mapping<const E extends v.ObjectEntries>(
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<E, undefined>>> {
  const known = Object.keys(entries);
  return v.pipe(
    v.custom<object>(
      (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
      ({ input }) => `${quoted(input)} must be a group of keys${known.length === 0 ? '' : ` such as ${known[0]}`}`,
    ),
    v.looseObject(entries, ({ expected }) => `the key ${expected} is missing`),
    v.rawCheck(({ dataset, addIssue }) => {
      const input = dataset.value as Record<string, unknown>;
      for (const key of Object.keys(input).filter((name) => !Object.hasOwn(entries, name))) {
        const path: [v.IssuePathItem] = [{ type: 'object', origin: 'key', input, key, value: input[key] }];
        addIssue({ message: unknownName('key', key, known), path });
      }
    }),
  ) as never;
}
