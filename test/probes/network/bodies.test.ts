import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { until } from '#test/cluster/until.ts';
import { asked, http, sayingHouse } from './network-play.ts';

const often = { everyMs: 5, withinMs: 5_000 };
const at = (port: number) => `http://127.0.0.1:${port}/`;
const page = `<title>Explore</title>${'a page of some length; '.repeat(500)}`;
const limit = 262_144;

async function bodyOf(answer: string | Buffer, bodyLimit = limit) {
  const { port, open } = await sayingHouse(answer);
  const { phases: _, ...rest } = await asked(at(port), { bodyLimit });
  await until('nothing is left', () => open() === 0, often);
  return rest;
}

describe('a body', () => {
  test.each([
    ['gzip', gzipSync(page)],
    ['x-gzip', gzipSync(page)],
    ['GZIP', gzipSync(page)],
    ['br', brotliCompressSync(page)],
    ['deflate', deflateSync(page)],
    ['deflate', deflateRawSync(page)],
    ['identity', Buffer.from(page)],
  ])('compressed as %s is read', async (encoding, body) => {
    const read = await bodyOf(http('200 OK', { 'content-encoding': encoding }, body));
    expect(read).toMatchObject({ trouble: '', body: page, bodyCut: false, bodyProblem: '' });
  });

  test('of exactly the limit is whole, one byte more is cut, which is no problem', async () => {
    expect(await bodyOf(http('200 OK', {}, 'x'.repeat(100)), 100)).toMatchObject({
      body: 'x'.repeat(100),
      bodyCut: false,
    });
    expect(await bodyOf(http('200 OK', {}, 'x'.repeat(101)), 100)).toMatchObject({
      body: 'x'.repeat(100),
      bodyCut: true,
      bodyProblem: '',
    });
    const packed = (length: number) => http('200 OK', { 'content-encoding': 'gzip' }, gzipSync('x'.repeat(length)));
    expect(await bodyOf(packed(100), 100)).toMatchObject({ body: 'x'.repeat(100), bodyCut: false });
    expect(await bodyOf(packed(101), 100)).toMatchObject({ body: 'x'.repeat(100), bodyCut: true, bodyProblem: '' });
    expect(await bodyOf(http('200 OK', {}, 'x'), 0)).toMatchObject({ body: '', bodyCut: true });
  });

  test('that is cut within a letter ends before it', async () => {
    expect(await bodyOf(http('200 OK', {}, 'aü'), 2)).toMatchObject({ body: 'a', bodyCut: true });
  });

  test('is read as the answer says, as UTF-8 otherwise', async () => {
    const latin = Buffer.from('M\xfcller', 'latin1');
    const typed = (type: string) => bodyOf(http('200 OK', { 'content-type': type }, latin));
    expect(await typed('text/html; charset=iso-8859-1')).toMatchObject({ body: 'Müller' });
    expect(await typed('text/html; charset="ISO-8859-1"; x=y')).toMatchObject({ body: 'Müller' });
    for (const type of ['text/html', 'text/html; charset=klingon', 'text/html; charset=']) {
      expect(await typed(type)).toMatchObject({ body: 'M\uFFFDller', bodyProblem: '' });
    }
  });

  test('in pieces, and until the connection ends', async () => {
    const chunked =
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nfoo\r\n3;x=y\r\nbar\r\n0\r\ntrailer: x\r\n\r\n';
    expect(await bodyOf(chunked)).toMatchObject({ body: 'foobar', bodyCut: false, bodyProblem: '' });
    expect(await bodyOf('HTTP/1.1 200 OK\r\n\r\nuntil the end')).toMatchObject({
      body: 'until the end',
      bodyProblem: '',
    });
    expect(await bodyOf('HTTP/1.0 200 OK\r\n\r\nold')).toMatchObject({ body: 'old', bodyProblem: '' });
  });
});

describe('a body that does not come as it should', () => {
  test.each([
    [
      'shorter than it says',
      'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf',
      'half',
      /it is not as long as it says|broke off/,
    ],
    [
      'a piece that is missing',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      'half',
      /broke off|as HTTP wants it/,
    ],
    [
      'a piece of nonsense',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n',
      'half',
      /it is not as HTTP wants it/,
    ],
  ])('%s', async (_, answer, body, problem) => {
    expect(await bodyOf(answer)).toMatchObject({
      trouble: '',
      status: 200,
      body,
      bodyCut: true,
      bodyProblem: expect.stringMatching(problem),
    });
  });

  test('longer than it says: what it says counts', async () => {
    expect(await bodyOf('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfour and more')).toMatchObject({
      trouble: '',
      body: 'four',
    });
  });

  test('reset in the middle', async () => {
    const { port } = await sayingHouse((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf', () =>
        setTimeout(() => socket.resetAndDestroy(), 50),
      );
    });
    expect(await asked(at(port))).toMatchObject({
      trouble: '',
      body: 'half',
      bodyCut: true,
      bodyProblem: expect.stringContaining('broke off'),
    });
  });

  test('damaged compression', async () => {
    const gzip = gzipSync(page);
    const middle = Buffer.from(gzip);
    middle.fill(0xff, 30, 60);
    const packed = (body: Buffer, encoding = 'gzip') => bodyOf(http('200 OK', { 'content-encoding': encoding }, body));
    for (const body of [middle, Buffer.from('no gzip at all'), gzip.subarray(0, 40)]) {
      expect(await packed(body)).toMatchObject({
        trouble: '',
        bodyCut: true,
        bodyProblem: expect.stringContaining('its compression is damaged'),
      });
    }
    for (const encoding of ['br', 'deflate']) {
      expect(await packed(Buffer.from('neither of them'), encoding)).toMatchObject({
        bodyProblem: expect.stringContaining('damaged'),
      });
    }
    expect(await packed(Buffer.alloc(0))).toMatchObject({ body: '', bodyProblem: '' });
  });

  test.each(['zstd', 'gzip, gzip', 'x\x07y', 'n'.repeat(900)])('compressed as nobody knows: %s', async (encoding) => {
    const { port } = await sayingHouse(http('200 OK', { 'content-encoding': encoding }, 'x'));
    const answer = await asked(at(port));
    if (answer.trouble !== '') expect(answer.trouble).toBe('not-http');
    else {
      expect(answer).toMatchObject({
        body: '',
        bodyProblem: expect.stringMatching(/^it is compressed as .*which is not known here$/),
      });
      expect(answer.bodyProblem.length).toBeLessThan(100);
    }
  });

  test('that trickles is told as far as it came, at the limit', async () => {
    const { port, open } = await sayingHouse((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 10);
      socket.once('close', () => clearInterval(timer));
    });
    const begunAt = performance.now();
    const answer = await asked(at(port), {}, 300);
    expect(performance.now() - begunAt).toBeLessThan(1_500);
    expect(answer).toMatchObject({
      trouble: '',
      status: 200,
      bodyCut: true,
      bodyProblem: 'it was not whole within 0.3 s',
    });
    if (answer.trouble === '') expect(answer.body).toMatch(/^x+$/);
    await until('nothing is left', () => open() === 0, often);
  });
});

describe('a body without end', () => {
  /** Sends the same piece over and over until nobody listens; returns how many bytes went out. */
  async function flood(head: string, piece: Buffer) {
    let sent = 0;
    const { port, open } = await sayingHouse((socket) => {
      socket.write(head);
      const more = () => {
        while (!socket.destroyed && sent < 1e9) {
          sent += piece.length;
          if (!socket.write(piece)) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    const answer = await asked(at(port));
    await until('nothing is left', () => open() === 0, often);
    return { answer, sent };
  }

  test('of a gigabyte is cut, and its connection with it', async () => {
    const { answer, sent } = await flood(
      'HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n',
      Buffer.alloc(65_536, 'x'),
    );
    expect(answer).toMatchObject({ trouble: '', bodyCut: true, bodyProblem: '' });
    if (answer.trouble === '') expect(answer.body).toHaveLength(limit);
    // What is on its way is in the buffers of both sides.
    expect(sent).toBeLessThan(20e6);
  });

  test('packed into little: a bomb of gzip, brotli and deflate', async () => {
    const zeros = Buffer.alloc(100e6);
    const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
    for (const [encoding, bomb] of [
      ['gzip', gzipSync(zeros)],
      ['br', brotliCompressSync(zeros, quick)],
      ['deflate', deflateSync(zeros)],
    ] as const) {
      const before = process.memoryUsage().rss;
      const read = await bodyOf(http('200 OK', { 'content-encoding': encoding }, bomb));
      expect(read).toMatchObject({ trouble: '', bodyCut: true, bodyProblem: '' });
      if (read.trouble === '') expect(read.body).toHaveLength(limit);
      expect(process.memoryUsage().rss - before, 'it was not unpacked').toBeLessThan(60e6);
    }
  });

  test('packed into more than it holds: gzip of nothing, over and over', async () => {
    const { answer, sent } = await flood(
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n',
      Buffer.concat(Array<Buffer>(1_000).fill(gzipSync(''))),
    );
    expect(answer).toMatchObject({ trouble: '', bodyCut: true, bodyProblem: 'it is compressed to more than it holds' });
    expect(sent).toBeLessThan(20e6);
  });
});
