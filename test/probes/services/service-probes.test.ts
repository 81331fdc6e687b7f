import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { ServiceLimits } from '#server/probes/service-limits.ts';
import { startServiceProbes, type ServiceProbes } from '#server/probes/service-probes.ts';
import type { WantedService } from '#server/probes/wanted-service.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { until } from '#test/cluster/until.ts';
import { anAnswer, anHttpProbe, noAnswer } from './answers.ts';
import { hanging, playedNetwork, type PlayedNetwork } from './network-of-answers.ts';
import { aWanted } from './wanted.ts';

const often = { everyMs: 5, withinMs: 20_000 };
// A day of it, so that only what a test shortens comes again.
const slow = { lookMs: 10, againMs: 86_400_000, everyDownMs: 86_400_000, tellMs: 20 };
let network: PlayedNetwork;
let store: Store;
let wanted: readonly WantedService[];

beforeEach(() => {
  network = playedNetwork();
  store = createStore({ clock: Date.now });
  wanted = [];
});

function start(limits: Partial<ServiceLimits> = {}, allNamed = () => true, clock = Date.now): ServiceProbes {
  const to = { network, sink: store, clock, wanted: () => wanted, allNamed };
  const probes = startServiceProbes({ ...to, limits: { ...slow, ...limits } });
  onTestFinished(probes.stop);
  return probes;
}

const facts = () => store.snapshot().facts('serviceProbe');
const fact = (name: string): ServiceProbeFact | undefined => facts().get(`Host/${name}`);
const state = () => store.snapshot().sources.get('services-probed');
const known = (count: number) => until(`${count} are known`, () => facts().size === count, often);
const hosts = (count: number, name = 'host', part: Partial<WantedService> = {}) =>
  Array.from({ length: count }, (_, i) => aWanted(`${name}-${i}.example`, part));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const down = () => noAnswer();

describe('the services that are wanted', () => {
  test('are all probed at once, never more than 16 at a time, and told', async () => {
    wanted = hosts(40);
    start();
    await known(40);
    expect(network.peak()).toBe(16);
    expect(network.asked).toHaveLength(40);
    expect(fact('host-7.example')).toMatchObject({
      ...{ key: 'Host/host-7.example', uid: 'Host/host-7.example', source: 'services-probed', outcome: 'up' },
      ...{ url: 'https://host-7.example/', services: ['web/host-7.example'], status: 200, title: 'Gitea', misses: 0 },
    });
    expect(Object.keys(fact('host-7.example')!)).not.toContain('asks');
    expect(network.asked[0]).toMatchObject({ limitMs: 10_000, ask: { bodyLimit: 262_144 } });
    await until('the first round is over', () => state()?.state === 'synced', often);
    expect(state()).toMatchObject({ role: 'probe', fresh: true });
  });

  test('come again in their turn, spread over the round, each at the same distance', async () => {
    wanted = hosts(60, 'host', { everyMs: 1_000 });
    start();
    await until('each came four times', () => wanted.every(({ host }) => network.times(host) >= 4), often);
    const round = (n: number) => wanted.map(({ host }) => network.asked.filter((each) => each.host === host)[n]!.at);
    const third = round(2);
    // Not all in one heap: most tenths of the round have their share.
    expect(new Set(third.map((at) => Math.floor((at % 1_000) / 100))).size).toBeGreaterThanOrEqual(7);
    const distances = round(3).map((at, i) => at - third[i]!);
    expect(Math.max(...distances)).toBeLessThan(1_900);
    expect(Math.min(...distances)).toBeGreaterThan(500);
    expect(distances.toSorted((a, b) => a - b)[30]).toBeCloseTo(1_000, -2);
  });

  test('that are new or asked something else are probed at once, the others not', async () => {
    wanted = [aWanted('git.example'), aWanted('nas.example')];
    const probes = start();
    await known(2);
    const asks = anHttpProbe({ text: 'explore' }, { url: 'https://git.example/' });
    wanted = [aWanted('git.example', { asks }), aWanted('nas.example'), aWanted('photos.example')];
    probes.look();
    await until('both came', () => network.times('git.example') === 2 && network.times('photos.example') === 1, often);
    expect(network.times('nas.example')).toBe(1);
    expect(network.peak()).toBeLessThanOrEqual(2);
  });

  test('that lead elsewhere or are named by another are told at once, and not probed for that', async () => {
    wanted = [aWanted('git.example')];
    const probes = start();
    await known(1);
    wanted = [aWanted('git.example', { services: ['web/other'] })];
    probes.look();
    expect(fact('git.example')?.services).toEqual(['web/other']);
    expect(network.asked).toHaveLength(1);
  });

  test('and are no longer are forgotten, even while they are probed', async () => {
    wanted = [aWanted('git.example'), aWanted('nas.example')];
    const probes = start();
    await known(2);
    const slowly = Promise.withResolvers<void>();
    network.answer = async () => (await slowly.promise, anAnswer());
    wanted = [aWanted('git.example', { asks: anHttpProbe({ text: 'x' }, { url: 'https://git.example/' }) })];
    probes.look();
    expect([...facts().keys()]).toEqual(['Host/git.example']);
    wanted = [];
    probes.look();
    expect(facts().size).toBe(0);
    slowly.resolve();
    await until('it has ended', () => network.open() === 0, often);
    await pause(40);
    expect(facts().size).toBe(0);
  });

  test('are at most 500', async () => {
    wanted = hosts(520);
    start();
    await known(500);
    expect(new Set(network.asked.map(({ host }) => host)).size).toBe(500);
  });

  test('none at all is a source that has nothing to tell, and is fresh', async () => {
    start();
    await until('it is synced', () => state()?.state === 'synced', often);
    expect(state()?.fresh).toBe(true);
  });
});

describe('something else that is asked', () => {
  test('leaves what was told before until it has come to something', async () => {
    wanted = [aWanted('git.example')];
    const probes = start({ againMs: 60 });
    await known(1);
    network.answer = () => anAnswer({ body: 'Initial configuration' });
    const asks = anHttpProbe({ text: 'explore' }, { url: 'https://git.example/explore' });
    wanted = [aWanted('git.example', { asks, url: 'https://git.example/explore' })];
    probes.look();
    await until('it was probed', () => network.times('git.example') === 2 && network.open() === 0, often);
    expect(fact('git.example')).toMatchObject({ outcome: 'up', url: 'https://git.example/' });
    await until('it is told', () => fact('git.example')?.outcome === 'wrong-content', often);
    expect(fact('git.example')).toMatchObject({
      url: 'https://git.example/explore',
      message: 'does not show "explore"',
    });
  });

  test('while it is probed makes the answer to the question before count for nothing', async () => {
    const first = Promise.withResolvers<void>();
    network.answer = async (_, time) => {
      if (time > 1) return anAnswer();
      await first.promise;
      return down();
    };
    wanted = [aWanted('git.example')];
    const probes = start({ againMs: 5 });
    const asks = anHttpProbe({ text: 'explore' }, { url: 'https://git.example/' });
    wanted = [aWanted('git.example', { asks })];
    probes.look();
    first.resolve();
    await known(1);
    expect(fact('git.example')).toMatchObject({ outcome: 'up', misses: 0 });
    expect(network.asked).toHaveLength(2);
  });
});

describe('a miss', () => {
  test('is tried again soon, and the second one counts since the first', async () => {
    wanted = [aWanted('git.example')];
    const probes = start({ againMs: 50 });
    await known(1);
    network.answer = (_, time) => (time === 2 ? down() : anAnswer());
    const ask = (text: string) => {
      wanted = [aWanted('git.example', { asks: anHttpProbe({}, { url: 'https://git.example/', headers: { text } }) })];
      probes.look();
    };
    ask('once');
    await until('it was tried again', () => network.times('git.example') === 3, often);
    await pause(60);
    expect(fact('git.example')).toMatchObject({ outcome: 'up', misses: 0 });
    const before = Date.now();
    network.answer = down;
    ask('for good');
    await until('it is down', () => fact('git.example')?.outcome === 'down', often);
    const { outcomeSince, askedAt } = fact('git.example')!;
    expect(fact('git.example')).toMatchObject({ trouble: 'refused', message: 'refused the connection', misses: 2 });
    expect(outcomeSince).toBeGreaterThanOrEqual(before);
    expect(askedAt - outcomeSince, 'not the second').toBeGreaterThanOrEqual(45);
  });

  test('of a service that never answered brings no fact before the second, and until then nothing is fine', async () => {
    network.answer = down;
    wanted = [aWanted('git.example')];
    start({ againMs: 100 });
    await until('it was probed', () => network.asked.length === 1 && network.open() === 0, often);
    expect([facts().size, state()?.state]).toEqual([0, 'syncing']);
    await known(1);
    expect(fact('git.example')).toMatchObject({ outcome: 'down', upAt: null, misses: 2 });
    expect(state()?.state).toBe('synced');
  });

  test('is probed more often while it goes on, and is over with the first good answer', async () => {
    network.answer = (_, time) => (time < 6 ? down() : anAnswer());
    wanted = [aWanted('git.example')];
    start({ againMs: 10, everyDownMs: 300 });
    await until('it is up', () => fact('git.example')?.outcome === 'up', often);
    expect(network.asked).toHaveLength(6);
    const distances = network.asked.slice(1).map(({ at }, i) => at - network.asked[i]!.at);
    expect(distances[0]).toBeLessThan(250);
    for (const distance of distances.slice(1)) expect(distance).toBeGreaterThanOrEqual(299);
  });

  test('with many services that hang leaves half of the places to the others', async () => {
    const hang = Promise.withResolvers<void>();
    onTestFinished(() => hang.resolve());
    network.answer = async (host, time) => {
      if (!host.startsWith('dead')) return anAnswer();
      if (time > 1) await hang.promise;
      return noAnswer({ trouble: 'timeout', message: `no connection to ${host} within 10 s` });
    };
    wanted = hosts(20, 'dead');
    const probes = start({ againMs: 10 });
    await until('the dead hang', () => network.asked.length === 28, often);
    wanted = [...wanted, ...hosts(30, 'fine')];
    probes.look();
    await known(30);
    expect(network.peak()).toBeLessThanOrEqual(16);
    expect(network.asked.filter(({ host }) => host.startsWith('dead'))).toHaveLength(28);
  });

  test('is confirmed before those that are known to be down are probed again', async () => {
    network.answer = down;
    wanted = hosts(30, 'old');
    const probes = start({ againMs: 10, everyDownMs: 10, atOnce: 4 });
    await known(30);
    network.answer = (host) => (host.startsWith('old') ? hanging(host, 25) : down());
    wanted = [...wanted, aWanted('new.example')];
    probes.look();
    await until('it is confirmed', () => network.times('new.example') === 2, often);
    const [first, second] = network.asked.flatMap(({ host }, i) => (host === 'new.example' ? [i] : []));
    // All thirty of them have been waiting for longer.
    expect(second! - first!).toBeLessThan(15);
  });
});

describe('what is told', () => {
  test('is the outcome at once, and what nobody waits for in one go', async () => {
    wanted = hosts(30, 'host', { everyMs: 100 });
    start({ tellMs: 400 });
    await known(30);
    let changes = 0;
    onTestFinished(store.onChange(({ kinds }) => void (kinds.has('serviceProbe') && (changes += 1))));
    const before = network.asked.length;
    await pause(1_000);
    expect(network.asked.length - before, 'many were probed').toBeGreaterThan(50);
    expect(changes).toBeGreaterThanOrEqual(1);
    expect(changes).toBeLessThanOrEqual(4);
    const { askedAt } = fact('host-3.example')!;
    expect(Date.now() - askedAt).toBeLessThan(1_000);
  });

  test('of a service that fails brings along what waits of the others', async () => {
    wanted = [aWanted('git.example'), aWanted('nas.example', { everyMs: 50 })];
    const probes = start({ tellMs: 86_400_000, againMs: 10 });
    await known(2);
    const first = fact('nas.example')!.askedAt;
    await until('it came again', () => network.times('nas.example') > 3, often);
    expect(fact('nas.example')?.askedAt).toBe(first);
    network.answer = (host) => (host === 'git.example' ? down() : anAnswer());
    wanted = [
      aWanted('git.example', { asks: anHttpProbe({ text: 'x' }, { url: 'https://git.example/' }) }),
      wanted[1]!,
    ];
    probes.look();
    await until('it is down', () => fact('git.example')?.outcome === 'down', often);
    expect(fact('nas.example')!.askedAt).toBeGreaterThan(first);
  });

  test('is how many probes in a row were slow', async () => {
    network.answer = () => anAnswer({ phases: { ...anAnswer().phases, wholeMs: 5_000 } });
    wanted = [aWanted('git.example', { everyMs: 30 })];
    start();
    await until('three were', () => (fact('git.example')?.slowProbes ?? 0) >= 3, often);
    expect(fact('git.example')).toMatchObject({ outcome: 'up', phases: { wholeMs: 5_000 } });
  });
});

describe('the round', () => {
  test('forgets all once another cluster answers, and probes what is wanted anew', async () => {
    wanted = [aWanted('git.example')];
    const probes = start();
    await known(1);
    probes.restart();
    expect([facts().size, state()?.state]).toEqual([0, 'syncing']);
    await known(1);
    expect(network.asked).toHaveLength(2);
  });

  test('is not over before all that names services was listed, unless many hang', async () => {
    let allNamed = false;
    wanted = [aWanted('git.example')];
    const probes = start({}, () => allNamed);
    await known(1);
    expect(state()?.state).toBe('syncing');
    allNamed = true;
    probes.look();
    expect(state()?.state).toBe('synced');
  });

  test('does not wait for the last that hangs', async () => {
    network.answer = (host) => (host === 'dead.example' ? hanging(host, 60_000) : anAnswer());
    wanted = [aWanted('git.example'), aWanted('dead.example')];
    start({ firstRoundMs: 150 });
    await known(1);
    expect(state()?.state).toBe('syncing');
    await until('it is synced', () => state()?.state === 'synced', often);
    expect(facts().size).toBe(1);
  });

  test('goes on whatever the clock is set to', async () => {
    let now = Date.parse('2026-11-21T12:00:00Z');
    wanted = [aWanted('git.example', { everyMs: 50 })];
    start({}, undefined, () => now);
    await known(1);
    for (const jump of [-86_400_000, 864_000_000]) {
      now += jump;
      const times = network.times('git.example');
      await until('it came again', () => network.times('git.example') > times + 2, often);
    }
    expect(network.times('git.example')).toBeLessThan(40);
  });

  test('that was stopped asks nobody and tells nothing', async () => {
    const hang = Promise.withResolvers<void>();
    network.answer = async () => (await hang.promise, anAnswer());
    wanted = hosts(20);
    const probes = start();
    probes.stop();
    hang.resolve();
    await until('all have ended', () => network.open() === 0, often);
    await pause(30);
    expect([facts().size, network.asked.length]).toEqual([0, 16]);
  });

  test('is not stopped by what fails in ourselves: it is told of that service', async () => {
    network.answer = (host) => {
      if (host === 'git.example') throw new Error('odd');
      return anAnswer();
    };
    wanted = [aWanted('git.example'), aWanted('nas.example')];
    start({ againMs: 5 });
    await known(2);
    expect(fact('git.example')).toMatchObject({
      outcome: 'down',
      trouble: 'unexpected',
      message: 'could not be probed: Error: odd',
    });
    expect(fact('nas.example')?.outcome).toBe('up');
  });
});

describe('by the limits as they are', () => {
  test('a dying service is red within 60 s, and green again within 21 s', { timeout: 30_000 }, async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance', 'Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const names = hosts(40, 'host', { everyMs: 30_000 });
    wanted = names;
    const to = { network, sink: store, clock: Date.now, wanted: () => wanted };
    const probes = startServiceProbes(to);
    onTestFinished(probes.stop);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(facts().size).toBe(40);
    let worstRed = 0;
    let worstGreen = 0;
    const step = () => vi.advanceTimersByTimeAsync(500);
    const asked = async (host: string) => {
      const times = network.times(host);
      while (network.times(host) === times) await step();
      return Date.now();
    };
    for (const { host } of names.slice(0, 8)) {
      // Just after it was probed, and just after it was probed in vain: longer it cannot take.
      const diedAt = await asked(host);
      network.answer = (each) => (each === host ? hanging(host, 10_000) : anAnswer());
      while (fact(host)?.outcome !== 'down') await step();
      worstRed = Math.max(worstRed, Date.now() - diedAt);
      const curedAt = await asked(host);
      network.answer = () => anAnswer();
      while (fact(host)?.outcome !== 'up') await step();
      worstGreen = Math.max(worstGreen, Date.now() - curedAt);
    }
    expect(worstRed).toBeGreaterThan(40_000);
    expect(worstRed).toBeLessThanOrEqual(60_000);
    expect(worstGreen).toBeLessThanOrEqual(21_000);
  });
});
