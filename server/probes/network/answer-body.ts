import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { sayable } from '#server/cluster/sayable.ts';

/** What was read of a body. */
export interface ReadBody {
  body: string;
  bodyCut: boolean;
  bodyProblem: string;
}

type Decompressor = ReturnType<typeof createGunzip> | ReturnType<typeof createBrotliDecompress>;

// A body that is compressed to more than it holds is made to keep us busy.
const mostCompressedBeyond = 65_536;
// How the wrapper begins.
const deflated = 8;

/**
 * Reads a body as it comes, so that it is bounded before and after decompression: it is cut at `limit` bytes. Tells `done`
 * once, whatever comes; what is written afterwards is dropped.
 */
export class AnswerBody {
  readonly #limit: number;
  readonly #encoding: string;
  readonly #contentType: string;
  readonly #done: (read: ReadBody) => void;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #came = 0;
  #decompressor: Decompressor | null = null;
  #isDone = false;

  constructor(headers: Readonly<Record<string, string>>, limit: number, done: (read: ReadBody) => void) {
    this.#limit = Math.max(0, limit);
    this.#encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
    this.#contentType = headers['content-type'] ?? '';
    this.#done = done;
  }

  write(chunk: Buffer): void {
    if (this.#isDone || chunk.length === 0) return;
    this.#came += chunk.length;
    if (this.#encoding === '' || this.#encoding === 'identity') return this.#take(chunk);
    this.#decompressor ??= this.#decompress(chunk[0]!);
    if (this.#decompressor === null) {
      return this.#finish(false, `it is compressed as ${sayable(this.#encoding, 40)}, which is not known here`);
    }
    this.#decompressor.write(chunk);
    if (this.#came > this.#limit + mostCompressedBeyond) this.#finish(true, 'it is compressed to more than it holds');
  }

  /** It has come whole, as far as the server says. */
  end(): void {
    if (this.#decompressor === null) this.#finish(false, '');
    else if (!this.#isDone) this.#decompressor.end();
  }

  /** Nothing more of it will come. */
  breakOff(why: string): void {
    this.#finish(true, why);
  }

  #take(chunk: Buffer): void {
    if (this.#isDone) return;
    const room = this.#limit - this.#length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#length += Math.min(chunk.length, room);
    if (chunk.length > room) this.#finish(true, '');
  }

  /** Null for what we do not know. Nobody asked for more than one on top of the other. */
  #decompress(firstByte: number): Decompressor | null {
    const made = this.#decompressorFor(firstByte);
    made?.on('data', (chunk: Buffer) => this.#take(chunk));
    made?.on('end', () => this.#finish(false, ''));
    made?.on('error', ({ message }) => this.#finish(true, `its compression is damaged (${sayable(message, 80)})`));
    return made;
  }

  #decompressorFor(firstByte: number): Decompressor | null {
    // In small pieces, so that a bomb is cut after little more than the limit.
    const options = { chunkSize: 16_384 };
    if (this.#encoding === 'gzip' || this.#encoding === 'x-gzip') return createGunzip(options);
    if (this.#encoding === 'br') return createBrotliDecompress(options);
    if (this.#encoding !== 'deflate') return null;
    // Some servers leave out the wrapper that the standard wants.
    return (firstByte & 0x0f) === deflated ? createInflate(options) : createInflateRaw(options);
  }

  #finish(bodyCut: boolean, bodyProblem: string): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#decompressor?.destroy();
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    this.#done({ body: decoderFor(this.#contentType).decode(bytes, { stream: bodyCut }), bodyCut, bodyProblem });
  }
}

/** Of `text/html; charset="iso-8859-1"`. */
function decoderFor(contentType: string): TextDecoder {
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([\w:.-]{1,40})/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder(); // a name that nobody knows
    throw error;
  }
}
