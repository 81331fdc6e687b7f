import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readConfig } from '#server/config.ts';
import { watchConfig } from '#server/config-source.ts';
import type { TlsConfig } from '#server/probes/tls-config.ts';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';

let directory: string;
let pem: string;
let other: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'clusterwall-tls-config-'));
  mkdirSync(join(directory, 'folder'));
  const home = await createCertificateAuthority('home');
  // As OpenSSL writes it.
  const written = (text: string) => new X509Certificate(text).toString();
  pem = written(home.certificate);
  other = written((await createCertificateAuthority('other')).certificate);
  file('home-ca.pem', pem);
  file('two.pem', `# Home\nsubject=home\n${pem}\n${other}`);
  file('empty.pem', ' \n');
  file('text.pem', 'this is my CA');
  file('damaged.pem', `${pem}\n${pem.replace(/\n.{20}/, '\nAAAA')}`);
  file('cut.pem', pem.slice(0, pem.length / 2));
  file('many-begins.pem', '-----BEGIN CERTIFICATE-----'.repeat(30_000));
  file('huge.pem', 'x'.repeat(1_000_001));
  file('bundle.pem', `${pem}\n${home.key}`);
  file('key.pem', '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIGVlYm9\n-----END EC PRIVATE KEY-----');
});
afterAll(() => rmSync(directory, { recursive: true }));

const file = (name: string, text: string) => writeFileSync(join(directory, name), text);

function read(text: string) {
  file('clusterwall.yaml', text);
  return readConfig({}, directory, { checks: [], scenarios: [] });
}

function tlsOf(text: string): TlsConfig {
  const { file: config, problems } = read(text);
  if (config === null) throw new Error(problems.join('\n'));
  return config.tls;
}

const problemsOf = (text: string) => read(text).problems;
const serverOf = (line: string) => tlsOf(`certificates: { servers: [${line}] }`).servers[0];
const plain = { namedAs: 'certificates.servers', address: '', serverName: '', authorities: [], trust: 'system' };

describe('what the configuration says of TLS servers', () => {
  test('is taken up as a whole', () => {
    const text = `
certificates:
  discover: false
  kubelets: false
  servers:
    - 10.0.0.10:2379
    - { host: rke2.home, port: 9345, address: 10.0.0.5, serverName: x.home, authorities: home-ca.pem }
  addresses: { "git.example": 10.0.0.5, "*.home.example": nas.lan }
  resolver: 10.0.0.53
  authorities: [ two.pem, ${join(directory, 'home-ca.pem')} ]
probes: [ { name: gitea, url: "https://git.example/", address: 10.0.0.6, authorities: [home-ca.pem] } ]
registries: [ { name: home, url: "https://registry.example:5000", resolver: 10.0.0.54 } ]
`;
    expect(tlsOf(text)).toEqual({
      ...{ discover: false, kubelets: false, resolver: '10.0.0.53', authorities: [pem, other, pem] },
      addresses: [
        { host: 'git.example', address: '10.0.0.5' },
        { host: '*.home.example', address: 'nas.lan' },
      ],
      servers: [
        { ...plain, host: '10.0.0.10', port: 2379, trust: 'cluster' },
        {
          ...{ ...plain, host: 'rke2.home', port: 9345, address: '10.0.0.5', serverName: 'x.home' },
          ...{ trust: 'cluster', authorities: [pem] },
        },
        {
          ...{ ...plain, namedAs: 'probe gitea', host: 'git.example', port: 443 },
          ...{ address: '10.0.0.6', resolver: '', authorities: [pem] },
        },
        { ...plain, namedAs: 'registry home', host: 'registry.example', port: 5000, resolver: '10.0.0.54' },
      ],
    });
    expect(read(text).file?.namedFiles).toEqual([join(directory, 'home-ca.pem'), join(directory, 'two.pem')]);
  });

  test.each([
    ['git.example', 'git.example', 443],
    ['"Git.Example.:8443"', 'git.example', 8443],
    ['nas', 'nas', 443],
    ['192.168.1.10', '192.168.1.10', 443],
    ['"[fd00::10]:2379"', 'fd00::10', 2379],
    ['"fd00::10"', 'fd00::10', 443],
    ['{ host: "fd00::10", port: 6443 }', 'fd00::10', 6443],
  ])('a server %s is %s, port %d', (line, host, port) => {
    expect(serverOf(line)).toMatchObject({ host, port });
  });

  test.each([
    [443, 'system'],
    [8443, 'system'],
    [2379, 'cluster'],
    [2380, 'cluster'],
    [6443, 'cluster'],
    [9345, 'cluster'],
    [10250, 'cluster'],
  ])('at port %d the trust is the %s unless something else is written', (port, trust) => {
    expect(serverOf(`"a.example:${port}"`)?.trust).toBe(trust);
    expect(serverOf(`{ host: a.example, port: ${port}, trust: system }`)?.trust).toBe('system');
    expect(serverOf(`{ host: a.example, port: ${port}, trust: cluster }`)?.trust).toBe('cluster');
  });

  test.each([
    ['https://git.example', 'git.example', 443],
    ['https://git.example:8443/path?q=1#x', 'git.example', 8443],
    ['https://[fd00::10]:5000/', 'fd00::10', 5000],
    ['https://b\u00fccher.example/', 'xn--bcher-kva.example', 443],
  ])('a probe of %s is a server %s, port %d', (url, host, port) => {
    expect(tlsOf(`probes: [{ name: a, url: "${url}" }]`).servers).toMatchObject([{ host, port }]);
  });

  test('a probe or registry of plain HTTP is fine and has no certificate', () => {
    const text = 'probes: [{ name: a, url: "http://a.example" }]\nregistries: [{ name: b, url: "http://b:5000/" }]';
    expect(tlsOf(text).servers).toEqual([]);
  });

  test('kubelets are looked at where the wall reaches them, unless something else is written', () => {
    expect(tlsOf('').kubelets).toBe(true);
    expect(tlsOf('kubelets: { from: api }').kubelets).toBe(false);
    expect(tlsOf('kubelets: { from: off }').kubelets).toBe(false);
    expect(tlsOf('kubelets: { from: off }\ncertificates: { kubelets: true }').kubelets).toBe(true);
  });

  test.each(['10.0.0.53:5353', 'fd00::53', '"[fd00::53]:53"'])('the resolver may be %s', (resolver) => {
    expect(tlsOf(`certificates: { resolver: ${resolver} }`).resolver).toBe(resolver.replaceAll('"', ''));
  });
});

describe('what is wrong with it', () => {
  test('is told all at once, with lines', () => {
    const text = `
certificates:
  discver: true
  servers:
    - "https://git.example"
    - { host: rke2.home, prot: 9345 }
    - { port: 9345 }
  addresses:
    git.example: "10.0.0.5:443"
    "*.*.example": 10.0.0.5
  resolver: dns.home
  authorities: [ missing.pem, bundle.pem ]
probes:
  - { name: gitea, url: git.example }
`;
    const at = (line: number, rest: string) => `clusterwall.yaml:${line}: ${rest}`;
    expect(problemsOf(text)).toEqual([
      at(3, 'certificates.discver: unknown key "discver": the nearest known one is "discover"'),
      at(
        5,
        'certificates.servers[1]: "https://git.example" is not host:port: write it like git.example, 10.0.0.10:2379 or [fd00::10]:2379',
      ),
      at(6, 'certificates.servers[2].prot: unknown key "prot": the nearest known one is "port"'),
      at(7, 'certificates.servers[3].host: the key "host" is missing'),
      at(
        9,
        'certificates.addresses.git.example: "10.0.0.5:443" is neither a DNS name nor an address (without port and https://)',
      ),
      at(10, 'certificates.addresses.*.*.example: "*.*.example" is no host, nor one like "*.home.example"'),
      at(
        11,
        'certificates.resolver: "dns.home" is no address of a DNS server: write it like 10.0.0.53 or 10.0.0.53:5353',
      ),
      at(
        12,
        `certificates.authorities[1]: "missing.pem" does not exist: there is no ${join(directory, 'missing.pem')}`,
      ),
      at(12, 'certificates.authorities[2]: "bundle.pem" holds a private key: name a file of certificates alone'),
      at(
        14,
        'probes[1].url: "git.example" is no URL that can be asked: write it like https://git.example/, tcp://nas.home:445, dns://git.example or host://nas.home, without a password',
      ),
    ]);
  });

  const bare = (line: string) => `certificates: { servers: [${line}] }`;
  test.each([
    [bare('"git.example:"'), 'is not host:port'],
    [bare('"git.example:0"'), 'is not host:port'],
    [bare('"git.example:65536"'), 'is not host:port'],
    [bare('":443"'), 'is not host:port'],
    [bare('"a b:443"'), 'is not host:port'],
    [bare('"git..example"'), 'is not host:port'],
    [bare('"10.0.0.300"'), 'is not host:port'],
    [bare('"*.example"'), 'is not host:port'],
    [bare('"[fd00::10"'), 'is not host:port'],
    [bare('"fe80::1%eth0"'), 'is not host:port'],
    [bare('443'), '443 is not host:port'],
    [bare('null'), 'null is not host:port'],
    [bare('[a, b]'), 'a list must be a group of keys such as host'],
    [bare('{ host: "a.example:443" }'), 'servers[1].host: "a.example:443" is neither a DNS name nor an address'],
    [bare('{ host: a.example, port: "443" }'), 'servers[1].port: "443" must be a number from 1 to 65535'],
    [bare('{ host: a.example, trust: nobody }'), 'servers[1].trust: "nobody" must be system or cluster'],
    ['certificates: { servers: a.example }', 'certificates.servers: "a.example" must be a list'],
    ['certificates: [a]', 'certificates: a list must be a group of keys such as discover'],
    ['certificates: { kubelets: 1 }', 'certificates.kubelets: 1 must be true or false'],
    ['certificates: { addresses: [a] }', 'certificates.addresses: a list must be a group of hosts'],
    ['certificates: { addresses: { a.example: } }', 'addresses.a.example: null is neither a DNS name nor an address'],
    ['probes: [{ url: "https://a.example" }]', 'probes[1].name: the key "name" is missing'],
    ['probes: [{ name: a, url: "ftp://a.example" }]', 'probes[1].url: "ftp://a.example" is no URL that can be asked'],
    [
      'probes: [{ name: a, url: "https://u:hunter2@a.example" }]',
      'probes[1].url: "https://[hidden]@a.example" holds a name or password, and must be written without it',
    ],
    [
      bare('"https://admin:hunter2@git.example/"'),
      'servers[1]: "https://[hidden]@git.example/" holds a name or password, and must be written without it',
    ],
    ['probes: [{ name: a, url: "https://a.example", evry: 3s }]', 'unknown key "evry": the nearest known one is'],
    ['registries: { name: a }', 'registries: a group of keys must be a list'],
  ])('%j is refused: %s', (text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test.each([
    ['/nowhere/ca.pem', 'does not exist: there is no /nowhere/ca.pem'],
    ['home-ca.pem/ca.pem', 'does not exist: a part of its path is not a directory'],
    ['folder', 'is a directory'],
    ['empty.pem', 'is empty'],
    ['text.pem', 'holds no certificate: it must be PEM, which begins with -----BEGIN CERTIFICATE-----'],
    ['damaged.pem', 'holds a certificate that cannot be read (number 2)'],
    ['cut.pem', 'holds a certificate that cannot be read (number 1)'],
    ['many-begins.pem', 'holds a certificate that cannot be read (number 1)'],
    ['huge.pem', 'is larger than 1 MB and hardly a file of authorities'],
    ['key.pem', 'holds a private key: name a file of certificates alone'],
    ['/dev/null', 'is not a file'],
  ])('a file of authorities %s %s', (name, problem) => {
    expect(problemsOf(`certificates: { authorities: ${name} }`)).toEqual([
      `clusterwall.yaml:1: certificates.authorities: "${name}" ${problem}`,
    ]);
  });

  test('a named pipe is not waited for', () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    expect(problemsOf('certificates: { authorities: pipe }')[0]).toContain('"pipe" is not a file');
  });

  test.each([
    'https://admin:hunter2@git.example/',
    'https://hunter2@git.example/',
    'admin:hunter2@git.example',
    'https://admin:a/b@hunter2@git.example/',
    'https://git.example/?token=hunter2hunter2',
    'ghp_hunter2hunter2hunter2',
    'glpat-hunter2hunter2',
    `K10${'0a'.repeat(32)}::server:hunter2`,
  ])('nothing of a password or token is told, wherever %s was put', (secret) => {
    for (const text of [
      `certificates: { servers: ["${secret}"] }`,
      `certificates: { servers: [{ host: "${secret}" }] }`,
      `certificates: { servers: [{ host: a.example, serverName: "${secret}" }] }`,
      `certificates: { addresses: { git.example: "${secret}" } }`,
      `certificates: { addresses: { "${secret}": 10.0.0.5 } }`,
      `certificates: { resolver: "${secret}" }`,
      `certificates: { authorities: "${secret}" }`,
      `probes: [{ name: a, url: "${secret} x" }]`,
      `registries: [{ name: a, url: "${secret} x" }]`,
      `"${secret}": 1`,
      `ignore: [{ check: "${secret}", subject: Node/nuc0 }]`,
      `timeZone: "${secret}"`,
      `timeZone: *${secret}`,
    ]) {
      const told = problemsOf(text).join('\n');
      expect.soft(told, text).not.toContain('hunter2');
    }
  });

  test('a name with letters beyond ASCII is looked at as DNS knows it', () => {
    const of = (name: string) => problemsOf(`certificates: { servers: [${name}] }`);
    expect(of('münchen.example:8443')).toEqual([]);
    expect(of('"mün chen.example"').join()).toContain('is not host:port');
  });

  test('nothing of a private key is told, wherever it was put by mistake', () => {
    const key = '-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----';
    for (const text of [
      'certificates: { authorities: key.pem }',
      'certificates: { authorities: bundle.pem }',
      `certificates: { authorities: "${key}" }`,
      `certificates: { servers: ["${key}"] }`,
      `certificates: { resolver: "${key}" }`,
      `timeZone: "${key}"`,
    ]) {
      const told = problemsOf(text).join('\n');
      expect(told).not.toBe('');
      expect(told).not.toMatch(/MII|MHc/);
    }
  });
});

const patiently = (condition: () => void) => vi.waitFor(condition, 5_000);

describe('a file of authorities that changes while the wall runs', () => {
  test('is taken up; a bad one keeps what held before and says why, and heals when it is good again', async () => {
    file('own-ca.pem', pem);
    const { environment, file: config } = read('certificates: { authorities: own-ca.pem }');
    const source = watchConfig({ environment, file: config! }, directory, [], 20);
    const now = () => source.current().file.tls.authorities;
    try {
      file('own-ca.pem', other);
      await patiently(() => expect(now()).toEqual([other]));
      rmSync(join(directory, 'own-ca.pem'));
      await patiently(() => expect(source.problem()).toContain('"own-ca.pem" does not exist'));
      expect(now()).toEqual([other]);
      file('own-ca.pem', `${pem}${other}`);
      await patiently(() => expect(source.problem()).toBe(''));
      expect(now()).toEqual([pem, other]);
    } finally {
      source.close();
    }
  });

  test('is watched from when the configuration names it, even if it is not there yet', async () => {
    const { environment, file: config } = read('');
    const source = watchConfig({ environment, file: config! }, directory, [], 20);
    try {
      file('clusterwall.yaml', 'certificates: { authorities: late.pem }');
      await patiently(() => expect(source.problem()).toContain('"late.pem" does not exist'));
      file('late.pem', pem);
      await patiently(() => expect(source.current().file.tls.authorities).toEqual([pem]));
      expect(source.problem()).toBe('');
    } finally {
      source.close();
    }
  });
});
