import { afterAll, describe, expect, test } from 'vitest';
import { configFolder } from './config-folder.ts';

const folder = configFolder({ TOKEN: 'Bearer t0ps3cret', TWO_LINES: 'a\nX-Evil: b', MODERN: 'gr\u20ac\u20acn' });
afterAll(() => folder.remove());

const textOf = (headers: string) => `probes: [{ name: a, url: "https://a.example", headers: ${headers} }]`;
const problemOf = (headers: string) => folder.problems(textOf(headers)).join('\n');

function headersOf(headers: string): Readonly<Record<string, string>> | null {
  const { asks } = folder.of(textOf(headers)).services.probes[0]!;
  return asks.is === 'http' ? asks.ask.headers : null;
}

describe('headers of a probe', () => {
  test('are sent as they are written, secrets from file or environment', () => {
    folder.write('key', 'abc123\r\n');
    expect(headersOf('{ Accept: text/html, Authorization: { env: TOKEN }, X-Api-Key: { file: key } }')).toEqual({
      ...{ Accept: 'text/html', Authorization: 'Bearer t0ps3cret', 'X-Api-Key': 'abc123' },
    });
    expect(headersOf('{ User-Agent: { env: TOKEN }, X-Empty: "" }')).toEqual({
      ...{ 'User-Agent': 'Bearer t0ps3cret', 'X-Empty': '' },
    });
  });

  test.each([
    ...['Authorization', 'authorization', 'Proxy-Authorization', 'Cookie', 'X-Api-Key', 'X-API-Key', 'Apikey'],
    ...['X-Auth-Token', 'X-Gitlab-Token', 'Private-Token', 'X-Vault-Token', 'X-Plex-Token', 'X-Client-Secret'],
    ...['X-Access-Token', 'X-Password', 'X-Auth', 'X-Session-Id', 'CF-Access-Client-Secret', 'X-Emby-Authtoken'],
  ])('%s is secret: it comes from file or environment alone and is never told', (name) => {
    const told = problemOf(`{ ${name}: "hunter2 hunter2" }`);
    expect(told).toContain('is secret and must not stand here itself: write { env: NAME } or { file: PATH }');
    expect(told).not.toContain('hunter2');
    expect(headersOf(`{ ${name}: { env: TOKEN } }`)).toEqual({ [name]: 'Bearer t0ps3cret' });
  });

  test.each(['Accept', 'Accept-Language', 'User-Agent', 'Referer', 'X-Forwarded-Proto', 'X-Forwarded-For', 'Author'])(
    '%s is not',
    (name) => {
      expect(headersOf(`{ ${name}: something }`)).toEqual({ [name]: 'something' });
    },
  );

  test.each([
    ['{ X-Mine: "Bearer hunter2hunter2" }', 'looks like a password or token: write { env: NAME } or { file: PATH }'],
    ['{ X-Mine: ghp_hunter2hunter2hunter2 }', 'looks like a password or token'],
    ['{ Authorization: { evn: TOKEN } }', 'names no secret: write { env: NAME } or { file: PATH }'],
    ['{ Authorization: { env: TOKEN, file: key } }', 'names no secret: write'],
    ['{ Authorization: {} }', 'names no secret: write'],
    ['{ Authorization: [hunter2] }', 'is secret and must not stand here itself'],
    ['{ Authorization: { hunter2 } }', 'names no secret: write'],
    ['{ Authorization: { env: "hunter2 hunter2" } }', 'names no secret: no name of an environment variable'],
    ['{ Authorization: { file: "" } }', 'names no secret: no name of a file'],
    ['{ Authorization: { file: 3 } }', 'names no secret: write'],
  ])('%s is refused without repeating it: %s', (headers, problem) => {
    const told = problemOf(headers);
    expect(told).toContain(problem);
    expect(told).not.toContain('hunter2');
  });

  test.each([
    ['{ Host: a.example }', 'headers.Host: cannot be set: it is the host of url'],
    ['{ Content-Length: "3" }', 'headers.Content-Length: cannot be set: it follows from what is sent'],
    ['{ transfer-encoding: chunked }', 'cannot be set: it belongs to the connection'],
    ['{ Connection: close }', 'cannot be set: it belongs to the connection'],
    ['{ Expect: 100-continue }', 'cannot be set: it belongs to the connection'],
    ['{ Accept-Encoding: zstd }', 'cannot be set: it is what the wall can unpack'],
    ['{ "X Y": a }', 'is no name of a header'],
    ['{ "X:Y": a }', 'is no name of a header'],
    ['{ "": a }', 'is no name of a header'],
    ['{ ":authority": a }', 'is no name of a header'],
    ['{ "X\\r\\nY": a }', 'is no name of a header'],
    ['{ X-Mine: 7 }', '7 must be a text (in quotes if it looks like a number)'],
    ['{ X-Mine: }', 'null must be a text'],
    ['{ X-Mine: "a\\r\\nX-Evil: b" }', 'holds more than one line, which no header can'],
    ['{ X-Mine: "a\\u0000b" }', 'holds characters that no header can'],
    ['{ X-Mine: "\u20ac" }', 'holds characters that no header can'],
    ['{ Authorization: { env: TWO_LINES } }', 'holds more than one line'],
    ['{ Authorization: { env: MODERN } }', 'holds characters that no header can'],
    [`{ X-Mine: "${'x'.repeat(8_193)}" }`, 'is longer than 8192 characters'],
    ['{ X-Mine: a, x-mine: b }', 'x-mine is already there: capitals make no other header'],
    ['[a]', 'headers: a list must be a group of headers'],
    [
      `{ ${Array.from({ length: 31 }, (_, i) => `x-${i}: a`).join(', ')} }`,
      'headers: there are too many headers: at most 30',
    ],
  ])('%s is refused: %s', (headers, problem) => {
    expect(problemOf(headers)).toContain(problem);
  });
});
