import { describe, expect, onTestFinished, test } from 'vitest';
import { until } from '#test/cluster/until.ts';
import { signedByItself } from '../tls-certificates.ts';
import { rawHouse, tlsHouse } from '../tls-house.ts';
import { asked, askOf, http, realNetwork, sayingHouse } from './network-play.ts';

const often = { everyMs: 5, withinMs: 5_000 };
const at = (port: number, path = '/') => `http://127.0.0.1:${port}${path}`;

describe('an answer', () => {
  test('says status, headers, body, who was asked and how long each part took', async () => {
    const { port, open, connections } = await sayingHouse(
      http('404 Not Found', { 'Content-Type': 'text/plain' }, '404 page not found\n'),
    );
    const answer = await asked(at(port, '/a?b=c'));
    expect(answer).toEqual({
      ...{ trouble: '', status: 404, body: '404 page not found\n', bodyCut: false, bodyProblem: '', distrust: '' },
      headers: { 'content-length': '19', 'content-type': 'text/plain' },
      ...{ address: `127.0.0.1:${port}`, url: at(port, '/a?b=c') },
      phases: {
        ...{ dnsMs: null, tlsMs: null },
        ...{ connectMs: expect.any(Number), firstByteMs: expect.any(Number), wholeMs: expect.any(Number) },
      },
    });
    expect(answer.phases.wholeMs).toBeGreaterThanOrEqual(answer.phases.firstByteMs! + answer.phases.connectMs!);
    await until('nothing is left', () => open() === 0, often);
    expect(connections()).toBe(1);
  });

  test.each([401, 403, 418, 500, 503, 599])('with status %i is one', async (status) => {
    const { port } = await sayingHouse(http(`${status} So`));
    expect(await asked(at(port))).toMatchObject({ trouble: '', status });
  });

  test('each asking has a connection of its own, though the server would keep it', async () => {
    const { port, connections } = await sayingHouse((socket) =>
      socket.write(http('200 OK', { connection: 'keep-alive' })),
    );
    const network = realNetwork();
    for (let i = 0; i < 3; i += 1) expect((await network.askHttp(askOf(at(port)), 1_000)).trouble).toBe('');
    expect(connections()).toBe(3);
  });

  test('to HEAD has no body, whatever length it says, and none is waited for', async () => {
    const { port } = await sayingHouse((socket, head) => {
      expect(head).toMatch(/^HEAD \/v2\/ HTTP\/1\.1\r\n/);
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5000\r\ndocker-content-digest: sha256:1\r\n\r\n');
    });
    const answer = await asked(at(port, '/v2/'), { method: 'HEAD' });
    expect(answer).toMatchObject({
      trouble: '',
      body: '',
      bodyCut: false,
      bodyProblem: '',
      headers: { 'docker-content-digest': 'sha256:1' },
    });
  });

  test.each(['204 No Content', '304 Not Modified'])('%s has none either', async (status) => {
    const { port } = await sayingHouse((socket) => socket.write(`HTTP/1.1 ${status}\r\n\r\n`));
    expect(await asked(at(port))).toMatchObject({ trouble: '', body: '', bodyProblem: '' });
  });

  test('after a few announcements (1xx) is the one that counts', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'.repeat(3);
    const { port } = await sayingHouse(`${hints}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`);
    expect(await asked(at(port))).toMatchObject({
      trouble: '',
      status: 200,
      body: 'ok',
      headers: { 'content-length': '2' },
    });
  });
});

describe('what is sent', () => {
  function head(more: object, body = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      void sayingHouse((socket, text) => {
        socket.end(http('200 OK'));
        resolve(text);
      }).then(
        ({ port }) =>
          asked(at(port, '/x?y=z'), { ...more, ...(body !== '' && { body }) }).then(() => undefined, reject),
        reject,
      );
    });
  }

  test('is little more than the question, and what the owner has set counts for more', async () => {
    expect(await head({})).toMatch(
      /^GET \/x\?y=z HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\nconnection: close\r\nuser-agent: clusterwall\r\naccept: \*\/\*\r\naccept-encoding: gzip, deflate, br\r\n\r\n$/,
    );
    const text = await head({ headers: { Accept: 'application/json', 'X-Token': 's3cret', Host: 'other.example' } });
    expect(text).toContain('\r\naccept: application/json\r\n');
    expect(text).toContain('\r\nx-token: s3cret\r\n');
    expect(text).toContain('\r\nhost: other.example\r\n');
    expect(text).not.toContain('accept: */*');
  });

  test('a body goes with its true length, whatever length is configured', async () => {
    const text = await head(
      { method: 'POST', headers: { 'Content-Length': '99', 'Transfer-Encoding': 'chunked' } },
      'a=b&c=ü',
    );
    expect(text).toMatch(/^POST /);
    expect(text).toContain('content-length: 8\r\n');
    expect(text).not.toContain('chunked');
  });

  test.each([
    ['a value with a line of its own', { 'x-a': 'b\r\nx-evil: 1' }, 'the header x-a cannot be sent'],
    ['a name with one', { 'x-a: b\r\nx-evil': '1' }, 'the request cannot be sent'],
    ['a nul', { 'x-a': 'b\0c' }, 'the header x-a cannot be sent'],
    ['a host with one', { host: 'a\r\nx-evil: 1' }, 'the header host cannot be sent'],
  ])('never %s, and its value is not told', async (_, headers, words) => {
    const heard: string[] = [];
    const { port } = await rawHouse((socket) => socket.on('data', (chunk: Buffer) => heard.push(chunk.toString())));
    const answer = await asked(at(port), { headers });
    expect(answer).toMatchObject({ trouble: 'unexpected', message: expect.stringContaining(words) });
    expect(JSON.stringify(answer)).not.toContain('evil');
    expect(heard).toEqual([]);
  });

  test.each(['GET / HTTP/1.1\r\nx-evil: 1\r\n\r\nGET', 'G ET', '', 'CONNECT'])(
    'never with the method "%s"',
    async (method) => {
      const heard: string[] = [];
      const { port } = await rawHouse((socket) => socket.on('data', (chunk: Buffer) => heard.push(chunk.toString())));
      expect(await asked(at(port), { method }, 500)).toMatchObject({ trouble: 'unexpected' });
      expect(heard).toEqual([]);
    },
  );

  test.each([
    'ftp://git.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'nonsense',
    '',
    'http://',
    'http://user:s3cret@git.example/',
    'unix:/var/run/docker.sock',
  ])('nowhere but to a URL of http or https without a login: %s', async (url) => {
    const answer = await asked(url);
    expect(answer).toMatchObject({ trouble: 'unexpected', address: '' });
    expect('message' in answer && answer.message).not.toContain('s3cret');
  });
});

describe('headers', () => {
  test('10,000 of them: 64 are kept', async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-${i}`, 'v']));
    const { port } = await sayingHouse(http('200 OK', many, 'ok'));
    const answer = await asked(at(port));
    expect(answer).toMatchObject({ trouble: '', status: 200, body: 'ok' });
    if (answer.trouble === '') expect(Object.keys(answer.headers)).toHaveLength(64);
  });

  test('10,000 times the same, a very long one, control characters and odd names', async () => {
    const same = 'set-cookie: a=b\r\n'.repeat(10_000);
    const { port } = await sayingHouse(
      Buffer.from(
        `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${same}X-Long: ${'x'.repeat(9_000)}\r\nx-odd: a\tb\x80c\r\n__proto__: bad\r\nconstructor: bad\r\n\r\nok`,
        'latin1',
      ),
    );
    const answer = await asked(at(port));
    expect(answer.trouble).toBe('');
    if (answer.trouble !== '') return;
    expect(answer.headers['set-cookie']).toHaveLength(1_000);
    expect(answer.headers['set-cookie']).toMatch(/^a=b, a=b, /);
    expect(answer.headers['x-long']).toHaveLength(1_000);
    expect(answer.headers['x-odd']).toBe('a b c');
    expect(Object.getPrototypeOf(answer.headers)).toBe(Object.prototype);
    expect(Object.hasOwn(answer.headers, '__proto__')).toBe(true);
  });

  test('that never end are not HTTP, and are not read on', async () => {
    let sent = 0;
    const { port, open } = await sayingHouse((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(`x-${sent}: ${'v'.repeat(1_000)}\r\n`)) sent += 1_000;
      };
      socket.on('drain', more);
      more();
    });
    const answer = await asked(at(port));
    expect(answer).toMatchObject({ trouble: 'not-http', message: expect.stringContaining('its headers do not end') });
    await until('nothing is left', () => open() === 0, often);
  });

  test('one endless line of them', async () => {
    const { port, open } = await sayingHouse((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-long: ');
      const more = () => {
        while (!socket.destroyed && socket.write('v'.repeat(60_000)));
      };
      socket.on('drain', more);
      more();
    });
    expect(await asked(at(port))).toMatchObject({ trouble: 'not-http' });
    await until('nothing is left', () => open() === 0, often);
  });

  test('that trickle in end at the limit', async () => {
    const { port, open } = await sayingHouse((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const timer = setInterval(() => socket.write('v'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    const begunAt = performance.now();
    const answer = await asked(at(port), {}, 300);
    expect(performance.now() - begunAt).toBeLessThan(1_500);
    expect(answer).toMatchObject({
      trouble: 'silent',
      message: `connected to 127.0.0.1:${port}, but no answer came within 0.3 s`,
    });
    expect(answer.phases.firstByteMs, 'something came').toBeGreaterThan(0);
    await until('nothing is left', () => open() === 0, often);
  });
});

describe('what is no HTTP', () => {
  const words = 'answers, but not as HTTP wants it';

  test.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['mail', '220 mail.example ESMTP\r\n'],
    ['bytes', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10])],
    ['a page without a head', '<html>hello</html>\r\n\r\n'],
    ['HTTP/9.9', 'HTTP/9.9 200 OK\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 twohundred OK\r\n\r\n'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: lots\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'another protocol than we asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
  ])('%s', async (_, bytes) => {
    const { port, open } = await sayingHouse((socket) => socket.write(bytes));
    expect(await asked(at(port), {}, 2_000)).toMatchObject({
      trouble: 'not-http',
      message: expect.stringContaining(words),
    });
    await until('nothing is left', () => open() === 0, often);
  });

  test('who speaks first', async () => {
    const { port } = await rawHouse((socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(await asked(at(port), {}, 2_000)).toMatchObject({ trouble: 'not-http' });
  });

  test('TLS, asked without it', async () => {
    const { port } = await tlsHouse(await signedByItself({ names: ['git.example'] }));
    const answer = await asked(at(port), {}, 2_000);
    // OpenSSL says so by an alert, or closes.
    if (answer.trouble === 'not-http') expect(answer.message).toContain('it speaks TLS');
    else expect(answer.trouble).toBe('reset');
  });

  test('announcements (1xx) without end', async () => {
    const { port, open } = await sayingHouse((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'));
      };
      socket.on('drain', more);
      more();
    });
    const answer = await asked(at(port));
    expect(answer).toMatchObject({ trouble: 'not-http', message: expect.stringContaining('again and again') });
    await until('nothing is left', () => open() === 0, often);
  });
});

describe('no answer', () => {
  test('closed at once, or after the question', async () => {
    const atOnce = await rawHouse((socket) => socket.end());
    const after = await sayingHouse('');
    for (const { port } of [atOnce, after]) {
      expect(await asked(at(port))).toMatchObject({
        trouble: 'reset',
        message: expect.stringMatching(/closed the connection|broke off/),
      });
    }
  });

  test('reset', async () => {
    const { port } = await sayingHouse((socket) => socket.resetAndDestroy());
    expect(await asked(at(port))).toMatchObject({ trouble: 'reset' });
  });

  test('broken off within the head', async () => {
    const { port } = await sayingHouse('HTTP/1.1 200 OK\r\ncontent-le');
    expect(await asked(at(port))).toMatchObject({ trouble: expect.stringMatching(/^(reset|not-http)$/) });
  });

  test('silence: the limit holds, whatever it is', async () => {
    const { port, open } = await rawHouse(() => undefined);
    for (const limitMs of [50, 0, -1, Number.NaN]) {
      const begunAt = performance.now();
      expect(await asked(at(port), {}, limitMs)).toMatchObject({
        trouble: expect.stringMatching(/^(silent|timeout)$/),
      });
      expect(performance.now() - begunAt).toBeLessThan(1_000);
    }
    await until('nothing is left', () => open() === 0, often);
  });

  test('a limit beyond what timers can count is a long one', async () => {
    const { port } = await sayingHouse(http('200 OK'));
    expect((await asked(at(port), {}, 1e12)).trouble).toBe('');
    expect((await asked(at(port), {}, Infinity)).trouble).toBe('');
  });
});

test('whatever bytes come, an asking ends with a value, and nothing is thrown', async () => {
  const thrown: unknown[] = [];
  const note = (error: unknown) => thrown.push(error);
  process.on('uncaughtException', note).on('unhandledRejection', note);
  onTestFinished(() => void process.off('uncaughtException', note).off('unhandledRejection', note));
  // The same bytes each time: a small generator (mulberry32) with a seed.
  let seed = 20_260_101;
  const random = (below: number) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const parts = [
    ...[
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.0 302 Found\r\n',
      'content-length: 5\r\n',
      '\r\n',
    ],
    ...[
      'transfer-encoding: chunked\r\n',
      '5\r\nhello\r\n',
      '0\r\n\r\n',
      'fffffffffffffffff\r\n',
      'content-encoding: gzip\r\n',
    ],
    ...[
      'connection: upgrade\r\nupgrade: h2c\r\n',
      'location: //\r\n',
      '\0',
      '\x1f\x8b\x08',
      'x'.repeat(70),
      '\n',
      ': \r\n',
    ],
    ...[
      'content-encoding: br\r\n',
      'content-length: 18446744073709551616\r\n',
      'connection: keep-alive\r\n',
      'HTTP/1.1 204 \r\n\r\n',
    ],
  ];
  const { port, open } = await sayingHouse((socket) => {
    for (let i = random(9); i >= 0; i -= 1) socket.write(parts[random(parts.length)]!, 'latin1');
    if (random(4) === 0) socket.resetAndDestroy();
    else socket.end();
  });
  const network = realNetwork();
  const seen = new Set<string>();
  for (let round = 0; round < 60; round += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => network.askHttp(askOf(at(port)), 2_000)));
    for (const { trouble, ...rest } of answers) {
      seen.add(trouble);
      expect(trouble, 'message' in rest ? rest.message : '').not.toBe('unexpected');
    }
  }
  await until('nothing is left', () => open() === 0, often);
  expect(thrown).toEqual([]);
  expect([...seen]).toEqual(expect.arrayContaining(['', 'not-http', 'reset']));
});
