import { fatalLines, type FatalLook } from './fatal-lines.ts';
import { meaningOf } from './meanings.ts';

/** What the last lines of a log come down to. */
export interface FatalHint {
  /** In words that follow a colon: `its write-ahead log is damaged`. */
  words: string;
  /** Which of the lines says so. */
  line: number;
  look: FatalLook | null;
  /** The name in it, "" if there is none: a host, a file, an address. */
  name: string;
}

const kept = new WeakMap<readonly string[], FatalHint | null>();

// Facts bound lines already; this bounds the time of matching whatever is handed in.
const mostLines = 40;
const longestLine = 400;

/** What the last lines of a container say of its end, null if none of them is known. Of several the first of the table counts. */
export function fatalHint(lines: readonly string[]): FatalHint | null {
  const before = kept.get(lines);
  if (before !== undefined) return before;
  const hint = find(lines);
  kept.set(lines, hint);
  return hint;
}

function find(lines: readonly string[]): FatalHint | null {
  const first = Math.max(0, lines.length - mostLines);
  for (const known of fatalLines) {
    for (let line = lines.length - 1; line >= first; line -= 1) {
      const meaning = meaningOf((lines[line] ?? '').slice(0, longestLine), [known]);
      if (meaning !== null) return { ...meaning, line };
    }
  }
  return null;
}
