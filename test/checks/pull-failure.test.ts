import { describe, expect, test } from 'vitest';
import { pullCause, pullFailure, saidByEvent, saidWhileWaiting, type PullSaid } from '#server/checks/pull-failure.ts';

const image = 'registry.example/web:1.5';
const unpack = `failed to pull and unpack image "${image}": `;
const resolve = `${unpack}failed to resolve reference "${image}": `;
const head = `${resolve}failed to do request: Head "https://registry.example/v2/web/manifests/1.5": `;

const said = (message: string, reason = 'ErrImagePull'): PullSaid => ({ reason, message });
const telling = (message: string, of = image, reason?: string) => {
  const { kind, words } = pullFailure(of, said(message, reason));
  return [kind, words];
};

describe('a failed pull is sorted by cause, word for word as runtimes say it', () => {
  test.for([
    // Limits hide in logins.
    [
      `${resolve}failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://auth.registry.example/token: 429 Too Many Requests`,
      'limited',
      "registry.example's limit is used up",
    ],
    [
      `${unpack}failed to copy: httpReadSeeker: failed open: unexpected status code https://registry.example/v2/web/blobs/sha256:1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.`,
      'limited',
      "registry.example's limit is used up",
    ],
    [
      `${resolve}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      'missing-or-private',
      'registry.example says it is missing or private',
    ],
    [
      `${resolve}pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
      'unauthorised',
      'registry.example wants a login and got none',
    ],
    [
      `${resolve}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.example/token?scope=x: 401 Unauthorized`,
      'unauthorised',
      'registry.example does not accept the login',
    ],
    [
      `${resolve}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example/token?scope=repository%3Aweb%3Apull&service=x: 403 Forbidden`,
      'missing-or-private',
      'registry.example says it is missing or private',
    ],
    [
      'reading manifest 1.5 in registry.example/web: unauthorized: access to the requested resource is not authorized',
      'missing-or-private',
      'registry.example says it is missing or private',
    ],
    [
      `${resolve}unexpected status from HEAD request to https://registry.example/v2/web/manifests/1.5: 401 Unauthorized`,
      'unauthorised',
      'registry.example wants a login that is missing or wrong',
    ],
    [
      `${resolve}unexpected status from HEAD request to https://registry.example/v2/web/manifests/1.5: 403 Forbidden`,
      'missing-or-private',
      'registry.example does not allow it: it is private or missing',
    ],
    [
      `${head}dial tcp 10.0.0.5:443: connect: connection refused`,
      'unreachable',
      'registry.example refuses connections',
    ],
    [
      `${head}dial tcp: lookup registry.example on 192.168.1.1:53: no such host`,
      'unreachable',
      "registry.example is not known to the node's DNS",
    ],
    [
      `${head}dial tcp: lookup registry.example: no such host`,
      'unreachable',
      "registry.example is not known to the node's DNS",
    ],
    [
      `${head}dial tcp: lookup registry.example on 127.0.0.53:53: server misbehaving`,
      'unreachable',
      "the node's DNS does not answer when asked for registry.example",
    ],
    [
      `${head}dial tcp: lookup registry.example on 10.0.0.1:53: read udp 10.0.0.7:40000->10.0.0.1:53: i/o timeout`,
      'unreachable',
      "the node's DNS does not answer when asked for registry.example",
    ],
    [`${head}dial tcp 10.0.0.5:443: i/o timeout`, 'unreachable', 'registry.example does not answer in time'],
    [`${head}net/http: TLS handshake timeout`, 'unreachable', 'registry.example does not answer in time'],
    [`${head}context deadline exceeded`, 'unreachable', 'registry.example does not answer in time'],
    [
      `${head}dial tcp 10.0.0.5:443: connect: no route to host`,
      'unreachable',
      'the node has no route to registry.example',
    ],
    [`${head}EOF`, 'unreachable', 'registry.example breaks the connection off'],
    [
      `${resolve}unexpected status from HEAD request to https://registry.example/v2/web/manifests/1.5: 503 Service Unavailable`,
      'unreachable',
      'registry.example answers with error 503',
    ],
    [
      `${head}proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused`,
      'unreachable',
      'the proxy that the node uses does not let it through',
    ],
    [
      `${head}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      'untrusted',
      'the node does not trust the certificate of registry.example',
    ],
    [
      `${head}tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-10-01T12:00:00Z is after 2026-09-30T12:00:00Z`,
      'untrusted',
      'the certificate of registry.example has expired',
    ],
    [
      `${head}tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 1970-01-01T00:00:09Z is before 2026-09-30T12:00:00Z`,
      'untrusted',
      'the certificate of registry.example is not valid yet',
    ],
    [
      `${head}tls: failed to verify certificate: x509: certificate is valid for traefik.default, not registry.example`,
      'untrusted',
      'the certificate of registry.example is for another name',
    ],
    [`${head}http: server gave HTTP response to HTTPS client`, 'untrusted', 'registry.example speaks no HTTPS'],
    [
      `rpc error: code = NotFound desc = ${unpack}no match for platform in manifest sha256:0a: not found`,
      'platform',
      'it is not built for the processor of the node',
    ],
    [
      `${unpack}failed to extract layer sha256:0a: write /var/lib/x: no space left on device: unknown`,
      'disk-full',
      'the disk of the node is full',
    ],
    [
      `rpc error: code = NotFound desc = ${resolve}${image}: not found`,
      'missing',
      'there is no such tag or repository',
    ],
    [`${resolve}${image}: not found`, 'missing', 'there is no such tag or repository'],
    ['reading manifest 1.5 in registry.example/web: manifest unknown', 'missing', 'there is no such tag or repository'],
  ] as const)('%s', ([message, kind, words]) => {
    expect(telling(message)).toEqual([kind, words]);
  });

  test('by its reason where that says all', () => {
    const invalid =
      'Failed to apply default image tag "Web:1": couldn\'t parse image name "Web:1": invalid reference format: repository name must be lowercase';
    expect(telling(invalid, 'Web:1', 'InvalidImageName')).toEqual([
      'name',
      'its name is not valid: it must be lower case',
    ]);
    expect(telling('', '://', 'InvalidImageName')).toEqual(['name', 'its name is not valid']);
    expect(telling('Container image "x" is not present', 'x', 'ErrImageNeverPull')).toEqual([
      'policy',
      'it is not on the node, and its pull policy is Never',
    ]);
    expect(telling('x', image, 'SignatureValidationFailed')[0]).toBe('signature');
    expect(telling('Failed to inspect image', image, 'ImageInspectError')[0]).toBe('runtime');
    expect(telling('x', image, 'RegistryUnavailable')).toEqual(['unreachable', 'registry.example does not answer']);
  });

  test('what nobody has heard of is quoted without what stands around it', () => {
    expect(telling(`rpc error: code = Unknown desc = ${unpack}the cat sat on it`)).toEqual([
      'unknown',
      'the node says "the cat sat on it"',
    ]);
    expect(telling('')).toEqual(['unknown', 'the node says "ErrImagePull"']);
    expect(pullFailure(image, null)).toMatchObject({ kind: 'unknown', words: 'why is not told' });
  });
});

describe('names of strangers decide nothing', () => {
  test('words of causes in an image or its path are no causes', () => {
    for (const name of ['registry.example/denied:429', 'registry.example/geoffrey/eof:1', 'x509:1', 'unauthorized:1']) {
      expect(telling(`failed to pull and unpack image "${name}": ${name}: not found`, name)[0]).toBe('missing');
    }
  });

  test('a name as short as a word leaves the rest of the message as it is', () => {
    expect(telling('Head "https://registry-1.docker.io/v2/library/e/manifests/latest": EOF', 'e')[0]).toBe(
      'unreachable',
    );
  });
});

describe('the host', () => {
  test('is the one that was asked where it cannot be reached, and the own one where it refuses', () => {
    const mirror = pullFailure('nginx', said('Head "http://mirror.example:5000/v2/x/manifests/1": EOF'));
    expect(mirror).toMatchObject({
      words: 'mirror.example:5000 breaks the connection off',
      host: 'mirror.example:5000',
      scheme: 'http',
    });
    const limit =
      'failed to fetch oauth token: unexpected status from https://auth.docker.io/token: 429 Too Many Requests';
    expect(pullFailure('nginx', said(limit))).toMatchObject({
      words: "Docker Hub's limit is used up",
      host: 'docker.io',
      scheme: 'https',
    });
  });
});

describe('what is said', () => {
  const backOff = `Back-off pulling image "${image}"`;

  test('by a container that waits for its next try stands behind the line about waiting, from Kubernetes 1.32', () => {
    expect(saidWhileWaiting(said(backOff, 'ImagePullBackOff'))).toBeNull();
    expect(saidWhileWaiting(said('', 'ImagePullBackOff'))).toBeNull();
    expect(saidWhileWaiting(said(`${backOff}: ErrImagePull: x: not found`, 'ImagePullBackOff'))).toEqual(
      said('x: not found'),
    );
    expect(saidWhileWaiting(said(`${backOff}: SignatureValidationFailed: no`, 'ImagePullBackOff'))).toEqual(
      said('no', 'SignatureValidationFailed'),
    );
    expect(saidWhileWaiting(said('x', 'ErrImagePull'))).toEqual(said('x'));
  });

  test('by an event counts if it is about this image', () => {
    expect(saidByEvent(image, `Failed to pull image "${image}": x`)).toEqual(said('x'));
    expect(saidByEvent(image, 'Failed to pull image "other:1": x')).toBeNull();
    expect(saidByEvent(image, 'Error: ImagePullBackOff')).toBeNull();
  });

  test('is cut down to its cause', () => {
    const refused = 'Head "https://registry.example/v2/web/manifests/1.5": connect: connection refused';
    expect(pullCause(`rpc error: code = Unknown desc = ${resolve}failed to do request: ${refused}`)).toBe(refused);
    expect(pullCause(`${resolve}${image}: not found`)).toBe(`${image}: not found`);
  });
});
