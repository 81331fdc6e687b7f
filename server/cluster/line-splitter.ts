import { growingBytes } from './growing-bytes.ts';

const newline = 0x0a;

/** Cuts a stream of bytes into lines at byte 0x0A only: U+2028 and U+2029 may stand unescaped within JSON. */
export interface LineSplitter {
  /**
   * Gives every line that is now complete to `take`, without its newline and valid only during the call; empty lines are
   * left out. `stopped` if `take` returned false, `oversized` if a line is longer than allowed: then it must not be used again.
   */
  push(chunk: Buffer, take: (line: Buffer) => boolean): 'more' | 'stopped' | 'oversized';
  /** True if bytes are held that no newline has ended: at the end of a stream, half a line. */
  readonly unfinished: boolean;
}

/** A splitter that refuses lines of more than `mostBytes`. */
export function lineSplitter(mostBytes: number): LineSplitter {
  const begun = growingBytes();
  return {
    push(chunk, take) {
      let from = 0;
      for (;;) {
        const end = chunk.indexOf(newline, from);
        const to = end === -1 ? chunk.length : end;
        if (begun.length + to - from > mostBytes) return 'oversized';
        if (end === -1) {
          if (from < to) begun.add(chunk, from, to);
          return 'more';
        }
        let line = chunk.subarray(from, to);
        if (begun.length > 0) {
          begun.add(chunk, from, to);
          line = begun.view();
          begun.clear();
        }
        if (line.length > 0 && !take(line)) return 'stopped';
        from = end + 1;
      }
    },
    get unfinished() {
      return begun.length > 0;
    },
  };
}
