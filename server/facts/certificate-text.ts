import { textOf } from './read-raw.ts';

/** Longer than any name that is meant to be read. */
const longestName = 200;

/** The name of a certificate or of its file as one line that can stand on the wall, at most 200 characters; "" for all that is no string. */
export function certificateText(value: unknown): string {
  const text = textOf(value, 1_000).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, ' ');
  return textOf(text.trim(), longestName);
}
