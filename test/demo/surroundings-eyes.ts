import type { FactKind } from '#server/facts/fact.ts';
import type { RegistryImagesFact } from '#server/facts/registry-images.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { askService } from '#server/probes/ask-service.ts';
import { imageAnswer, manifestTypes } from '#server/probes/image-answer.ts';
import { RegistryImageList } from '#server/probes/registry-image-list.ts';
import { registryLimits } from '#server/probes/registry-limits.ts';
import { nextServiceState, type ServiceState } from '#server/probes/service-state.ts';
import type { WantedRegistry } from '#server/probes/wanted-registry.ts';
import { WatchedRegistry } from '#server/probes/watched-registry.ts';
import type { Store } from '#server/store/store.ts';
import { followRegistries } from '#server/wanted-registries.ts';
import { followServices } from '#server/wanted-services.ts';
import { demoProbeLimits } from '#server/cluster/demo/create-demo.ts';
import type { DemoBench } from './demo-client.ts';

// Longer than a look of all may take.
const STALE_AFTER_MS = 60_000;
const LIMIT_MS = 10_000;
const BODY_LIMIT = 262_144;
const places = { addresses: [], resolver: '', authorities: [] };
const servicesConfig = {
  ...{ discover: true, namespaces: [], except: [], everyMs: 30_000, timeoutMs: LIMIT_MS, slowMs: 3000 },
  ...{ linkLocal: false, probes: [], ...places },
};
const registriesConfig = { discover: true, images: true, registries: [], ...places };
const limits = { ...registryLimits, ...demoProbeLimits.registries };

/** Probes all services that the demo names once, in the demo's own time. */
export function createServicesLook({ demo, clock }: DemoBench, store: Store): () => Promise<void> {
  declare(store, 'services-probed', 'serviceProbe');
  const wanted = followServices(store.snapshot, () => servicesConfig);
  const states = new Map<string, ServiceState>();
  return async () => {
    const askedAt = clock.now();
    const asked = wanted().map(async (each): Promise<ServiceProbeFact | null> => {
      const judged = await askService(demo.network, each, BODY_LIMIT);
      const state = nextServiceState(states.get(each.key) ?? null, askedAt, judged, each.slowMs);
      states.set(each.key, state);
      const { everyMs: _every, timeoutMs: _timeout, asks: _asks, ...about } = each;
      const { row: _row, missedSince: _since, outcome, ...rest } = state;
      return outcome === null ? null : { ...about, ...rest, outcome, uid: each.key, source: 'services-probed' };
    });
    const facts = await clock.until(Promise.all(asked), LIMIT_MS + 1000);
    see(
      store,
      'services-probed',
      'serviceProbe',
      facts.flatMap((fact) => fact ?? []),
      clock.now(),
    );
  };
}

interface Watched {
  registry: WatchedRegistry;
  list: RegistryImageList;
}

/** Asks all registries that the demo's images name once, and each for the images that are due. */
export function createRegistriesLook({ demo, clock }: DemoBench, store: Store): () => Promise<void> {
  declare(store, 'registries', 'registryProbe');
  declare(store, 'registry-images', 'registryImages');
  const wanted = followRegistries(store.snapshot, () => registriesConfig);
  const watched = new Map<string, Watched>();
  const moments = () => ({ ms: clock.now(), at: clock.now() });

  async function lookAt(each: WantedRegistry) {
    const list = new RegistryImageList(limits.images);
    const known = watched.get(each.key) ?? { registry: new WatchedRegistry(each, demo.network, limits), list };
    watched.set(each.key, known);
    known.registry.follow(each);
    known.list.follow(each.images, moments());
    await known.registry.look(clock.now);
    if (known.registry.state?.misses === 0) await askForImages(known);
    const images: RegistryImagesFact = {
      ...{ key: each.key, uid: each.key, source: 'registry-images', host: each.host, leftOut: 0 },
      ...known.list.told(),
    };
    return { probe: known.registry.fact('registries'), images };
  }

  async function askForImages({ registry, list }: Watched): Promise<void> {
    for (let image = list.next(moments()); image !== null; image = list.next(moments())) {
      const { repository, reference, doubted } = image;
      const url = `${registry.url}v2/${repository}/manifests/${reference}`;
      const method = doubted ? 'GET' : 'HEAD';
      const question = { url, method, accept: manifestTypes, scope: `repository:${repository}:pull` } as const;
      const { answer } = await registry.session.ask(question, LIMIT_MS);
      const digest = answer.trouble === '' ? (answer.headers['docker-content-digest'] ?? '') : '';
      list.answered(image, imageAnswer(answer), digest, moments());
    }
  }

  return async () => {
    const all = await clock.until(Promise.all(wanted().map(lookAt)), 6 * LIMIT_MS);
    const probes: RegistryProbeFact[] = all.flatMap(({ probe }) => probe ?? []);
    see(store, 'registries', 'registryProbe', probes, clock.now());
    see(
      store,
      'registry-images',
      'registryImages',
      all.map(({ images }) => images),
      clock.now(),
    );
  };
}

function declare(store: Store, name: string, kind: FactKind): void {
  store.declare({ name, role: 'probe', staleAfterMs: STALE_AFTER_MS, kinds: [kind] });
}

function see<K extends FactKind>(
  store: Store,
  source: string,
  kind: K,
  facts: Parameters<Store['replace']>[2],
  now: number,
): void {
  store.replace(source, kind, facts as never);
  store.state(source, 'synced');
  store.fresh(source, now);
}
