import { absurdities } from './absurd.ts';

/** Whole numbers from 0 to below the bound. */
export type Random = (below: number) => number;

const gone = Symbol('gone');
const long = 'a line of a stranger\u202e\u0007\x1b[31m\r\n'.repeat(3_600); // 100 KB
const manyKeys = Array.from({ length: 300 }, (_, i) => `${i}-${long.slice(0, 400)}`);

const numbers = [-1, -0, 0.5, 2 ** 31, 2 ** 53, 1e308, -1e308, Number.POSITIVE_INFINITY, Number.NaN, '3', '1e9'];
const dates = [
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '+275760-09-13T00:00:00Z', '-271821-04-20T00:00:00Z'],
  ...['2026-13-45T99:99:99Z', '2026-11-21', 'yesterday', '1970-01-01T00:00:00Z', new Date(Number.NaN), new Date(0)],
];
const words = [
  ...['Maybe', 'TRUE', 'true', 'True ', 'unknown', 'False', 'CrashLoopBackoff', 'Exploded', '', '\u0000', '\ud800'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '{name}', '$(reboot)', "'; reboot; '", '<b>'],
];
/** As a parser makes it: keys of an object's own that are named like those all objects have. */
const hostile = JSON.parse(
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":"x","hasOwnProperty":1}',
) as object;

/** A copy of a JSON-like value in which one to four things, however deep, are missing or are something odd; of some all texts are endless. */
export function mutated(value: unknown, random: Random): unknown {
  let result: unknown = random(50) === 0 ? flooded(value) : value;
  for (let left = 1 + random(4); left > 0; left -= 1) result = changed(result, random);
  return result === gone ? undefined : result;
}

/** All that strangers write is endless; by what things know each other stays. */
function flooded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    typeof part === 'string' && !/^(name|namespace|uid|type|kind|phase|status)$/.test(key) ? long : part,
  );
}

/** Goes down by any way, and mostly to the end of it. */
function changed(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return odd(value, random);
  const keys = Object.keys(value);
  const key = keys[random(keys.length)];
  if (key === undefined || random(16) === 0) return odd(value, random);
  const part = changed((value as Record<string, unknown>)[key], random);
  return replaced(value, key, part);
}

function replaced(value: object, key: string, part: unknown): object {
  if (Array.isArray(value)) {
    const before = value as unknown[];
    return part === gone ? before.toSpliced(Number(key), 1) : before.with(Number(key), part);
  }
  const copy: Record<string, unknown> = { ...value };
  if (part === gone) delete copy[key];
  else Object.defineProperty(copy, key, { value: part, enumerable: true, writable: true, configurable: true });
  return copy;
}

const oddities: readonly ((value: unknown, random: Random) => unknown)[] = [
  () => gone,
  () => gone,
  () => null,
  (_, random) => one(absurdities, random),
  (_, random) => one(numbers, random),
  (_, random) => one(dates, random),
  (_, random) => one(words, random),
  (_, random) => one(words, random),
  () => long,
  (value) => [value],
  (value) => (typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : 'text'),
  (value) => nested(value, 500),
  (value) => new Array<unknown>(1_000).fill(value),
  (value) => Object.fromEntries(manyKeys.map((key) => [key, value])),
  (value) => (typeof value === 'object' && value !== null ? { ...hostile, ...value } : hostile),
];

function odd(value: unknown, random: Random): unknown {
  return one(oddities, random)(value, random);
}

function one<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)]!;
}

function nested(value: unknown, depth: number): unknown {
  let result = value;
  for (let i = 0; i < depth; i += 1) result = i % 2 === 0 ? [result] : { inner: result };
  return result;
}
