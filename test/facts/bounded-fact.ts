import { ok } from 'node:assert/strict';

// Names of 253 characters with a namespace before them are the longest but for messages.
const longestText = 1_000;
const longestList = 200;
// 64 containers with two messages each are the most that any fact holds.
const mostCharacters = 220_000;

/** Fails if a fact holds what no fact may: endless lists or texts, numbers that are none, anything but plain values. */
export function boundedFact(fact: object): void {
  // Of a node's pods and volumes there may be more than of anything else; each has three names at most.
  const { pods, volumes, ...rest } = fact as { pods?: unknown; volumes?: unknown };
  const lists =
    Array.isArray(pods) && Array.isArray(volumes) ? [...slicesOf(pods), ...slicesOf(volumes), rest] : [fact];
  ok(lists.length <= 11, `a fact of ${lists.length} parts`);
  for (const part of lists) {
    ok(walk(part, 'fact', mostCharacters) > 0, `a fact of more than ${mostCharacters} characters`);
  }
}

/** A list in parts of 100. */
function slicesOf(list: unknown[]): unknown[][] {
  return Array.from({ length: Math.ceil(list.length / 100) }, (_, i) => list.slice(i * 100, (i + 1) * 100));
}

/** What is left of the characters allowed. */
function walk(value: unknown, path: string, left: number): number {
  if (value === null || typeof value === 'boolean') return left - 5;
  if (typeof value === 'string') {
    ok(value.length <= longestText, `${path} is ${value.length} characters long`);
    return left - value.length;
  }
  if (typeof value === 'number') {
    ok(Number.isFinite(value), `${path} is ${value}`);
    return left - 20;
  }
  ok(typeof value === 'object', `${path} is a ${typeof value}`);
  return within(value, path, left);
}

function within(value: object, path: string, left: number): number {
  const prototype = Object.getPrototypeOf(value) as unknown;
  ok(prototype === Object.prototype || prototype === Array.prototype, `${path} is no plain object`);
  let rest = left;
  const entries = Object.entries(value);
  ok(entries.length <= longestList, `${path} holds ${entries.length}`);
  for (const [key, part] of entries) rest = walk(part, `${path}.${key.slice(0, 40)}`, rest - key.length);
  return rest;
}
