import type { Meaning } from './finding.ts';

/** What an owner means by acknowledging, in their own words: on buttons, and on the timeline. */
export const meaningWords: Record<Meaning, string> = {
  seen: 'Seen',
  mine: 'It was me',
  restored: 'It is restored',
};

/** Between what was found and what was said of it, on the timeline. */
const between = ' · ';

/** What the timeline tells of an acknowledgement: "gitea-data lost its data: 1.9 GB to 32 MB · it is restored". */
export function acknowledgedText(sentence: string, meaning: Meaning): string {
  const words = meaningWords[meaning];
  return `${sentence}${between}${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

/** The two parts of such a text: what was found, and what was said of it ("" where it does not tell). */
export function acknowledgedParts(text: string): [sentence: string, meant: string] {
  const at = text.lastIndexOf(between);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + between.length)];
}
