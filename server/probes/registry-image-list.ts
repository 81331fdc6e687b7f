import type { RegistryImagesFact } from '#server/facts/registry-images.ts';
import { sameFact } from '#server/store/same-fact.ts';
import { imageKey, placeOfImage, type AskedImage } from './asked-image.ts';
import type { ImageAnswer } from './image-answer.ts';
import type { ImageLimits } from './registry-limits.ts';

const hour = 3_600_000;

/** Now: by `performance.now()`, so that a clock that is set changes nothing, and in epoch ms, to be told. */
export interface Moments {
  ms: number;
  at: number;
}

/**
 * The images that one registry is asked for: which is due, and what its answers come to. All are due in a round every 6 h, new
 * ones at once, missing ones soon again, and between rounds one of them now and then: is that missing, a new round begins.
 */
export class RegistryImageList {
  /** What is new since it was told last: nothing, times alone, or more. */
  news: 'none' | 'times' | 'more' = 'more';
  readonly #limits: ImageLimits;
  readonly #images = new Map<string, AskedImage>();
  #names: readonly { image: string; key: string }[] = [];
  #followed: readonly string[] = [];
  #round = new Set<AskedImage>();
  #roundAt: number | null = null;
  #askingSince: number | null = null;
  #sureSince: number | null = null;
  #nextRoundAt = Infinity;
  #sampleAt = Infinity;
  #problem = '';

  constructor(limits: ImageLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#names.length === 0;
  }

  /** The images that are to be held now: those that are new are due at once. */
  follow(images: readonly string[], now: Moments): void {
    if (images === this.#followed || sameFact(images, this.#followed)) return;
    this.#followed = images;
    const names = images.flatMap((image) => {
      const place = placeOfImage(image);
      return place === null ? [] : [{ image, key: imageKey(place), place }];
    });
    const keys = new Set(names.map(({ key }) => key));
    for (const [key, image] of this.#images) {
      if (keys.has(key)) continue;
      this.#images.delete(key);
      this.#round.delete(image);
    }
    for (const { key, place } of names) if (!this.#images.has(key)) this.#begin(key, place, now);
    this.#names = names.map(({ image, key }) => ({ image, key }));
    this.#endRound(now);
    this.news = 'more';
  }

  /** It is down, or was until now: whatever it held, it may have come back without. */
  doubt({ at }: Moments): void {
    this.#sureSince = at;
    this.news = 'more';
  }

  /**
   * All are due: it came back, or one of them is missing. First one of each repository, so that one that lost its storage, or
   * some of it, shows soon.
   */
  beginRound(now: Moments): void {
    const repositories = new Set<string>();
    for (const image of this.#images.values()) {
      const isFirst = !repositories.has(image.repository);
      repositories.add(image.repository);
      image.dueAt = Math.min(image.dueAt, isFirst ? now.ms - 1 : now.ms);
      this.#round.add(image);
    }
    this.#nextRoundAt = Infinity;
    if (this.#round.size > 0) this.#askingSince = now.at;
    this.news = 'more';
  }

  /** The one that is most overdue, null if none is due. */
  next(now: Moments): AskedImage | null {
    if (this.#nextRoundAt <= now.ms) this.beginRound(now);
    if (this.#sampleAt <= now.ms) this.#sample(now);
    let next: AskedImage | null = null;
    for (const image of this.#images.values()) {
      if (image.dueAt <= now.ms && (next === null || image.dueAt < next.dueAt)) next = image;
    }
    return next;
  }

  /** Takes an answer up. `digest`: what it holds under a tag, "" if it does not say. */
  answered(image: AskedImage, answer: ImageAnswer, digest: string, now: Moments): void {
    // It may be wanted no longer.
    if (this.#images.get(imageKey(image)) !== image) return;
    if (answer === 'not-found' && !image.doubted) {
      image.doubted = true;
      image.dueAt = now.ms;
      return;
    }
    const before = image.held;
    if (answer === 'held') {
      this.#isHeld(image, now);
      const same = this.#images.get(imageKey({ ...image, reference: digest }));
      if (same !== undefined) this.#isHeld(same, now);
      // Whoever pushes one pushes others.
      if (before === 'missing') this.#askForMissing(now);
    } else if (answer === 'missing' || answer === 'not-found') this.#isMissing(image, now);
    else if (answer === 'no-answer') image.dueAt = now.ms + this.#limits.troubledMs;
    else if (answer !== 'limited') this.#isNotTold(image, now);
    if (answer !== 'limited') this.#round.delete(image);
    image.doubted = false;
    if (before === 'held' && image.held === 'missing' && this.#askingSince === null) {
      const { dueAt } = image;
      this.beginRound(now);
      this.#round.delete(image);
      image.dueAt = dueAt;
    }
    this.#endRound(now);
    this.news = before === image.held && this.news !== 'more' ? 'times' : 'more';
  }

  /** None can be asked for: it wants a login with each, and we have none. */
  refuse(now: Moments): void {
    if (this.#round.size === 0) return;
    for (const image of this.#images.values()) this.#isNotTold(image, now);
    this.#round.clear();
    this.#endRound(now);
    this.news = 'more';
  }

  /** What keeps us from asking, "" if nothing does. */
  hasProblem(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.news = 'more';
  }

  told(): Pick<RegistryImagesFact, 'images' | 'roundAt' | 'askingSince' | 'sureSince' | 'problem'> {
    return {
      images: this.#names.map(({ image, key }) => {
        const { held = 'unknown', askedAt = null } = this.#images.get(key) ?? {};
        return { image, held, askedAt };
      }),
      ...{ roundAt: this.#roundAt, askingSince: this.#askingSince, sureSince: this.#sureSince },
      problem: this.#problem || this.#hidden(),
    };
  }

  #hidden(): string {
    const count = [...this.#images.values()].filter(({ hidden }) => hidden).length;
    return count === 0 ? '' : `it does not let the wall see ${count} of them without another login`;
  }

  #begin(key: string, place: Pick<AskedImage, 'repository' | 'reference'>, now: Moments): void {
    const nothing = { held: 'unknown', askedAt: null, doubted: false, hidden: false, missingSince: null } as const;
    const image: AskedImage = { ...place, ...nothing, dueAt: now.ms };
    this.#images.set(key, image);
    this.#round.add(image);
    this.#askingSince ??= now.at;
    this.#nextRoundAt = Infinity;
  }

  #isHeld(image: AskedImage, now: Moments): void {
    Object.assign(image, { held: 'held', askedAt: now.at, dueAt: Infinity, hidden: false, missingSince: null });
    this.#round.delete(image);
  }

  #isMissing(image: AskedImage, now: Moments): void {
    image.missingSince ??= now.ms;
    const { missingSoonMs, missingMs } = this.#limits;
    const inMs = now.ms - image.missingSince < hour ? missingSoonMs : missingMs;
    Object.assign(image, { held: 'missing', askedAt: now.at, dueAt: now.ms + inMs, hidden: false });
  }

  #isNotTold(image: AskedImage, now: Moments): void {
    Object.assign(image, { held: 'unknown', askedAt: now.at, dueAt: Infinity, hidden: true, missingSince: null });
  }

  #askForMissing(now: Moments): void {
    for (const image of this.#images.values()) if (image.held === 'missing') image.dueAt = now.ms;
  }

  #sample({ ms }: Moments): void {
    this.#sampleAt = ms + this.#limits.sampleMs;
    let oldest: AskedImage | null = null;
    for (const image of this.#images.values()) {
      if (image.held === 'held' && (oldest === null || (image.askedAt ?? 0) < (oldest.askedAt ?? 0))) oldest = image;
    }
    if (oldest !== null) oldest.dueAt = Math.min(oldest.dueAt, ms);
  }

  #endRound({ ms, at }: Moments): void {
    if (this.#round.size > 0 || this.#askingSince === null) return;
    this.#askingSince = null;
    this.#roundAt = at;
    this.#nextRoundAt = ms + this.#limits.roundMs;
    this.#sampleAt = ms + this.#limits.sampleMs;
  }
}
