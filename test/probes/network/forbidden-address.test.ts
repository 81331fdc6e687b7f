import { describe, expect, test } from 'vitest';
import { whyForbidden } from '#server/probes/network/forbidden-address.ts';
import { rawHouse } from '../tls-house.ts';
import { dnsHouse } from './dns-house.ts';
import { asked, askOf, http, realNetwork, sayingHouse } from './network-play.ts';

const never = { linkLocal: false, loopback: false };
const ofLink = [
  ...['169.254.169.254', '169.254.0.1', '0.0.0.0', '0.1.2.3', '224.0.0.251', '239.255.255.250', '255.255.255.255'],
  ...['fe80::1', 'fe80::1%eth0', 'febf::1', '::', 'ff02::fb', 'fd00:ec2::254'],
  // The same in other words: IPv4 in IPv6, translated, NAT64, 6to4, and the form that is long out of use.
  ...['::ffff:169.254.169.254', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:a9fe:a9fe', '::ffff:0:169.254.169.254'],
  ...['64:ff9b::169.254.169.254', '2002:a9fe:a9fe::1', '::169.254.169.254', '64:ff9b::a9fe:a9fe', '::FFFF:A9FE:A9FE'],
];
const ofMachine = ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'];

describe('an address', () => {
  test.each(ofLink)('%s is of the link, of nobody or of many', (address) => {
    expect(whyForbidden(address, { linkLocal: false, loopback: true })).toMatch(/of the link/);
  });

  test.each(ofLink.filter((address) => !/^(0\.|::$)/.test(address)))(
    '%s may be asked where that is said',
    (address) => {
      expect(whyForbidden(address, { linkLocal: true, loopback: false })).toBe('');
    },
  );

  test.each(ofMachine)("%s is the wall's own machine", (address) => {
    expect(whyForbidden(address, never)).toMatch(/own machine/);
    expect(whyForbidden(address, { linkLocal: false, loopback: true })).toBe('');
  });

  test.each(['0.0.0.0', '::'])('%s leads to the machine itself, and needs both', (address) => {
    expect(whyForbidden(address, { linkLocal: true, loopback: false })).toMatch(/own machine/);
    expect(whyForbidden(address, { linkLocal: true, loopback: true })).toBe('');
  });

  test.each([
    '10.0.0.5',
    '192.168.8.1',
    '172.16.0.1',
    '100.64.0.1',
    '1.1.1.1',
    'fd00::5',
    '2606:4700::1111',
    '::ffff:10.0.0.5',
  ])('%s may be asked', (address) => expect(whyForbidden(address, never)).toBe(''));
});

describe('what is connected to', () => {
  const forbidden = { trouble: 'forbidden-address', address: '' };

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[::ffff:169.254.169.254]/',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://[fe80::1]/',
    'http://0.0.0.0/',
  ])('%s is not asked', async (url) => {
    const answer = await asked(url, { loopback: false }, 500);
    expect(answer).toMatchObject({ ...forbidden, message: expect.stringMatching(/which is not asked$/) });
  });

  test.each(['http://127.0.0.1', 'http://2130706433', 'http://localhost', 'http://127.1'])(
    '%s is not asked either, unless it is said',
    async (host) => {
      const { port, connections } = await sayingHouse(http('200 OK', {}, 'here'));
      expect(await asked(`${host}:${port}/`, { loopback: false })).toMatchObject(forbidden);
      expect(connections()).toBe(0);
      expect(await asked(`${host}:${port}/`)).toMatchObject({ trouble: '', body: 'here' });
    },
  );

  test('nor by the address that is said to stand for the host', async () => {
    const { port, connections } = await sayingHouse(http('200 OK'));
    const more = { address: '127.0.0.1', loopback: false };
    expect(await asked(`http://git.example:${port}/`, more)).toMatchObject(forbidden);
    expect(connections()).toBe(0);
  });

  test('but where it is written as the address, and not where an answer of that one leads', async () => {
    const house = await sayingHouse((socket, head) => {
      const out = head.startsWith('GET /out ');
      socket.end(
        out ? http('302 Found', { location: `http://localhost:${house.port}/in` }) : http('200 OK', {}, 'here'),
      );
    });
    const { port } = house;
    const written = { address: '127.0.0.1', loopback: 'written' } as const;
    expect(await asked(`http://git.example:${port}/in`, written)).toMatchObject({ trouble: '', body: 'here' });
    expect(await asked(`http://git.example:${port}/out`, { ...written, redirects: 3 })).toMatchObject(forbidden);
    expect(await asked(`http://127.0.0.1:${port}/in`, { loopback: 'written' })).toMatchObject(forbidden);
  });

  test('nor where a name of a stranger leads there, whether by IPv4 or IPv6', async () => {
    const { resolver } = await dnsHouse((name) =>
      name === 'four.example'
        ? { four: ['169.254.169.254'], six: [] }
        : { four: [], six: ['fe80:0:0:0:0:0:0:1', '0:0:0:0:0:ffff:a9fe:a9fe'] },
    );
    expect(await asked('http://four.example/', { resolver })).toMatchObject(forbidden);
    expect(await asked('http://six.example/', { resolver })).toMatchObject(forbidden);
    const tcp = { host: 'four.example', port: 80, resolver, linkLocal: false, loopback: false };
    expect(await realNetwork().askTcp(tcp, 500)).toMatchObject(forbidden);
  });

  test('of several addresses only those that may be', async () => {
    const { port } = await sayingHouse(http('200 OK', {}, 'here'));
    const { resolver } = await dnsHouse(() => ({ four: ['169.254.169.254', '127.0.0.1'], six: [] }));
    const answer = await asked(`http://git.example:${port}/`, { resolver });
    expect(answer).toMatchObject({ trouble: '', body: 'here', address: `127.0.0.1:${port}` });
  });

  test('is what was judged: a name that leads elsewhere the next time is judged anew each time', async () => {
    const { port, connections } = await rawHouse((socket) => socket.end(http('200 OK', {}, 'inside')));
    // First a harmless address (of a net for documentation), then ourselves.
    const { resolver, asked: names } = await dnsHouse((_, time) => ({
      four: [time === 1 ? '192.0.2.1' : '127.0.0.1'],
      six: [],
    }));
    const network = realNetwork();
    const ask = askOf(`http://rebind.example:${port}/`, { resolver, loopback: false });
    const first = await network.askHttp(ask, 300);
    expect(first.trouble, 'what was judged harmless was connected to, in vain').toMatch(
      /^(timeout|unreachable|refused)$/,
    );
    // One look-up only.
    expect(names.filter((name) => name.endsWith(' A'))).toHaveLength(1);
    expect(await network.askHttp(ask, 300)).toMatchObject(forbidden);
    expect(connections()).toBe(0);
  });

  test('is judged at each redirect too', async () => {
    const inner = await sayingHouse(http('200 OK', {}, 'secret'));
    const { resolver } = await dnsHouse((name) => ({
      four: [name === 'meta.example' ? '169.254.169.254' : '127.0.0.1'],
      six: [],
    }));
    for (const [location, first] of [
      ['http://169.254.169.254/latest/', ''],
      ['http://meta.example/latest/', ''],
      [`http://[::ffff:a9fe:a9fe]:${inner.port}/`, ''],
    ]) {
      const { port } = await sayingHouse(http('302 Found', { location: location! }));
      const answer = await asked(`http://git.example:${port}/${first}`, { resolver });
      expect(answer).toMatchObject({
        ...forbidden,
        message: expect.stringMatching(new RegExp(`^git.example:${port} leads elsewhere: .*not asked$`)),
      });
    }
    expect(inner.connections()).toBe(0);
  });
});
