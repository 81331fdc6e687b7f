import { describe, expect, test } from 'vitest';
import { parseServer } from '#server/cluster/endpoint.ts';
import { asTransportError } from '#server/cluster/transport-failure.ts';

describe('a server', () => {
  test.each([
    ['https://nuc0.home', 'nuc0.home', 443, 'nuc0.home:443', ''],
    ['https://10.0.0.1:6443/', '10.0.0.1', 6443, '10.0.0.1:6443', ''],
    ['https://[fd00::1]:6443', 'fd00::1', 6443, '[fd00::1]:6443', ''],
    ['https://rancher.home/k8s/clusters/c-1/', 'rancher.home', 443, 'rancher.home:443', '/k8s/clusters/c-1'],
    ['http://localhost', 'localhost', 80, 'localhost:80', ''],
    ['localhost:8080', 'localhost', 8080, 'localhost:8080', ''],
  ])('%s', (text, host, port, address, pathPrefix) => {
    expect(parseServer(text)).toMatchObject({ host, port, address, pathPrefix, tls: text.startsWith('https:') });
  });

  test.each(['', 'https://', 'http://a b', 'unix:///run/x.sock', 'https://host:99999'])('%s is refused', (text) => {
    expect(parseServer(text)).toEqual({ problem: expect.any(String) });
  });
});

describe('an error of Node has a name of ours', () => {
  const failure = (code: string, message = 'x') =>
    asTransportError(Object.assign(new Error(message), { code }), 'nuc0:6443');

  test.each([
    ['ECONNREFUSED', 'refused', 'nuc0:6443 refused the connection'],
    ['EHOSTUNREACH', 'unreachable', 'there is no way to nuc0:6443 (EHOSTUNREACH)'],
    ['ENETUNREACH', 'unreachable', 'there is no way to nuc0:6443 (ENETUNREACH)'],
    ['EAI_AGAIN', 'dns', 'the name in nuc0:6443 cannot be resolved (EAI_AGAIN)'],
    ['ETIMEDOUT', 'timeout', 'nuc0:6443 did not answer the attempt to connect (ETIMEDOUT)'],
    ['ECONNRESET', 'reset', 'the connection to nuc0:6443 broke off (ECONNRESET)'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted', expect.stringContaining('is not signed by the trusted CA')],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted', expect.stringContaining('is not signed by the trusted CA')],
    ['CERT_SIGNATURE_FAILURE', 'untrusted', expect.stringContaining('is not signed by the trusted CA')],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'no-credentials', expect.stringContaining('our client certificate')],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'no-credentials', expect.stringContaining('our client certificate')],
    ['HPE_INVALID_CONSTANT', 'unexpected', 'nuc0:6443 does not speak HTTP (HPE_INVALID_CONSTANT)'],
    ['EMFILE', 'unexpected', 'the connection to nuc0:6443 failed: x (EMFILE)'],
  ])('%s', (code, name, message) => {
    const error = failure(code);
    expect([error.failure, error.message]).toEqual([name, message]);
  });

  test('of several addresses that failed the first is told, and nonsense is no crash', () => {
    const inner = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    expect(asTransportError(new AggregateError([inner, new Error('y')]), 'nuc0:6443').failure).toBe('refused');
    expect(asTransportError('odd', 'nuc0:6443').message).toBe('the connection to nuc0:6443 failed: odd');
    const secret = failure('EX', 'Bearer abcdefghijklmno\n\u202e');
    expect(secret.message).toBe('the connection to nuc0:6443 failed: Bearer [hidden] (EX)');
  });
});
