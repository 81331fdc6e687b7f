import { shorten, shortenStart } from './shorten.ts';

/** What messages mean in plain words: the first pattern that fits counts, `$1` is what its first group found. */
export type Meanings<Look extends string = string> = readonly (readonly [
  pattern: RegExp,
  words: string,
  look?: Look,
])[];

/** A message in plain words, and where to look next. */
export interface Meaning<Look extends string = string> {
  words: string;
  look: Look | null;
  /** What the first group of the pattern found, "" if nothing: mostly a name. */
  name: string;
}

// As long as facts let messages be: patterns must not be slow on more.
const mostRead = 1_000;

/** What a message means, null if no pattern fits. */
export function meaningOf<Look extends string>(message: string, meanings: Meanings<Look>): Meaning<Look> | null {
  const text = message.slice(0, mostRead);
  for (const [pattern, words, look] of meanings) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const filled = words.replaceAll(/\$(\d)/g, (_, index: string) => shorten(found[Number(index)] ?? '', 80));
    return { words: filled, look: look ?? null, name: found[1] ?? '' };
  }
  return null;
}

/**
 * A stranger's message as a quotation, with none within it. Ids of containers are left out: they are new with every
 * attempt.
 */
export function quoted(message: string, length = 160): string {
  return `"${shorten(quotable(message), length)}"`;
}

/** The same of a message that wraps its cause: the end of it, where it is too long. */
export function quotedEnd(message: string, length = 160): string {
  return `"${shortenStart(quotable(message), length)}"`;
}

function quotable(message: string): string {
  return message.replaceAll(/\b[0-9a-f]{32,}\b/g, '...').replaceAll('"', "'");
}
