import { growingBytes, type GrowingBytes } from './growing-bytes.ts';

const quote = 0x22;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** What of a list is not its items (kind, metadata) is small; what is longer is no list. */
const mostAround = 1_048_576;
/** The depth within which the elements of the list's `items` stand. */
const itemsDepth = 2;

/**
 * Cuts the JSON of a Kubernetes list into its items as the bytes arrive, so that a page of 500 objects is never held or
 * parsed as one: one object at a time, as a watch brings them.
 */
export interface ItemSplitter {
  /**
   * Gives every item that is now complete to `take`, valid only during the call. `stopped` if `take` returned false,
   * `oversized` if an item is longer than allowed: then it must not be used again.
   */
  push(chunk: Buffer, take: (item: Buffer) => boolean): 'more' | 'stopped' | 'oversized';
  /** The list without its items, once all of it has been pushed; null if it is not whole or no JSON object. */
  rest(): Readonly<Record<string, unknown>> | null;
}

/** A splitter that refuses items of more than `mostBytes`. */
export function itemSplitter(mostBytes: number): ItemSplitter {
  const around = growingBytes();
  const item = growingBytes();
  let depth = 0;
  let place: 'around' | 'between' | 'item' = 'around';
  let text: 'none' | 'open' | 'escaped' = 'none';

  /** Scans a string on from `at`, maybe to the next chunk. Returns the index after its closing quote, or the chunk's length. */
  function afterString(chunk: Buffer, at: number): number {
    for (let i = at; i < chunk.length; i += 1) {
      const byte = chunk[i];
      if (text === 'escaped') text = 'open';
      else if (byte === backslash) text = 'escaped';
      else if (byte === quote) {
        text = 'none';
        return i + 1;
      }
    }
    return chunk.length;
  }

  function push(chunk: Buffer, take: (item: Buffer) => boolean): 'more' | 'stopped' | 'oversized' {
    let from = 0; // where the bytes begin that are not yet handed on
    let i = 0;
    while (i < chunk.length) {
      if (text !== 'none') {
        i = afterString(chunk, i);
        continue;
      }
      const byte = chunk[i];
      i += 1;
      if (byte === quote) {
        text = 'open';
      } else if (byte === openBrace || byte === openBracket) {
        if (place === 'between' && depth === itemsDepth && byte === openBrace) {
          place = 'item';
          from = i - 1;
        }
        depth += 1;
        if (place === 'around' && depth === itemsDepth && byte === openBracket) {
          around.add(chunk, from, i);
          from = i;
          if (beginsItems(around)) place = 'between';
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (place === 'item' && depth === itemsDepth) {
          if (item.length + i - from > mostBytes) return 'oversized';
          if (!take(wholeItem(chunk, from, i))) return 'stopped';
          place = 'between';
        } else if (place === 'between' && depth < itemsDepth) {
          place = 'around';
          from = i - 1;
        }
      }
    }
    return keepRest(chunk, from);
  }

  function wholeItem(chunk: Buffer, from: number, to: number): Buffer {
    if (item.length === 0) return chunk.subarray(from, to);
    item.add(chunk, from, to);
    const whole = item.view();
    item.clear();
    return whole;
  }

  function keepRest(chunk: Buffer, from: number): 'more' | 'oversized' {
    if (place === 'item') item.add(chunk, from, chunk.length);
    if (place === 'around') around.add(chunk, from, chunk.length);
    return item.length > mostBytes || around.length > mostAround ? 'oversized' : 'more';
  }

  return { push, rest: () => (depth === 0 && text === 'none' ? parsedObject(around) : null) };
}

/** True if the bytes so far end with the opening of the list's `items`. */
function beginsItems(around: GrowingBytes): boolean {
  return /(?:^|[^\\])"items"\s*:\s*\[$/.test(around.view().toString('latin1'));
}

function parsedObject(bytes: GrowingBytes): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(bytes.view().toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // not JSON: what null means
    throw error;
  }
}
