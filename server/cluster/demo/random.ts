/** Random numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** Lower-case hexadecimal digits. */
  hex(length: number): string;
  /** The letters of Kubernetes' generated names. */
  suffix(length: number): string;
  /** A version 4 UUID. */
  uid(): string;
  /** A stream of its own, so that what draws from it does not disturb the others. */
  fork(name: string): Random;
}

// Kubernetes leaves out vowels and what looks alike, so that no generated name is a word.
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Random numbers by mulberry32: 32 bits of state, good enough for a stage set. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const letters = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet.charAt(between(0, alphabet.length - 1))).join('');
  const hex = (length: number) => letters('0123456789abcdef', length);

  return {
    next,
    between,
    hex,
    pick<T>(list: readonly T[]): T {
      return list[between(0, list.length - 1)] as T;
    },
    suffix: (length) => letters(SUFFIX_LETTERS, length),
    uid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${letters('89ab', 1)}${hex(3)}-${hex(12)}`,
    fork: (name) => createRandom(hash(`${seed}/${name}`)),
  };
}

/** FNV-1a: one seed for each name. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
