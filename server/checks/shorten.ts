/** One word of ASCII: nothing in it to leave out. */
const plain = /^[!-~]*$/;

/**
 * At most `length` characters of a stranger's text on one line, cut with "..." at the end. Control characters and
 * direction marks, which could make a sentence read other than it is, are left out.
 */
export function shorten(text: string, length = 160): string {
  // Nearly all are names of objects, by the ten thousand.
  if (text.length <= length && plain.test(text)) return text;
  const start = text.slice(0, 4 * length).replaceAll(/\s+/g, ' ');
  const line = [...start.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim()];
  if (line.length <= length) return line.join('');
  return `${line
    .slice(0, length - 3)
    .join('')
    .trimEnd()}...`;
}

/** The same, cut with "..." at the start: where a message ends with what matters. */
export function shortenStart(text: string, length = 160): string {
  if (text.length <= length && plain.test(text)) return text;
  const line = [...shorten(text.slice(-4 * length), 4 * length)];
  if (line.length <= length) return line.join('');
  return `...${line
    .slice(3 - length)
    .join('')
    .trimStart()}`;
}
