import { X509Certificate } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';
import { configFolder } from './config-folder.ts';

const folder = configFolder({ HARBOR_PASSWORD: 'hunter2', HARBOR_USER: 'robot$wall' });
afterAll(() => folder.remove());

const registriesOf = (text: string) => folder.of(text).registries;
const registryOf = (keys: string) => registriesOf(`registries: [{ name: a, ${keys} }]`).registries[0]!;
const problemOf = (keys: string) => folder.problems(`registries: [{ name: a, ${keys} }]`).join('\n');
const at = (line: number, rest: string) => `clusterwall.yaml:${line}: ${rest}`;

describe('what the configuration says of registries', () => {
  test('is taken up as a whole', async () => {
    const pem = new X509Certificate((await createCertificateAuthority('home')).certificate).toString();
    folder.write('home-ca.pem', pem);
    const text = `
certificates: { addresses: { registry.example: 10.0.0.9 }, resolver: 10.0.0.53, authorities: home-ca.pem }
registry: { discover: false }
registries:
  - name: harbor
    url: https://harbor.example:8443/
    kind: harbor
    user: { env: HARBOR_USER }
    password: { env: HARBOR_PASSWORD }
    authorities: [home-ca.pem]
    address: 10.0.0.5
    resolver: 10.0.0.54
    verify: false
    mirrors: [Docker.io, "registry.example:5000"]
    every: 30s
    timeout: 8s
    images: false
  - { name: home, url: "https://registry.example" }
`;
    expect(registriesOf(text)).toEqual({
      ...{ discover: false, images: true, resolver: '10.0.0.53', authorities: [pem] },
      addresses: [{ host: 'registry.example', address: '10.0.0.9' }],
      registries: [
        {
          ...{ name: 'harbor', url: 'https://harbor.example:8443', kind: 'harbor' },
          login: { user: 'robot$wall', password: 'hunter2' },
          ...{ authorities: [pem, pem], address: '10.0.0.5', resolver: '10.0.0.54', verify: 'none' },
          mirrors: ['docker.io', 'registry.example:5000'],
          ...{ everyMs: 30_000, timeoutMs: 8_000, images: false },
        },
        {
          ...{ name: 'home', url: 'https://registry.example', kind: 'v2', login: null, mirrors: [] },
          ...{ authorities: [pem], address: '10.0.0.9', resolver: '10.0.0.53', verify: 'all' },
          ...{ everyMs: 10_000, timeoutMs: 4_000, images: true },
        },
      ],
    });
  });

  test('of images holds for all where they are not to be asked for', () => {
    const text = 'registry: { images: false }\nregistries: [{ name: a, url: "https://a.example", images: true }]';
    expect(registriesOf(text)).toMatchObject({ images: false, registries: [{ images: false }] });
  });

  test.each([
    ['https://a.example', 'https://a.example'],
    ['https://A.example:443/', 'https://a.example'],
    ['http://10.0.0.5:5000', 'http://10.0.0.5:5000'],
    ['https://[fd00::5]:5000/', 'https://[fd00::5]:5000'],
  ])('the URL %s is asked as %s', (url, asked) => {
    expect(registryOf(`url: "${url}"`).url).toBe(asked);
  });
});

describe('what is wrong with registries', () => {
  test('is told all at once, with lines, names that are there twice too', () => {
    const text = `
registries:
  - name: home
    url: https://registry.example/v2/
    pasword: { env: X }
  - name: home
    url: https://other.example
    password: hunter2
    mirors: [docker.io]
registry: { dicover: true }
`;
    expect(folder.problems(text)).toEqual([
      at(
        4,
        'registries[1].url: "https://registry.example/v2/" is no URL of a registry: write it like https://registry.example or https://registry.example:5000, without path and password',
      ),
      at(5, 'registries[1].pasword: unknown key "pasword": the nearest known one is "password"'),
      at(6, 'registries[2].name: the registry "home" is already there in line 3'),
      at(8, 'registries[2].password: is secret and must not stand here itself: write { env: NAME } or { file: PATH }'),
      at(8, 'registries[2].password: needs a user beside it'),
      at(9, 'registries[2].mirors: unknown key "mirors": the nearest known one is "mirrors"'),
      at(10, 'registry.dicover: unknown key "dicover": the nearest known one is "discover"'),
    ]);
  });

  const password = 'password: { env: HARBOR_PASSWORD }';
  test.each([
    ['user: wall', 'user: needs a password beside it: { env: NAME } or { file: PATH }'],
    [password, 'password: needs a user beside it'],
    [`user: "a:b", ${password}`, 'user: must not hold a colon'],
    [`user: 7, ${password}`, 'user: 7 must be a text of 1 to 256 characters'],
    ['kind: docker', 'kind: "docker" must be v2 or harbor'],
    ['mirrors: "https://docker.io"', 'mirrors: "https://docker.io" is no host as names of images begin'],
    ['mirrors: [docker.io/library]', 'mirrors[1]: "docker.io/library" is no host as names of images begin'],
    ['timeout: 20s, every: 10s', 'timeout: 20s is longer than every (10s)'],
    ['latency: 1s', 'latency: unknown key "latency"'],
    ['images: some', 'images: "some" must be true or false'],
  ])('%s is refused: %s', (keys, problem) => {
    expect(problemOf(`url: "https://a.example", ${keys}`)).toContain(`registries[1].${problem}`);
  });

  test.each([
    ...['https://a.example/v2', 'https://a.example/?a=b', 'https://a.example/#a', 'tcp://a.example:5000'],
    ...['oci://a.example', 'a.example:5000', 'registry.example', ''],
  ])('the URL %j is refused', (url) => {
    expect(problemOf(`url: "${url}"`)).toContain('is no URL of a registry');
  });

  test.each(['https://admin:hunter2@a.example', 'https://hunter2@a.example/'])(
    'nothing of the password in %s is told',
    (url) => {
      const told = problemOf(`url: "${url}"`);
      expect(told).toContain('holds a name or password, and must be written without it');
      expect(told).not.toContain('hunter2');
    },
  );

  test('more than 50 are refused in words', () => {
    const many = Array.from({ length: 51 }, (_, i) => `{ name: r${i}, url: "https://h${i}.example" }`).join(', ');
    expect(folder.problems(`registries: [${many}]`)).toEqual([
      at(1, 'registries: 51 registries are too many: there can be at most 50'),
    ]);
  });
});
