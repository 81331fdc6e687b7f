import { distance } from 'fastest-levenshtein';
import { concealed } from './config-secrets.ts';

/** The known name that is nearest to what was written, or undefined if none is known. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  // The distance costs length times length: a key of a megabyte must not hang the start.
  const short = name.slice(0, 200);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const found = distance(short.toLowerCase(), candidate.toLowerCase());
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best;
}

/** `unknown key "tmieZone": the nearest known one is "timeZone"`. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const plain = concealed(name);
  const shown = plain.length > 80 ? `${plain.slice(0, 77)}...` : plain;
  const near = nearest(name, known);
  return near === undefined
    ? `unknown ${what} "${shown}": there is none`
    : `unknown ${what} "${shown}": the nearest known one is "${near}"`;
}
