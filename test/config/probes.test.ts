import { afterAll, describe, expect, test } from 'vitest';
import type { ConfiguredProbe } from '#server/probes/service-config.ts';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';
import { X509Certificate } from 'node:crypto';
import { configFolder } from './config-folder.ts';

const folder = configFolder({ WIKI_TOKEN: 'Bearer t0ps3cret' });
afterAll(() => folder.remove());

const servicesOf = (text: string) => folder.of(text).services;
const probeOf = (keys: string): ConfiguredProbe => servicesOf(`probes: [{ name: a, ${keys} }]`).probes[0]!;
const problemOf = (keys: string) => folder.problems(`probes: [{ name: a, ${keys} }]`).join('\n');
const at = (line: number, rest: string) => `clusterwall.yaml:${line}: ${rest}`;

describe('what the configuration says of probes', () => {
  test('is taken up as a whole', async () => {
    const pem = new X509Certificate((await createCertificateAuthority('home')).certificate).toString();
    folder.write('home-ca.pem', pem);
    folder.write('token', 'Bearer 0ther\n');
    const text = `
certificates: { addresses: { "*.home.example": 10.0.0.9 }, resolver: 10.0.0.53, authorities: home-ca.pem }
services: { discover: false, namespaces: [web], except: [web-test], every: 1m, timeout: 20s, latency: 1s, linkLocal: true }
probes:
  - name: gitea
    url: https://git.example:8443/explore?tab=repos#top
    method: POST
    headers: { Accept: text/html, Authorization: { env: WIKI_TOKEN }, X-Api-Key: { file: token } }
    status: [200, "3xx", "401,403"]
    text: explore
    absent: initial configuration
    json: { database.status: ok, "items[0].version": 3, ready: true, error: null }
    latency: 2s
    redirects: 2
    authorities: home-ca.pem
    address: 10.0.0.5
    resolver: 10.0.0.54
    every: 10s
    timeout: 5s
    group: Code
    verify: false
    linkLocal: true
  - { name: Home Assistant, url: "http://ha.home.example" }
  - { name: ssh, url: "tcp://nas.home.example:22", group: NAS }
  - { name: names, url: "dns://git.example", addresses: [10.0.0.5, "FD00::5"] }
  - { name: nas, url: "host://nas.lan", ports: 22 }
`;
    const http = { every: 60_000, timeout: 20_000 };
    expect(servicesOf(text)).toEqual({
      ...{ discover: false, namespaces: ['web'], except: ['web-test'], linkLocal: true },
      ...{ everyMs: http.every, timeoutMs: http.timeout, slowMs: 1_000 },
      addresses: [{ host: '*.home.example', address: '10.0.0.9' }],
      ...{ resolver: '10.0.0.53', authorities: [pem] },
      probes: [
        {
          ...{ name: 'gitea', group: 'Code', everyMs: 10_000, timeoutMs: 5_000, slowMs: 2_000 },
          asks: {
            is: 'http',
            ask: {
              url: 'https://git.example:8443/explore?tab=repos',
              method: 'POST',
              headers: { Accept: 'text/html', Authorization: 'Bearer t0ps3cret', 'X-Api-Key': 'Bearer 0ther' },
              ...{ redirects: 2, address: '10.0.0.5', resolver: '10.0.0.54', verify: 'none' },
              ...{ authorities: [pem, pem], linkLocal: true, loopback: true },
            },
            expects: {
              status: [
                { from: 200, to: 200 },
                { from: 300, to: 399 },
                { from: 401, to: 401 },
                { from: 403, to: 403 },
              ],
              ...{ text: 'explore', absent: 'initial configuration' },
              json: [
                { path: 'database.status', value: 'ok' },
                { path: 'items[0].version', value: 3 },
                { path: 'ready', value: true },
                { path: 'error', value: null },
              ],
            },
          },
        },
        {
          ...{ name: 'Home Assistant', group: '', everyMs: 60_000, timeoutMs: 20_000, slowMs: 1_000 },
          asks: {
            is: 'http',
            ask: {
              ...{ url: 'http://ha.home.example/', method: 'GET', headers: {}, redirects: 5 },
              ...{ address: '10.0.0.9', resolver: '10.0.0.53', verify: 'all', authorities: [pem] },
              ...{ linkLocal: false, loopback: true },
            },
            expects: { status: [], text: '', absent: '', json: [] },
          },
        },
        {
          ...{ name: 'ssh', group: 'NAS', everyMs: 60_000, timeoutMs: 20_000, slowMs: 1_000 },
          asks: {
            ...{ is: 'tcp', host: 'nas.home.example', port: 22, address: '10.0.0.9' },
            ...{ resolver: '10.0.0.53', linkLocal: false },
          },
        },
        {
          ...{ name: 'names', group: '', everyMs: 60_000, timeoutMs: 20_000, slowMs: 1_000 },
          asks: { is: 'dns', name: 'git.example', resolver: '10.0.0.53', addresses: ['10.0.0.5', 'fd00::5'] },
        },
        {
          ...{ name: 'nas', group: '', everyMs: 60_000, timeoutMs: 20_000, slowMs: 1_000 },
          asks: {
            ...{ is: 'host', host: 'nas.lan', ports: [22], address: '' },
            ...{ resolver: '10.0.0.53', linkLocal: false },
          },
        },
      ],
    });
  });

  const usualStatus = (keys: string) => {
    const { asks } = probeOf(`url: "https://a.example", ${keys}`);
    return asks.is === 'http' ? asks.expects.status.map(({ from, to }) => [from, to]) : null;
  };
  test.each([
    ['status: 200', [[200, 200]]],
    ['status: 2xx', [[200, 299]]],
    [
      'status: "200,204"',
      [
        [200, 200],
        [204, 204],
      ],
    ],
    [
      'status: [200, 2xx]',
      [
        [200, 200],
        [200, 299],
      ],
    ],
    ['status: "200-404"', [[200, 404]]],
    ['status:', []],
  ])('%s is %j', (keys, ranges) => {
    expect(usualStatus(keys)).toEqual(ranges);
  });

  test.each([
    ['true', 5],
    ['false', 0],
    ['0', 0],
    ['10', 10],
  ])('redirects: %s follows %d', (written, redirects) => {
    expect(probeOf(`url: "https://a.example", redirects: ${written}`).asks).toMatchObject({ ask: { redirects } });
  });

  test.each([
    ['every: 5s', [5_000, 5_000, 3_000]],
    ['every: 1h', [3_600_000, 10_000, 3_000]],
    ['timeout: 1s', [30_000, 1_000, 1_000]],
    ['timeout: 60s', [60_000, 60_000, 3_000]],
    ['latency: 15s', [30_000, 15_000, 15_000]],
    ['latency: 200ms', [30_000, 10_000, 200]],
    ['every: 5s, timeout: 5s, latency: 5s', [5_000, 5_000, 5_000]],
  ])('of %s what is not written gives way: %j', (keys, periods) => {
    const { everyMs, timeoutMs, slowMs } = probeOf(`url: "https://a.example", ${keys}`);
    expect([everyMs, timeoutMs, slowMs]).toEqual(periods);
  });

  test('of a host asks the ports that machines of a house have', () => {
    expect(probeOf('url: "host://nas.lan"').asks).toMatchObject({ ports: [22, 80, 443, 445, 3_389, 8_006, 9_100] });
  });

  test.each([
    ['tcp://[fd00::10]:22', { is: 'tcp', host: 'fd00::10', port: 22 }],
    ['TCP://NAS.lan:22/', { is: 'tcp', host: 'nas.lan', port: 22 }],
    ['host://10.0.0.7', { is: 'host', host: '10.0.0.7' }],
    ['dns://m\u00fcnchen.example', { is: 'dns', name: 'xn--mnchen-3ya.example' }],
    ['https://git.example/@me', { is: 'http', ask: { url: 'https://git.example/@me' } }],
    ['http://localhost:3000', { is: 'http', ask: { url: 'http://localhost:3000/', loopback: true } }],
  ])('%s is understood', (url, asks) => {
    expect(probeOf(`url: "${url}"`).asks).toMatchObject(asks);
  });
});

describe('what is wrong with probes', () => {
  test('is told all at once, with lines, names that are there twice too', () => {
    const text = `
probes:
  - name: gitea
    url: https://git.example/
    evry: 30s
    status: fine
  - { name: wiki, url: "ftp://wiki.example", every: 1s }
  - name: gitea
    url: https://other.example/
    timeout: 50s
    every: 30s
  - { name: wiki, url: "https://wiki.example/" }
services: { discver: true, every: 2h, namespaces: [Web] }
`;
    expect(folder.problems(text)).toEqual([
      at(5, 'probes[1].evry: unknown key "evry": the nearest known one is "every"'),
      at(6, 'probes[1].status: "fine" is no status: write it like 200, "2xx", "200,204" or a list of them'),
      at(
        7,
        'probes[2].url: "ftp://wiki.example" is no URL that can be asked: write it like https://git.example/, tcp://nas.home:445, dns://git.example or host://nas.home, without a password',
      ),
      at(7, 'probes[2].every: 1s must be from 5s to 1h'),
      at(8, 'probes[3].name: the probe "gitea" is already there in line 3'),
      at(10, 'probes[3].timeout: 50s is longer than every (30s)'),
      at(12, 'probes[4].name: the probe "wiki" is already there in line 7'),
      at(13, 'services.namespaces[1]: "Web" is no name of a namespace'),
      at(13, 'services.every: 2h must be from 5s to 1h'),
      at(13, 'services.discver: unknown key "discver": the nearest known one is "discover"'),
    ]);
  });

  const [http, tcp, dns, host] = ['https://a.example', 'tcp://a.example:22', 'dns://a.example', 'host://a.example'];
  test.each([
    [http, 'addresses: 10.0.0.5', 'addresses: makes no sense with https:// and http://: it is for dns://'],
    [http, 'ports: [22]', 'ports: makes no sense with https:// and http://: it is for host://'],
    [tcp, 'method: GET', 'method: makes no sense with tcp://: it is for https:// and http://'],
    [tcp, 'headers: { a: b }', 'headers: makes no sense with tcp://'],
    [tcp, 'status: 200', 'status: makes no sense with tcp://'],
    [tcp, 'text: x', 'text: makes no sense with tcp://'],
    [tcp, 'absent: x', 'absent: makes no sense with tcp://'],
    [tcp, 'json: { a: b }', 'json: makes no sense with tcp://'],
    [tcp, 'redirects: false', 'redirects: makes no sense with tcp://'],
    [tcp, 'verify: false', 'verify: makes no sense with tcp://'],
    [tcp, 'ports: [22]', 'ports: makes no sense with tcp://: it is for host://'],
    [dns, 'address: 10.0.0.5', 'address: makes no sense with dns://: it is for https:// and http://, tcp://, host://'],
    [dns, 'linkLocal: true', 'linkLocal: makes no sense with dns://'],
    [dns, 'text: x', 'text: makes no sense with dns://'],
    [host, 'addresses: 10.0.0.5', 'addresses: makes no sense with host://: it is for dns://'],
    [host, 'status: 200', 'status: makes no sense with host://'],
    [http, 'method: HEAD, text: x', 'text: cannot be looked for with method HEAD, whose answers have no body'],
    [http, 'method: HEAD, json: { a: 1 }', 'json: cannot be looked for with method HEAD'],
  ])('%s with %s is refused: %s', (url, keys, problem) => {
    expect(problemOf(`url: "${url}", ${keys}`)).toContain(problem);
  });

  test.each([
    ['method: PUT', 'method: "PUT" must be GET, HEAD, POST or OPTIONS'],
    ['method: get', 'method: "get" must be GET, HEAD, POST or OPTIONS'],
    ['status: 600', 'status: 600 is no status'],
    ['status: []', 'status: a list is no status'],
    ['status: true', 'status: true is no status'],
    ['status: [200, x]', 'status: a list is no status'],
    ['text: ""', 'text: "" must be a text of 1 to 500 characters'],
    ['text: 200', 'text: 200 must be a text of 1 to 500 characters (in quotes if it looks like a number)'],
    [`text: ${'x'.repeat(501)}`, `text: "${'x'.repeat(76)}... must be a text of 1 to 500 characters`],
    ['json: [a]', 'json: a list must be a group of paths, each with its value, such as status: ok'],
    ['json: { a..b: 1 }', 'json.a..b: is no path: write it like status, database.status or items[0].name'],
    ['json: { a: [1] }', 'json.a: a list must be a text, a number, true, false or null'],
    ['json: { a: .nan }', 'json.a: NaN must be a text, a number, true, false or null'],
    ['latency: 11s, timeout: 10s', 'latency: 11s is longer than timeout (10s)'],
    ['latency: 11s, every: 10s', 'latency: 11s is longer than every (10s)'],
    ['latency: 0s', 'latency: 0s must be from 1ms to 1m'],
    ['timeout: 500ms', 'timeout: 500ms must be from 1s to 1m'],
    ['timeout: 5', 'timeout: 5 is not a duration: write it like 30s, 10m or 7d'],
    ['redirects: 11', 'redirects: 11 must be true, false or a number from 0 to 10'],
    ['redirects: "5"', 'redirects: "5" must be true, false or a number from 0 to 10'],
    ['address: "10.0.0.5:443"', 'address: "10.0.0.5:443" is neither a DNS name nor an address'],
    ['resolver: dns.home', 'resolver: "dns.home" is no address of a DNS server'],
    ['group: 7', 'group: 7 must be a text of 1 to 100 characters'],
    ['verify: yes', 'verify: "yes" must be true or false'],
    ['authorities: nowhere.pem', 'authorities: "nowhere.pem" does not exist'],
  ])('%s is refused: %s', (keys, problem) => {
    expect(problemOf(`url: "https://a.example", ${keys}`)).toContain(`probes[1].${problem}`);
  });

  test.each([
    ['tcp://a.example', 'is no URL'],
    ['tcp://a.example:0', 'is no URL'],
    ['tcp://a.example:70000', 'is no URL'],
    ['tcp://a.example:22/path', 'is no URL'],
    ['tcp://:22', 'is no URL'],
    ['dns://10.0.0.5', 'is no URL'],
    ['dns://a.example:53', 'is no URL'],
    ['dns://*.example', 'is no URL'],
    ['host://a.example:22', 'is no URL'],
    ['host://', 'is no URL'],
    ['icmp://a.example', 'is no URL'],
    ['file:///etc/passwd', 'is no URL'],
    ['javascript:alert(1)', 'is no URL'],
    ['https://a.example/a b', 'is no URL'],
    ['https://a.example\\r\\nx: y', 'is no URL'],
    ['https://fe80::1%25eth0/', 'is no URL'],
    ['https://', 'is no URL'],
    ['', 'is no URL'],
    [`https://a.example/${'x'.repeat(2_000)}`, 'is no URL'],
  ])('the URL %j is refused', (url, problem) => {
    expect(problemOf(`url: "${url}"`)).toContain(problem);
  });

  test.each([
    'https://hunter2@a.example/',
    'https://admin:hunter2@a.example/',
    'http://admin:hun@ter2hunter2@a.example/',
    'tcp://admin:hunter2@a.example:22',
    'host://admin:hunter2@a.example',
    'dns://hunter2@a.example',
  ])('nothing of the password in %s is told', (url) => {
    const told = problemOf(`url: "${url}"`);
    expect(told).toMatch(/holds a name or password, and must be written without it|is no URL that can be asked/);
    expect(told).not.toContain('hunter2');
  });

  test('nothing of the query of a URL is told', () => {
    const told = problemOf('url: "ftp://a.example/?key=hunter2&b=c"');
    expect(told).toContain('url: "ftp://a.example/?..." is no URL that can be asked');
    expect(told).not.toContain('hunter2');
  });

  test.each([
    ['http://169.254.169.254/', 'url: 169.254.169.254'],
    ['http://[fe80::1]/', 'url: fe80::1'],
    ['http://0.0.0.0/', 'url: 0.0.0.0'],
    ['http://[::ffff:169.254.169.254]/', 'url: ::ffff:a9fe:a9fe'],
    ['http://2852039166/', 'url: 169.254.169.254'],
    ['tcp://169.254.1.1:22', 'url: 169.254.1.1'],
  ])('%s is asked only where that is written', (url, place) => {
    const problem = `${place} is an address of the link, of nobody or of many: it is asked only with linkLocal: true`;
    expect(problemOf(`url: "${url}"`)).toContain(problem);
    expect(problemOf(`url: "${url}", linkLocal: true`)).toBe('');
  });

  test('an address of the link to connect to is asked only where that is written', () => {
    const keys = 'url: "https://a.example", address: 169.254.1.1';
    expect(problemOf(keys)).toContain('address: 169.254.1.1 is an address of the link');
    expect(problemOf(`${keys}, linkLocal: true`)).toBe('');
  });

  test.each(['""', '" a"', 'a/b', 'a|b', '7', '"a\\nb"', '"\\u202eb"', 'x'.repeat(101)])(
    'the name %s is refused',
    (name) => {
      const problems = folder.problems(`probes: [{ name: ${name}, url: "https://a.example" }]`);
      expect(problems).toEqual([expect.stringContaining('must be a text of 1 to 100 characters without / and |')]);
    },
  );

  test('more than 500 are refused in words', () => {
    const probes = (most: number) =>
      `probes:\n${Array.from({ length: most }, (_, i) => `  - { name: p${i}, url: "https://h${i}.example" }`).join('\n')}`;
    expect(folder.problems(probes(501))).toEqual([at(1, 'probes: 501 probes are too many: there can be at most 500')]);
    expect(servicesOf(probes(500)).probes).toHaveLength(500);
  });
});
