import { gzipSync } from 'node:zlib';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import type { Network } from '#server/cluster/network.ts';
import { freePort } from '#test/cluster/free-port.ts';
import { until } from '#test/cluster/until.ts';
import { signedByItself, type Signed } from '../tls-certificates.ts';
import { rawHouse, tlsHouse, type House } from '../tls-house.ts';
import { dnsHouse } from './dns-house.ts';
import { askOf, http, realNetwork, sayingHouse } from './network-play.ts';

let root: Signed;
beforeAll(async () => {
  root = await signedByItself({ subject: [{ CN: ['Home Root'] }], isAuthority: true });
});

/** What keeps the process busy: sockets, look-ups, timers; those of the test's own are there before and after. */
function left(): Record<string, number> {
  const counts: Record<string, number> = {};
  // What is to run at the end of this very turn is gone with it.
  const lasting = process.getActiveResourcesInfo().filter((name) => name !== 'Immediate');
  for (const name of lasting) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function heapMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i += 1) collect();
  return process.memoryUsage().heapUsed / 1e6;
}

test('1,000 askings of all kinds leave no socket, no timer and no memory', { timeout: 60_000 }, async () => {
  const shown = await root.sign({ names: ['git.example'] });
  const fine = await sayingHouse(http('200 OK', { 'content-encoding': 'gzip' }, gzipSync('a page')));
  const https = await tlsHouse(shown);
  const silent = await rawHouse(() => undefined);
  const long = await sayingHouse(http('200 OK', {}, 'x'.repeat(500_000)));
  const rude = await sayingHouse((socket) => socket.resetAndDestroy());
  const led = await sayingHouse(http('302 Found', { location: `http://127.0.0.1:${fine.port}/` }));
  const houses: House[] = [fine, https, silent, long, rude, led];
  const deaf = await freePort();
  const { resolver } = await dnsHouse((name) =>
    name === 'git.example' ? { four: ['127.0.0.1'], six: [] } : undefined,
  );
  const mute = await dnsHouse(() => ({ four: null, six: null }));
  const tcp = { resolver: '', linkLocal: false, loopback: true };
  const kinds: ((network: Network) => Promise<{ trouble: string }>)[] = [
    (network) => network.askHttp(askOf(`http://git.example:${fine.port}/`, { resolver }), 5_000),
    (network) =>
      network.askHttp(askOf(`https://git.example:${https.port}/`, { resolver, authorities: [root.certificate] }), 100),
    (network) => network.askHttp(askOf(`https://git.example:${https.port}/`, { address: '127.0.0.1' }), 5_000),
    (network) => network.askHttp(askOf(`http://127.0.0.1:${silent.port}/`), 100),
    (network) => network.askHttp(askOf(`http://127.0.0.1:${long.port}/`), 5_000),
    (network) => network.askHttp(askOf(`http://127.0.0.1:${rude.port}/`), 5_000),
    (network) => network.askHttp(askOf(`http://127.0.0.1:${led.port}/`), 5_000),
    (network) => network.askHttp(askOf(`http://127.0.0.1:${deaf}/`), 5_000),
    (network) => network.askHttp(askOf('http://nobody.example/', { resolver }), 5_000),
    (network) => network.askHttp(askOf('http://mute.example/', { resolver: mute.resolver }), 100),
    (network) => network.askTcp({ ...tcp, host: '127.0.0.1', port: silent.port }, 5_000),
    (network) => network.askTcp({ ...tcp, host: '127.0.0.1', port: deaf }, 5_000),
    (network) => network.askDns({ name: 'git.example', resolver }, 5_000),
  ];
  // A busy machine may not even get as far as the connection within so short a limit.
  const late = expect.stringMatching(/^(silent|timeout|dns)$/) as string;
  const expected = ['', late, 'tls', late, '', 'reset', '', 'refused', 'dns', 'dns', '', 'refused', ''];
  const network = realNetwork();
  const round = async () => {
    const answers = await Promise.all(kinds.map((ask) => ask(network)));
    expect(answers.map(({ trouble }) => trouble)).toEqual(expected);
  };
  // To read whom to trust takes longer than the shortest limit here.
  await kinds[2]!(network);
  const other = askOf(`https://other.example:${https.port}/`, {
    address: '127.0.0.1',
    authorities: [root.certificate],
  });
  expect((await network.askHttp(other, 5_000)).distrust).toBe('wrong-name');
  // What is kept for good is there afterwards: whom to trust, sessions, compiled code.
  for (let i = 0; i < 20; i += 1) await round();
  await until('all have ended', () => houses.every(({ open }) => open() === 0));
  const [before, heapBefore] = [left(), heapMb()];
  for (let i = 0; i < Math.ceil(1_000 / kinds.length); i += 1) await round();
  await until('all have ended', () => houses.every(({ open }) => open() === 0));
  await until('nothing is left', () => {
    expect(left()).toEqual(before);
    return true;
  });
  expect(heapMb() - heapBefore).toBeLessThan(5);
});
