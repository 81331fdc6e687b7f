/** At most `length` characters of a stranger's text on one line, cut with "..." at the end. */
export function shorten(text: string, length = 160): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 3).trimEnd()}...`;
}
