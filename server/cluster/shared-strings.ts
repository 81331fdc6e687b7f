import type { Intern } from '#server/facts/read-raw.ts';

/** Longer ones are seldom equal. */
const longest = 256;

/** An `Intern` of one cluster, which shares at most `most` strings: then it begins anew. */
export function sharedStrings(most = 10_000): Intern {
  const known = new Map<string, string>();
  return (text) => {
    if (text.length > longest) return text;
    const shared = known.get(text);
    if (shared !== undefined) return shared;
    if (known.size >= most) known.clear();
    known.set(text, text);
    return text;
  };
}
