import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import type { TlsLimits } from '#server/probes/tls-limits.ts';
import { startTlsServers, type TlsServers } from '#server/probes/tls-servers.ts';
import type { WantedServer } from '#server/probes/wanted-server.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { until } from '#test/cluster/until.ts';
import { createTlsLooks } from '#server/cluster/look-at-tls.ts';
import type { Endpoint } from '#server/cluster/way-in.ts';
import { signedByItself } from './tls-certificates.ts';
import { rawHouse, targetOf, tlsHouse } from './tls-house.ts';
import { timedOut, tlsPlay, trusted, type TlsPlay } from './tls-play.ts';

const often = { everyMs: 5, withinMs: 10_000 };
// A day of it, so that only what a test shortens comes again.
const slow = {
  lookMs: 10,
  everyMs: 86_400_000,
  everyBadMs: 86_400_000,
  everyFailedMs: 86_400_000,
  againMs: 86_400_000,
};
let play: TlsPlay;
let store: Store;
let wanted: readonly WantedServer[];

beforeEach(() => {
  play = tlsPlay();
  store = createStore({ clock: Date.now });
  wanted = [];
});

function start(
  limits: Partial<TlsLimits> = {},
  connection: Parameters<typeof startTlsServers>[0]['connection'] = play,
): TlsServers {
  const servers = startTlsServers({
    connection,
    sink: store,
    clock: Date.now,
    wanted: () => wanted,
    limits: { ...slow, ...limits },
  });
  onTestFinished(servers.stop);
  return servers;
}

function host(name: string, more: Partial<WantedServer> = {}): WantedServer {
  const namedBy = [{ kind: 'Ingress', namespace: 'web', name }];
  const target = targetOf(443, { host: name, serverName: name });
  return { key: `Host/${name}`, is: 'host', name, namedBy, secret: null, target, ...more };
}

const facts = () => store.snapshot().facts('tlsServer');
const fact = (name: string): TlsServerFact | undefined => facts().get(`Host/${name}`);
const state = () => store.snapshot().sources.get('tls');
const known = (count: number) => until(`${count} are known`, () => facts().size === count, often);

describe('the servers that are wanted', () => {
  test('are all looked at, never more than 8 at once, and told', async () => {
    wanted = Array.from({ length: 100 }, (_, i) => host(`host-${i}.example`));
    start();
    expect(state()?.state).toBe('syncing');
    await known(100);
    expect(play.peak()).toBe(8);
    expect(new Set(play.asked).size).toBe(100);
    expect(play.asked).toHaveLength(100);
    expect(fact('host-7.example')).toMatchObject({
      ...{ is: 'host', name: 'host-7.example', address: '', serverName: 'host-7.example', outcome: 'trusted' },
      ...{ failures: 0, source: 'tls', protocol: 'TLSv1.3', certificate: { commonName: 'host-7.example' } },
      namedBy: [{ kind: 'Ingress', namespace: 'web', name: 'host-7.example' }],
    });
    await until('the first round is over', () => state()?.state === 'synced', often);
    expect(state()).toMatchObject({ role: 'probe', fresh: true });
  });

  test('none at all is a source that has nothing to tell, and is fresh', async () => {
    start();
    await until('it is synced', () => state()?.state === 'synced', often);
    expect(state()?.fresh).toBe(true);
  });

  test('come again in their turn, spread over the round', async () => {
    wanted = Array.from({ length: 40 }, (_, i) => host(`host-${i}.example`));
    start({ everyMs: 1_000 });
    await known(40);
    const first = performance.now();
    const at: number[] = [];
    play.answer = ({ host: name }) => (at.push(performance.now() - first), trusted(name));
    await until('all have come again', () => new Set(play.asked.slice(40)).size === 40, often);
    // Not all in one heap: each tenth of the second round has its share.
    const tenths = new Set(at.map((ms) => Math.floor(ms / 150)));
    expect(tenths.size).toBeGreaterThanOrEqual(5);
    expect(at.at(-1)! - at[0]!).toBeGreaterThan(500);
  });

  test('that are new, or whose target, Secret or naming object change, are looked at at once', async () => {
    wanted = [host('git.example'), host('nas.example')];
    const servers = start();
    await known(2);
    wanted = [host('git.example', { secret: 'web/git-tls' }), host('nas.example'), host('photos.example')];
    servers.look();
    await until(
      'both are looked at',
      () => play.times('git.example') === 2 && play.times('photos.example') === 1,
      often,
    );
    expect(fact('git.example')?.secret).toBe('web/git-tls');
    wanted = [host('git.example', { target: targetOf(443, { host: '192.168.8.7', serverName: 'git.example' }) })];
    servers.look();
    await until('at its new address', () => play.times('192.168.8.7') === 1, often);
    await until('it is told', () => fact('git.example')?.address === '192.168.8.7:443', often);
    expect(play.times('nas.example'), 'nothing was new of it').toBe(1);
  });

  test('that are equal to those before are not looked at again, be it another array', async () => {
    wanted = [host('git.example')];
    const servers = start();
    await known(1);
    wanted = [host('git.example')];
    servers.look();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(play.asked).toEqual(['git.example']);
  });

  test('and are no longer are forgotten, even while they are looked at', async () => {
    wanted = [host('git.example'), host('nas.example')];
    const servers = start();
    await known(2);
    const slowly = Promise.withResolvers<void>();
    play.answer = async ({ host: name }) => (await slowly.promise, trusted(name));
    wanted = [host('git.example', { secret: 'a/b' })];
    servers.look();
    expect([...facts().keys()]).toEqual(['Host/git.example']);
    wanted = [];
    servers.look();
    expect(facts().size).toBe(0);
    slowly.resolve();
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(facts().size).toBe(0);
  });

  test('are all looked at anew by another server or CA, not by other credentials of ours', async () => {
    wanted = [host('git.example')];
    start();
    await known(1);
    play.replace('credentials');
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(play.asked).toHaveLength(1);
    play.replace('ca');
    await until('it is looked at', () => play.asked.length === 2, often);
  });

  test('are nothing that is known once another cluster answers', async () => {
    wanted = [host('git.example')];
    const servers = start();
    await known(1);
    servers.restart();
    expect(facts().size).toBe(0);
    await known(1);
    expect(play.asked).toHaveLength(2);
  });

  test('whose certificate ends soon are looked at more often, and so are those with a bad one', async () => {
    play.answer = ({ host: name }) => {
      if (name === 'ends.example') return trusted(name, { notAfter: Date.now() + 60_000 });
      return name === 'bad.example' ? { ...trusted(name), outcome: 'wrong-name' } : trusted(name);
    };
    wanted = [host('ends.example'), host('bad.example'), host('fine.example')];
    start({ everyNearMs: 30, everyBadMs: 30 });
    await until('they have come again', () => play.times('ends.example') > 3 && play.times('bad.example') > 3, often);
    expect(play.times('fine.example')).toBe(1);
  });
});

describe('a handshake that fails', () => {
  const again = { againMs: 40, everyFailedMs: 60 };

  test('once or twice of three times changes nothing but the count', async () => {
    const seen = new Set<string>();
    store.onChange(() => {
      const now = fact('git.example');
      if (now !== undefined) seen.add(`${now.outcome} ${now.trouble} ${now.failures}`);
    });
    play.answer = ({ host: name }, time) => (time % 3 === 0 ? trusted(name) : time === 1 ? trusted(name) : timedOut);
    wanted = [host('git.example')];
    const servers = start(again);
    await known(1);
    const { outcomeSince, certificate } = fact('git.example')!;
    for (let round = 1; round <= 4; round += 1) {
      wanted = [host('git.example', { secret: `web/${round}` })];
      servers.look();
      await until(
        'it is fine again',
        () => play.asked.length >= 3 * round && fact('git.example')?.failures === 0,
        often,
      );
    }
    expect([...seen].filter((text) => text.startsWith('no-handshake'))).toEqual([]);
    expect([...seen].toSorted()).toEqual(['trusted  0', 'trusted  1', 'trusted  2']);
    expect(fact('git.example')).toMatchObject({ outcomeSince, certificate });
  });

  test('three times in a row is said, since the first of them, and what was shown stays known', async () => {
    play.answer = ({ host: name }, time) => (time === 1 ? trusted(name) : timedOut);
    wanted = [host('git.example')];
    const servers = start(again);
    await known(1);
    const shown = fact('git.example')!;
    const before = Date.now();
    wanted = [host('git.example', { secret: 'web/git' })];
    servers.look();
    await until('it is said', () => fact('git.example')?.outcome === 'no-handshake', often);
    const failed = fact('git.example')!;
    expect(failed).toMatchObject({ trouble: 'timeout', message: timedOut.message, failures: 3, seenAt: shown.seenAt });
    expect(failed.certificate).toEqual(shown.certificate);
    expect(failed.outcomeSince).toBeGreaterThanOrEqual(before);
    expect(failed.outcomeSince, 'not the third').toBeLessThan(failed.askedAt);
    await until('it goes on', () => (fact('git.example')?.failures ?? 0) > 4, often);
    expect(fact('git.example')?.outcomeSince).toBe(failed.outcomeSince);
    play.answer = ({ host: name }) => trusted(name);
    await until('it is fine again', () => fact('git.example')?.outcome === 'trusted', often);
    expect(fact('git.example')).toMatchObject({ failures: 0, trouble: '', message: '' });
  });

  test('from the beginning says why from the first', async () => {
    play.answer = () => timedOut;
    wanted = [host('git.example')];
    start();
    await known(1);
    expect(fact('git.example')).toMatchObject({
      ...{ outcome: 'no-handshake', trouble: 'timeout', failures: 1, seenAt: null, certificate: null },
    });
  });

  test('with many servers leaves half of the places to the others', async () => {
    const hang = Promise.withResolvers<void>();
    onTestFinished(() => hang.resolve());
    play.answer = async ({ host: name }, time) => {
      if (!name.startsWith('dead')) return trusted(name);
      if (time > 1) await hang.promise;
      return timedOut;
    };
    wanted = Array.from({ length: 20 }, (_, i) => host(`dead-${i}.example`));
    const servers = start({ againMs: 10 });
    await until('the dead hang', () => play.asked.length === 24, often);
    wanted = [...wanted, ...Array.from({ length: 20 }, (_, i) => host(`fine-${i}.example`))];
    servers.look();
    await until(
      'the others are known',
      () => [...facts().values()].filter(({ outcome }) => outcome === 'trusted').length === 20,
      often,
    );
    expect(play.peak()).toBeLessThanOrEqual(8);
    expect(play.asked.filter((name) => name.startsWith('dead'))).toHaveLength(24);
  });
});

describe('with real servers', () => {
  test('no socket is left, whatever they do', async () => {
    const own = await signedByItself({ subject: [{ CN: ['git.example'] }], names: ['git.example'] });
    const houses = [
      await tlsHouse(own),
      await tlsHouse(own, [], { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      await rawHouse(() => undefined),
      await rawHouse((socket) => socket.end('220 mail\r\n')),
    ];
    wanted = houses.map(({ port }, i) => host(`house-${i}`, { target: targetOf(port, { also: [own.certificate] }) }));
    const lookAtTls = createTlsLooks(() => ({ ca: null }) as Endpoint);
    const servers = start(
      { limitMs: 300, everyNearMs: 20, everyMs: 40, everyBadMs: 20, againMs: 20, everyFailedMs: 20 },
      { ...play, lookAtTls },
    );
    await until('each was looked at several times', () => houses.every((house) => house.connections() > 3), often);
    expect([0, 1, 2, 3].map((i) => fact(`house-${i}`)?.outcome)).toEqual([
      'trusted',
      'trusted',
      'no-handshake',
      'no-handshake',
    ]);
    expect([0, 1, 2, 3].map((i) => fact(`house-${i}`)?.trouble)).toEqual(['', 'old-protocol', 'silent', 'not-tls']);
    servers.stop();
    await until('no socket is left', () => houses.every((house) => house.open() === 0), often);
    const before = houses.map((house) => house.connections());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(houses.map((house) => house.connections())).toEqual(before);
  });
});
