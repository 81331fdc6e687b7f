const most = 64;
const mostLength = 1_000;

/** Names and values one after the other, as undici hands them over. */
type RawHeaders = readonly (Buffer | string)[];

/** The first 64 headers by lower-case name, each of 1,000 characters at most and without control characters. */
export function answerHeaders(raw: RawHeaders): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = text(raw[i]!).toLowerCase();
    const known = headers.get(name);
    if (known === undefined && headers.size >= most) continue;
    if (known !== undefined && known.length >= mostLength) continue;
    const value = text(raw[i + 1]!);
    headers.set(name, (known === undefined ? value : `${known}, ${value}`).slice(0, mostLength));
  }
  return Object.fromEntries(headers);
}

function text(part: Buffer | string): string {
  const written = typeof part === 'string' ? part : part.toString('latin1', 0, mostLength);
  return written.slice(0, mostLength).replaceAll(/[\x00-\x1f\x7f-\x9f]/g, ' ');
}
