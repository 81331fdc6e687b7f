import { asBuffer, growingBytes } from './growing-bytes.ts';

const newline = 0x0a;

/** Which lines are wanted, and how much is taken. */
export interface MatchingLines {
  /** What a wanted line begins with: one of these. */
  starts: readonly string[];
  /** A longer line is left out. */
  mostLineBytes: number;
  /** Of more lines the first are taken. */
  mostLines: number;
  mostBytes: number;
}

/** The lines of a body that are wanted, without keeping the others; null if it is longer than `mostBytes`. Rejects if it breaks off. */
export async function matchingLines(
  body: AsyncIterable<Uint8Array>,
  { starts, mostLineBytes, mostLines, mostBytes }: MatchingLines,
): Promise<string[] | null> {
  const found: string[] = [];
  const begun = growingBytes();
  const wanted = starts.map((start) => Buffer.from(start));
  let tooLong = false;
  let length = 0;

  function take(chunk: Buffer, from: number, to: number, ends: boolean): void {
    tooLong ||= begun.length + to - from > mostLineBytes;
    if (!tooLong) begun.add(chunk, from, to);
    if (!ends) return;
    const line = begun.view();
    if (!tooLong && found.length < mostLines && wanted.some((start) => startsWith(line, start)))
      found.push(line.toString('utf8'));
    begun.clear();
    tooLong = false;
  }

  for await (const part of body) {
    const chunk = asBuffer(part);
    length += chunk.length;
    if (length > mostBytes) return null;
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      take(chunk, from, end, true);
      from = end + 1;
    }
    take(chunk, from, chunk.length, false);
  }
  take(Buffer.alloc(0), 0, 0, true);
  return found;
}

function startsWith(line: Buffer, start: Buffer): boolean {
  return line.length >= start.length && line.compare(start, 0, start.length, 0, start.length) === 0;
}
