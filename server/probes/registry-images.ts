import type { SourceSink } from '#server/store/source-sink.ts';
import type { AskedImage } from './asked-image.ts';
import { imageAnswer, manifestTypes } from './image-answer.ts';
import { RegistryImageList, type Moments } from './registry-image-list.ts';
import type { RegistryLimits } from './registry-limits.ts';
import type { WatchedRegistry } from './watched-registry.ts';

const source = 'registry-images';
// Times alone are told now and then.
const timesMs = 30_000;
// A network that comes and goes is no reason to ask for all images for ever.
const betweenBlinksMs = 600_000;

/** The probe `registry-images`: asks registries that live for the images that workloads refer to, one at a time. */
export interface RegistryImagesRound {
  /** A registry, new or wanted otherwise. */
  follow(registry: WatchedRegistry): void;
  /** A registry was looked at: it may have come back. */
  heard(key: string): void;
  remove(key: string): void;
  /** Asks for what is due and tells what is new. `synced`: it is known which registries there are and live. */
  look(synced: boolean): void;
  stop(): void;
}

/** Begins with nothing; at most one image is asked for every second, whichever the registry. */
export function startRegistryImages(options: {
  sink: SourceSink;
  clock: () => number;
  limits: RegistryLimits;
}): RegistryImagesRound {
  return new ImagesRound(options);
}

/** One registry in the round. */
interface Asked {
  registry: WatchedRegistry;
  list: RegistryImageList;
  asking: boolean;
  /** It could not be asked for anything a moment ago. */
  wasShut: boolean;
  /** It was known to be down when it was last looked at. */
  wasDown: boolean;
  /** It had missed when it was last looked at. */
  hadMissed: boolean;
  blinkedAt: number;
  /** By `performance.now()`: it limits us until then. */
  limitedUntil: number;
  toldAt: number;
  /** It has images only those of whom have a fact. */
  isTold: boolean;
}

class ImagesRound implements RegistryImagesRound {
  readonly #sink: SourceSink;
  readonly #clock: () => number;
  readonly #limits: RegistryLimits;
  readonly #registries = new Map<string, Asked>();
  readonly #timer: NodeJS.Timeout;
  #synced = false;
  #stopped = false;

  constructor({ sink, clock, limits }: Parameters<typeof startRegistryImages>[0]) {
    this.#sink = sink;
    this.#clock = clock;
    this.#limits = limits;
    sink.declare({ name: source, role: 'probe', staleAfterMs: 60_000, kinds: ['registryImages'] });
    sink.state(source, 'syncing');
    this.#timer = setInterval(() => this.#askOne(), limits.images.gapMs).unref();
  }

  follow(registry: WatchedRegistry): void {
    const { key, images } = registry.wanted;
    const asked = this.#registries.get(key) ?? newlyAsked(registry, new RegistryImageList(this.#limits.images));
    asked.registry = registry;
    this.#registries.set(key, asked);
    asked.list.follow(images, this.#now());
  }

  heard(key: string): void {
    const asked = this.#registries.get(key);
    const state = asked?.registry.state;
    if (asked === undefined || state === null || state === undefined) return;
    const now = this.#now();
    // Once it goes down, so that nothing counts in the moment when it is up again, and once it is.
    const isDown = asked.registry.troubled;
    if (isDown !== asked.wasDown) asked.list.doubt(now);
    asked.wasDown = isDown;
    if (state.misses > 0) {
      asked.hadMissed = true;
      return;
    }
    // One miss may be all that shows of a registry whose pod was replaced by an empty one.
    const blinked = asked.hadMissed && now.ms - asked.blinkedAt > betweenBlinksMs;
    if (blinked) asked.blinkedAt = now.ms;
    if (blinked) asked.list.beginRound(now);
    asked.hadMissed = false;
  }

  remove(key: string): void {
    if (this.#registries.get(key)?.isTold === true) this.#sink.remove(source, 'registryImages', key);
    this.#registries.delete(key);
  }

  look(synced: boolean): void {
    for (const asked of this.#registries.values()) this.#tell(asked);
    if (synced !== this.#synced) this.#sink.state(source, synced ? 'synced' : 'syncing');
    this.#synced = synced;
    this.#sink.fresh(source, this.#clock());
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** The one image that is most overdue, of all registries that can be asked. */
  #askOne(): void {
    const now = this.#now();
    let first: { asked: Asked; image: AskedImage } | null = null;
    for (const asked of this.#registries.values()) {
      if (asked.list.isEmpty || asked.registry.isNew || !this.#isOpen(asked, now) || asked.asking) continue;
      const image = asked.list.next(now);
      if (image !== null && (first === null || image.dueAt < first.image.dueAt)) first = { asked, image };
    }
    if (first !== null) void this.#ask(first.asked, first.image);
  }

  /** True if it can be asked; all is due once it can again. */
  #isOpen(asked: Asked, now: Moments): boolean {
    const { registry, list } = asked;
    const shut = whyShut(registry);
    const isLimited = registry.state?.limitedSince != null || asked.limitedUntil > now.ms;
    list.hasProblem(shut || (isLimited ? 'it limits how often it may be asked' : ''));
    if (registry.session.locked) list.refuse(now);
    if (shut === '' && asked.wasShut) list.beginRound(now);
    asked.wasShut = shut !== '';
    return shut === '' && !isLimited && registry.state?.misses === 0;
  }

  async #ask(asked: Asked, image: AskedImage): Promise<void> {
    const { session, url } = asked.registry;
    const { repository, reference, doubted } = image;
    asked.asking = true;
    const question = {
      url: `${url}v2/${repository}/manifests/${reference}`,
      // Only the body says whose word it is that it is not there.
      method: doubted ? ('GET' as const) : ('HEAD' as const),
      accept: manifestTypes,
      scope: `repository:${repository}:pull`,
    };
    const { answer } = await session.ask(question, this.#limits.images.limitMs);
    asked.asking = false;
    // It may be spoken to otherwise by now.
    if (this.#stopped || session !== asked.registry.session) return;
    const now = this.#now();
    const means = imageAnswer(answer);
    const digest = answer.trouble === '' ? (answer.headers['docker-content-digest'] ?? '') : '';
    if (means === 'limited') asked.limitedUntil = now.ms + this.#limits.limitedMs;
    if (means === 'refused' && session.locked) asked.list.refuse(now);
    else asked.list.answered(image, means, digest, now);
  }

  #tell(asked: Asked): void {
    const { registry, list } = asked;
    const { key, host, images, imagesLeftOut } = registry.wanted;
    if (images.length === 0 || registry.fact('') === null) {
      if (asked.isTold) this.#sink.remove(source, 'registryImages', key);
      asked.isTold = false;
      return;
    }
    const ms = performance.now();
    const isDue = !asked.isTold || list.news === 'more' || (list.news === 'times' && ms - asked.toldAt > timesMs);
    if (!isDue) return;
    const head = { key, uid: key, source, host, leftOut: imagesLeftOut };
    this.#sink.upsert(source, 'registryImages', { ...head, ...list.told() });
    Object.assign(asked, { isTold: true, toldAt: ms });
    list.news = 'none';
  }

  #now(): Moments {
    return { ms: performance.now(), at: this.#clock() };
  }
}

function newlyAsked(registry: WatchedRegistry, list: RegistryImageList): Asked {
  return {
    ...{ registry, list, asking: false, wasShut: false, wasDown: false, hadMissed: false, isTold: false, toldAt: 0 },
    ...{ blinkedAt: -Infinity, limitedUntil: 0 },
  };
}

/** What keeps us from asking it for anything, in words; "" if nothing does. */
function whyShut({ state, session, troubled }: WatchedRegistry): string {
  if (troubled) return 'it does not answer';
  if (state?.login === 'refused') return state.message;
  return session.locked ? 'it wants a login, and the wall has none' : '';
}
