import { sayable } from '#server/cluster/sayable.ts';
import { unpackerFor, type Unpacker } from './unpacker.ts';

/** What was read of a body. */
export interface ReadBody {
  body: string;
  bodyCut: boolean;
  bodyProblem: string;
}

// A body that is compressed to more than it holds is made to keep us busy.
const mostPackedBeyond = 65_536;

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
  #isOver = false;

  constructor(headers: Readonly<Record<string, string>>, limit: number, done: (read: ReadBody) => void) {
    this.#limit = Math.max(0, limit);
    this.#encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
    this.#contentType = headers['content-type'] ?? '';
    this.#done = done;
  }

  write(chunk: Buffer): void {
    if (this.#isOver) return;
    const most = this.#limit + (this.#isPacked ? mostPackedBeyond : 0);
    const room = most - this.#length;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#length += Math.min(chunk.length, room);
    if (chunk.length > room) this.#finish(true, this.#isPacked ? 'it is compressed to more than it holds' : '');
  }

  /** It has come whole, as far as the server says. */
  end(): void {
    this.#finish(false, '');
  }

  /** Nothing more of it will come. */
  breakOff(why: string): void {
    this.#finish(true, why);
  }

  get #isPacked(): boolean {
    return this.#encoding !== '' && this.#encoding !== 'identity';
  }

  #finish(isCut: boolean, problem: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks.length = 0;
    if (!this.#isPacked || bytes.length === 0) return this.#tell(bytes, isCut, problem);
    const unpacker = unpackerFor(this.#encoding, bytes[0]!);
    if (unpacker !== null) return this.#unpack(unpacker, bytes, isCut, problem);
    this.#tell(Buffer.alloc(0), isCut, `it is compressed as ${sayable(this.#encoding, 40)}, which is not known here`);
  }

  #unpack(unpacker: Unpacker, bytes: Buffer, isCut: boolean, problem: string): void {
    const whole = unpacker.atOnce(bytes, this.#limit, isCut);
    if (whole !== null) return this.#tell(whole, isCut, problem);
    void unpacker.inPieces(bytes, this.#limit, isCut).then(({ found, isMore, damage }) => {
      const damaged = damage === '' ? problem : `its compression is damaged (${sayable(damage, 80)})`;
      this.#tell(found, true, isMore ? '' : damaged);
    });
  }

  #tell(bytes: Buffer, bodyCut: boolean, bodyProblem: string): void {
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
