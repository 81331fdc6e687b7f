const smallest = 16_384;
/** A buffer that grew beyond this for one giant is given back. */
const keptAtMost = 262_144;

/** Bytes gathered over several chunks in one buffer that grows by doubling: no quadratic joining, no list of chunks. */
export interface GrowingBytes {
  readonly length: number;
  add(chunk: Buffer, from: number, to: number): void;
  /** What was gathered; valid until the next `add`. */
  view(): Buffer;
  clear(): void;
}

/** An empty `GrowingBytes`. Its caller bounds it. */
export function growingBytes(): GrowingBytes {
  let bytes: Buffer | null = null;
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(chunk, from, to) {
      const needed = length + to - from;
      if (bytes === null || bytes.length < needed) {
        // Slow = not from Node's shared pool, which a small buffer that lives long would hold on to.
        const larger: Buffer = Buffer.allocUnsafeSlow(Math.max(smallest, 2 ** Math.ceil(Math.log2(needed))));
        bytes?.copy(larger, 0, 0, length);
        bytes = larger;
      }
      chunk.copy(bytes, length, from, to);
      length = needed;
    },
    view: () => bytes?.subarray(0, length) ?? Buffer.alloc(0),
    clear() {
      length = 0;
      if (bytes !== null && bytes.length > keptAtMost) bytes = null;
    },
  };
}

/** A chunk of a body as a Buffer over the same memory. */
export function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
