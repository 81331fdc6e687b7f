/** A raw object of the API, of which nothing is certain. */
export type Raw = Readonly<Record<string, unknown>>;

/** Gives one and the same string for equal strings, so that 5,000 pods share the names of their nodes. Pure to its caller. */
export type Intern = (text: string) => string;

/** The `Intern` that shares nothing. */
export const asItIs: Intern = (text) => text;

/** Longest name the API allows (DNS subdomain). */
export const nameLength = 253;
/** Enough of a message to tell the cause, little enough to keep thousands. */
export const messageLength = 1_000;

const nothing: Raw = Object.freeze({});

/** The value as an object; an empty one for null, arrays and all else. */
export function objectOf(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : nothing;
}

/** The objects of an array, at most `most`; none for all that is no array. Other elements are left out. */
export function objectsOf(value: unknown, most: number): Raw[] {
  if (!Array.isArray(value)) return [];
  const found: Raw[] = [];
  for (const element of value as unknown[]) {
    if (found.length === most) break;
    if (typeof element === 'object' && element !== null) found.push(element as Raw);
  }
  return found;
}

/** The strings of an array that are not empty, at most `most`, each of at most `longest` characters; none for all that is no array. */
export function textsOf(value: unknown, most: number, longest: number = nameLength): string[] {
  if (!Array.isArray(value)) return [];
  const found: string[] = [];
  for (const element of value as unknown[]) {
    if (found.length === most) break;
    if (typeof element === 'string' && element !== '') found.push(textOf(element, longest));
  }
  return found;
}

/** The value as a string of at most `longest` characters; "" for all that is no string. */
export function textOf(value: unknown, longest: number = nameLength): string {
  if (typeof value !== 'string') return '';
  return value.length <= longest ? value : shortened(value, longest);
}

/**
 * The value as a message of at most `messageLength` characters, cut in its middle: what wraps a cause repeats itself, and
 * the cause is at the end. "" for all that is no string.
 */
export function messageOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  if (value.length <= messageLength) return value;
  const half = messageLength / 2;
  return ownCopy(`${value.slice(0, half).toWellFormed()}…${value.slice(1 - half).toWellFormed()}`);
}

/** The value as a finite number within `least` and `most`, else null. */
export function numberOf(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && value >= least && value <= most ? value : null;
}

/** Epoch ms of an RFC 3339 string (as watches bring) or a Date (as typed lists do); null for all else. */
export function timeOf(value: unknown): number | null {
  if (value instanceof Date) return finite(value.getTime());
  if (typeof value !== 'string' || value.length > 40) return null;
  return finite(Date.parse(value));
}

function finite(at: number): number | null {
  return Number.isFinite(at) ? at : null;
}

function shortened(text: string, longest: number): string {
  return ownCopy(text.slice(0, longest - 1).toWellFormed() + '…');
}

// A substring keeps its whole parent alive in V8; going through JSON makes a copy of its own.
function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
