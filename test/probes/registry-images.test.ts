import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ImageHeld, RegistryImagesFact } from '#server/facts/registry-images.ts';
import { createNetwork } from '#server/probes/network.ts';
import { registryLimits, type ImageLimits } from '#server/probes/registry-limits.ts';
import { startRegistryProbes, type RegistryProbes } from '#server/probes/registry-probes.ts';
import type { WantedRegistry } from '#server/probes/wanted-registry.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { lacks } from '#test/cluster/capabilities.ts';
import { busyboxImage } from '#test/cluster/real-node/busybox-image.ts';
import { knownLogin, type Registry } from '#test/cluster/real-node/registry.ts';
import { until } from '#test/cluster/until.ts';
import { answersWith, httpHouse, passedOn, realRegistry, wantedAt } from './registry-house.ts';

const often = { everyMs: 5, withinMs: 15_000 };
const noRegistry = lacks('images that a registry holds', ['docker-registry', 'busybox']);
const image = noRegistry ? null! : busyboxImage();
let store: Store;
let wanted: readonly WantedRegistry[];

beforeEach(() => {
  store = createStore({ clock: Date.now });
  wanted = [];
});

function start(images: Partial<ImageLimits> = {}): RegistryProbes {
  const network = createNetwork();
  const { images: usual } = registryLimits;
  const probes = startRegistryProbes({
    ...{ network, sink: store, clock: Date.now, wanted: () => wanted },
    limits: { lookMs: 10, againMs: 20, againSilentMs: 20, limitedMs: 100, images: { ...usual, gapMs: 5, ...images } },
  });
  onTestFinished(() => {
    probes.stop();
    network.close();
  });
  return probes;
}

const facts = () => store.snapshot().facts('registryImages');
const fact = (): RegistryImagesFact | undefined => facts().get('Registry/home');
const held = () =>
  Object.fromEntries((fact()?.images ?? []).map((each) => [each.image.split('/').slice(1).join('/'), each.held]));
/** What was asked for since the registry was down last. */
const sure = () => (fact()?.images ?? []).filter(({ askedAt }) => (askedAt ?? 0) >= (fact()?.sureSince ?? 0));
const are = (expected: Record<string, ImageHeld>) =>
  until(
    `they are ${JSON.stringify(expected)}`,
    () => {
      expect(held()).toEqual(expected);
      return true;
    },
    often,
  );
const roundIsOver = (after = 0) => until('the round is over', () => (fact()?.roundAt ?? 0) > after, often);
const soon = { everyMs: 50, timeoutMs: 500 };

function wantedOf(
  { host }: Pick<Registry, 'host'>,
  names: string[],
  part: Partial<WantedRegistry> = {},
): WantedRegistry {
  return wantedAt(`http://${host}`, { ...soon, images: names.map((name) => `${host}/${name}`), ...part });
}

describe.skipIf(noRegistry)('images that workloads refer to', () => {
  test('are held, or missing: by tag, by digest and without either', async () => {
    const registry = await realRegistry();
    await registry.push('team/web', '1.4', image);
    await registry.push('tool', 'latest', image);
    const { headers } = await registry.ask('HEAD', '/v2/team/web/manifests/1.4');
    const digest = String(headers['docker-content-digest']);
    const none = `sha256:${'0'.repeat(64)}`;
    wanted = [
      wantedOf(registry, ['team/web:1.4', 'team/web:1.5', `team/web@${digest}`, `tool@${none}`, 'tool', 'gone:1']),
    ];
    start();
    await roundIsOver();
    expect(held()).toEqual({
      ...{ 'team/web:1.4': 'held', 'team/web:1.5': 'missing', [`team/web@${digest}`]: 'held' },
      ...{ [`tool@${none}`]: 'missing', tool: 'held', 'gone:1': 'missing' },
    });
    expect(fact()).toMatchObject({
      ...{
        key: 'Registry/home',
        source: 'registry-images',
        host: registry.host,
        leftOut: 0,
        askingSince: null,
        problem: '',
      },
    });
    expect(store.snapshot().sources.get('registry-images')).toMatchObject({
      state: 'synced',
      fresh: true,
      role: 'probe',
    });
  });

  test('show when the registry comes back empty, and again when they are pushed', async () => {
    const registry = await realRegistry();
    for (const name of ['a', 'b', 'c']) await registry.push(name, '1', image);
    wanted = [wantedOf(registry, ['a:1', 'b:1', 'c:1'])];
    start({ missingSoonMs: 50 });
    await are({ 'a:1': 'held', 'b:1': 'held', 'c:1': 'held' });
    await roundIsOver();
    await registry.kill();
    await until('it is known to be down', () => fact()?.problem === 'it does not answer', often);
    expect(held(), 'what was known stays').toEqual({ 'a:1': 'held', 'b:1': 'held', 'c:1': 'held' });
    registry.wipe();
    expect(sure(), 'and counts no more').toEqual([]);
    await registry.start();
    await are({ 'a:1': 'missing', 'b:1': 'missing', 'c:1': 'missing' });
    expect(fact()?.problem).toBe('');
    expect(sure().length, 'until it was asked for again').toBe(3);
    for (const name of ['a', 'b']) await registry.push(name, '1', image);
    await are({ 'a:1': 'held', 'b:1': 'held', 'c:1': 'missing' });
  });

  test('show when the storage is emptied under a registry that goes on', async () => {
    const registry = await realRegistry();
    for (const name of ['a', 'b', 'c']) await registry.push(name, '1', image);
    wanted = [wantedOf(registry, ['a:1', 'b:1', 'c:1'])];
    start({ sampleMs: 100 });
    await are({ 'a:1': 'held', 'b:1': 'held', 'c:1': 'held' });
    registry.wipe();
    await are({ 'a:1': 'missing', 'b:1': 'missing', 'c:1': 'missing' });
  });

  test('show when one tag is removed, though its repository stays', async () => {
    const registry = await realRegistry();
    await registry.push('a', '1', image);
    await registry.push('a', '2', busyboxImage('another'));
    wanted = [wantedOf(registry, ['a:1', 'a:2'])];
    start({ roundMs: 100 });
    await are({ 'a:1': 'held', 'a:2': 'held' });
    await registry.remove('a', '1');
    await are({ 'a:1': 'missing', 'a:2': 'held' });
  });

  test('are seen with the login, and without one it is said that they cannot be', async () => {
    const registry = await realRegistry({ login: knownLogin });
    await registry.push('a', '1', image);
    wanted = [wantedOf(registry, ['a:1', 'b:1'])];
    const probes = start();
    await until('it says so', () => fact()?.problem === 'it wants a login, and the wall has none', often);
    await roundIsOver();
    expect(held()).toEqual({ 'a:1': 'unknown', 'b:1': 'unknown' });
    wanted = [wantedOf(registry, ['a:1', 'b:1'], { login: knownLogin })];
    probes.look();
    await are({ 'a:1': 'held', 'b:1': 'missing' });
    expect(fact()?.problem).toBe('');
  });

  test('are not missing because a proxy says 404 once, nor because it answers with 500', async () => {
    const registry = await realRegistry();
    await registry.push('a', '1', image);
    const house = await httpHouse(passedOn(registry));
    wanted = [wantedOf(house, ['a:1'])];
    let answer = passedOn(registry);
    house.answers = (asked, reply) => (asked.url === '/v2/' ? passedOn(registry) : answer)(asked, reply);
    start({ roundMs: 50, troubledMs: 50 });
    await are({ 'a:1': 'held' });
    const told: string[] = [];
    store.onChange(() => told.push(...Object.values(held())));
    let misses = 0;
    answer = (asked, reply) => {
      misses += 1;
      // Every second one, so that none is the second in a row.
      (misses % 2 === 1 ? answersWith(404, '404 page not found') : passedOn(registry))(asked, reply);
    };
    await until('some were not found', () => misses > 6, often);
    answer = answersWith(500);
    const before = house.asked.length;
    await until(
      'some were answered with 500',
      () => house.asked.filter(({ path }) => path !== '/v2/').length > before / 2 + 4,
      often,
    );
    expect(held()).toEqual({ 'a:1': 'held' });
    expect(told).not.toContain('missing');
  });

  test('are asked for one at a time, by HEAD with all types, and once only', async () => {
    const registry = await realRegistry();
    const names = Array.from({ length: 12 }, (_, i) => `r${i}:1`);
    for (const name of names) await registry.push(name.slice(0, -2), '1', image);
    const at: number[] = [];
    const house = await httpHouse((asked, reply) => {
      if (asked.url !== '/v2/') at.push(performance.now());
      passedOn(registry)(asked, reply);
    });
    wanted = [wantedOf(house, names)];
    start({ gapMs: 40 });
    await roundIsOver();
    const manifests = house.asked.filter(({ path }) => path !== '/v2/');
    expect(manifests.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
      names.map((name) => `HEAD /v2/${name.slice(0, -2)}/manifests/1`).toSorted(),
    );
    // Timers may be late, never much too soon.
    expect(at.at(-1)! - at[0]!).toBeGreaterThan(11 * 40 * 0.8);
  });
});

describe('a registry that limits us', () => {
  test('is left alone for a while, and says so', async () => {
    const house = await httpHouse((asked, reply) => answersWith(asked.url === '/v2/' ? 200 : 429)(asked, reply));
    wanted = [wantedOf(house, ['a:1', 'b:1', 'c:1'])];
    start();
    await until('it says so', () => fact()?.problem === 'it limits how often it may be asked', often);
    const asked = () => house.asked.filter(({ path }) => path !== '/v2/').length;
    const before = asked();
    await until('it is asked again', () => asked() > before, often);
    expect(held()).toEqual({ 'a:1': 'unknown', 'b:1': 'unknown', 'c:1': 'unknown' });
  });
});

describe('a registry with tokens for everybody', () => {
  test('gives one for each repository to whoever asks', async () => {
    const scopes: string[] = [];
    const house = await httpHouse((asked, reply) => {
      const url = new URL(asked.url ?? '', 'http://x');
      if (url.pathname === '/token') {
        scopes.push(url.searchParams.get('scope') ?? '');
        return void reply.end(JSON.stringify({ token: 'open' }));
      }
      if (asked.headers.authorization !== 'Bearer open') {
        const realm = `Bearer realm="${house.url}/token",service="r"`;
        return void reply.writeHead(401, { 'www-authenticate': realm }).end();
      }
      reply.writeHead(200, { 'docker-content-digest': 'sha256:abc' }).end();
    });
    wanted = [wantedOf(house, ['team/a:1', 'b:1'])];
    start();
    await are({ 'team/a:1': 'held', 'b:1': 'held' });
    expect(scopes.toSorted()).toEqual(['repository:b:pull', 'repository:team/a:pull']);
  });
});

describe('what is told', () => {
  test('is nothing of a registry without images, or that is wanted no longer', async () => {
    const house = await httpHouse(answersWith(200, '{}'));
    wanted = [wantedOf(house, [])];
    const probes = start();
    await until('it is up', () => store.snapshot().facts('registryProbe').size === 1, often);
    await until('it was looked at', () => house.asked.length > 3, often);
    expect(facts().size).toBe(0);
    wanted = [wantedOf(house, ['a:1'], { imagesLeftOut: 7 })];
    probes.look();
    await until('it has a fact', () => fact()?.leftOut === 7, often);
    wanted = [];
    probes.look();
    expect(facts().size).toBe(0);
  });
});
