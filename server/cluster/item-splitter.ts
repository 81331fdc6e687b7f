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
export class ItemSplitter {
  readonly #mostBytes: number;
  /** The list without its items. */
  readonly #around = growingBytes();
  /** The beginning of an item whose end has not come. */
  readonly #item = growingBytes();
  #depth = 0;
  #place: 'around' | 'between' | 'item' = 'around';
  #text: 'none' | 'open' | 'escaped' = 'none';

  /** Refuses items of more than `mostBytes`. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Gives every item that is now complete to `take`, valid only during the call. `stopped` if `take` returned false,
   * `oversized` if an item is longer than allowed: then the splitter must not be used again.
   */
  push(chunk: Buffer, take: (item: Buffer) => boolean): 'more' | 'stopped' | 'oversized' {
    let from = 0; // where the bytes begin that are not yet handed on
    let i = 0;
    while (i < chunk.length) {
      if (this.#text !== 'none') {
        i = this.#afterString(chunk, i);
        continue;
      }
      const byte = chunk[i];
      i += 1;
      if (byte === quote) {
        this.#text = 'open';
      } else if (byte === openBrace || byte === openBracket) {
        from = this.#open(chunk, from, i);
      } else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1;
        if (this.#depth === itemsDepth && this.#place === 'item') {
          if (this.#item.length + i - from > this.#mostBytes) return 'oversized';
          if (!take(this.#whole(chunk, from, i))) return 'stopped';
          this.#place = 'between';
        } else if (this.#depth < itemsDepth && this.#place === 'between') {
          this.#place = 'around';
          from = i - 1;
        }
      }
    }
    return this.#keep(chunk, from);
  }

  /** The list without its items, once all of it has been pushed; null if it is not whole or no JSON object. */
  rest(): Readonly<Record<string, unknown>> | null {
    return this.#depth === 0 && this.#text === 'none' ? parsedObject(this.#around) : null;
  }

  /** Scans a string on from `at`, maybe to the next chunk. Returns the index after its closing quote, or the chunk's length. */
  #afterString(chunk: Buffer, at: number): number {
    let escaped = this.#text === 'escaped';
    for (let i = at; i < chunk.length; i += 1) {
      const byte = chunk[i];
      if (escaped) {
        escaped = false;
      } else if (byte === backslash) {
        escaped = true;
      } else if (byte === quote) {
        this.#text = 'none';
        return i + 1;
      }
    }
    this.#text = escaped ? 'escaped' : 'open';
    return chunk.length;
  }

  /** An object or list was opened just before `after`. Returns where the bytes now begin that are not yet handed on. */
  #open(chunk: Buffer, from: number, after: number): number {
    const isObject = chunk[after - 1] === openBrace;
    const isItem = isObject && this.#place === 'between' && this.#depth === itemsDepth;
    this.#depth += 1;
    if (isItem) {
      this.#place = 'item';
      return after - 1;
    }
    if (isObject || this.#place !== 'around' || this.#depth !== itemsDepth) return from;
    this.#around.add(chunk, from, after);
    if (endsWithItems(this.#around)) this.#place = 'between';
    return after;
  }

  #whole(chunk: Buffer, from: number, to: number): Buffer {
    if (this.#item.length === 0) return chunk.subarray(from, to);
    this.#item.add(chunk, from, to);
    const whole = this.#item.view();
    this.#item.clear();
    return whole;
  }

  #keep(chunk: Buffer, from: number): 'more' | 'oversized' {
    if (this.#place === 'item') this.#item.add(chunk, from, chunk.length);
    if (this.#place === 'around') this.#around.add(chunk, from, chunk.length);
    return this.#item.length > this.#mostBytes || this.#around.length > mostAround ? 'oversized' : 'more';
  }
}

/** True if the bytes so far end with the opening of the list's `items`. */
function endsWithItems(around: GrowingBytes): boolean {
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
