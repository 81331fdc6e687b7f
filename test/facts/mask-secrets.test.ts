import { describe, expect, test } from 'vitest';
import { maskSecrets } from '#server/facts/mask-secrets.ts';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl-_x';
const keyLine = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

describe('what obviously is a secret is masked', () => {
  test.each([
    ['password=hunter2', 'password=***'],
    ['DB_PASSWORD=hunter2 DB_HOST=db', 'DB_PASSWORD=*** DB_HOST=db'],
    ['passwd: hunter2', 'passwd: ***'],
    ['host=db user=app password=hunter2 dbname=shop', 'host=db user=app password=*** dbname=shop'],
    ['Server=db;Pwd=hunter2;Database=shop', 'Server=db;Pwd=***;Database=shop'],
    ['{"user":"app","password":"hunter 2","port":3}', '{"user":"app","password":"***","port":3}'],
    [String.raw`msg="{\"token\":\"abc123\",\"a\":1}"`, String.raw`msg="{\"token\":\"***\",\"a\":1}"`],
    ["clientSecret: 'hunter2'", "clientSecret: '***'"],
    [String.raw`{"password":"hun\"ter2","port":3}`, '{"password":"***","port":3}'],
    [String.raw`password=hunter\2 x`, 'password=*** x'],
    ['token: abc', 'token: ***'],
    ['X-Api-Key: 0123456789', 'X-Api-Key: ***'],
    ['api_key => abc', 'api_key => ***'],
    ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = ***'],
    ['using AKIAIOSFODNN7EXAMPLE now', 'using *** now'],
    ['Authorization: Bearer abc', 'Authorization: Bearer ***'],
    ['"Authorization":"Basic YW5uYTpodW50ZXIy"', '"Authorization":"Basic ***"'],
    ['authorization=0123456789abcdef', 'authorization=***'],
    ['sent bearer abcdef0123456789', 'sent bearer ***'],
    ['Set-Cookie: session=abc; Path=/', 'Set-Cookie: ***'],
    ['postgres://app:hunter2@db:5432/shop', 'postgres://app:***@db:5432/shop'],
    ['redis://:hun@ter2@cache:6379', 'redis://:***@cache:6379'],
    ['GET https://anna:hunter2@git.example/x.git failed', 'GET https://anna:***@git.example/x.git failed'],
    [`got ${jwt}.`, 'got ***'],
    ['cloning with ghp_0123456789abcdefghijABCDEFGHIJ', 'cloning with ***'],
    ['glpat-0123456789abcdefghij', '***'],
    ['serve --password hunter2 --port 80', 'serve --password *** --port 80'],
    ['serve --db-password=hunter2 --port 80', 'serve --db-password=*** --port 80'],
    ["serve --token 'abc def' x", "serve --token '***' x"],
    [keyLine, '***'],
  ])('%s', (text, expected) => {
    expect(maskSecrets(text)).toBe(expected);
  });

  test('a private key, whole or in part, is gone over all its lines', () => {
    const begin = '-----BEGIN RSA PRIVATE KEY-----';
    const end = '-----END RSA PRIVATE KEY-----';
    expect(maskSecrets(`before\n${begin}\n${keyLine}\nAbc=\n${end}\nafter`)).toBe('before\n***\nafter');
    expect(maskSecrets(`before\n${begin}\n${keyLine}\nAbc=`)).toBe('before\n***');
    expect(maskSecrets(`Abc/d=\n${end}\nafter`)).toBe('***\nafter');
    expect(maskSecrets(`key: "${begin}\\nAbc\\n${end}\\n"`)).toBe('key: "***\\n"');
  });
});

describe('what is none is left', () => {
  test.each([
    'FATAL:  password authentication failed for user "app"',
    'PANIC:  could not locate a valid checkpoint record at 0/16B3748',
    'dial tcp 10.43.0.1:443: connect: connection refused',
    'reading token file /var/run/secrets/kubernetes.io/serviceaccount/token',
    'password_file=/run/secrets/db',
    'tokenPath: /var/run/token',
    'secretName: web-tls',
    'GET https://registry.example:5000/v2/ 401',
    'image registry.example:5000/web@sha256:0123456789abcdef0123456789abcdef',
    'bearer authentication is required',
    'basic configuration was read',
    'see https://example.org/a:b?c=d',
    'Authorization: denied',
    'mail to anna@example.org at 12:30',
  ])('%s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});

test.each([
  ['letters', 'a'],
  ['words', 'password '],
  ['names', 'password-'],
  ['dashes', '--password'],
  ['keys', '-----BEGIN PRIVATE KEY-----'],
  ['ends', 'QQ==\n'],
  ['URLs', '://a:b'],
  ['quotes', '\\"token\\":'],
  ['tokens', 'eyJ.'],
])('a flood of %s takes no time', (_, part) => {
  const flood = part.repeat(Math.ceil(40_000 / part.length));
  const before = performance.now();
  maskSecrets(flood);
  expect(performance.now() - before).toBeLessThan(1_500);
});
