import type { FactKind } from '#server/facts/fact.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { feedRights, type FeedRights } from './feed-rights.ts';
import { KubeletFeed, type KubeletFeedParts, type KubeletTarget } from './kubelet-feed.ts';
import type { NodesSeen } from './kubelets.ts';

/** What it takes to ask kubelets in one manner. */
export type KubeletRoundParts<K extends FactKind> = Omit<KubeletFeedParts<K>, 'onRight'> & { seen: () => NodesSeen };

// What every kubelet listens on unless it is told otherwise.
const usualPort = 10_250;

/** The kubelets of all nodes that are seen and are to be asked one question, in turn and spread over time. */
export class KubeletRound<K extends FactKind> {
  readonly #parts: KubeletRoundParts<K>;
  readonly #rights: FeedRights;
  readonly #timer: NodeJS.Timeout;
  readonly #feeds = new Map<string, KubeletFeed<K>>();
  /** What was said to whom we may not ask, by node. */
  readonly #refusals = new Map<string, string>();
  #seen: NodesSeen | null = null;
  #wasOpen = true;

  constructor(parts: KubeletRoundParts<K>) {
    this.#parts = parts;
    this.#rights = feedRights(parts.sink, parts.clock);
    this.#timer = setInterval(() => this.#look(), parts.limits.lookMs).unref();
  }

  /** What failed may go well now: it is asked at once. */
  hurry(): void {
    for (const feed of this.#feeds.values()) feed.hurry();
  }

  /** Ends all requests. The facts stay in the sink. */
  stop(): void {
    clearInterval(this.#timer);
    for (const feed of this.#feeds.values()) feed.stop();
    this.#feeds.clear();
  }

  /** Ends, and leaves nothing behind. */
  drop(): void {
    for (const [name, feed] of this.#feeds) this.#dropFeed(name, feed);
    this.#rights.forget(this.#parts.question.row.source);
    this.stop();
  }

  #look(): void {
    const seen = this.#parts.seen();
    const same = seen.nodes === this.#seen?.nodes && seen.signs === this.#seen.signs;
    // Where the nodes are not seen those that were known are asked all the same: kubelets outlive their API.
    if (seen.fresh && !same) this.#take(seen);
    for (const feed of this.#feeds.values()) feed.look();
    // Kubelets ask the API about us: those that could not may be able to again.
    const { open } = this.#parts.gate;
    if (open && !this.#wasOpen) this.hurry();
    this.#wasOpen = open;
    this.#askThoseDue();
  }

  #take(seen: NodesSeen): void {
    const { question } = this.#parts;
    const { nodes, signs } = seen;
    this.#seen = seen;
    for (const [name, feed] of this.#feeds) {
      const node = nodes.get(name);
      if (node?.uid !== feed.uid || !question.asks(node)) this.#dropFeed(name, feed);
    }
    for (const node of nodes.values()) {
      if (!question.asks(node)) continue;
      const target = { ...targetOf(node), start: question.startOf(node), signAt: signs?.get(node.name) ?? 0 };
      const feed = this.#feeds.get(node.name);
      if (feed !== undefined) feed.follow(target);
      else this.#feeds.set(node.name, new KubeletFeed(target, { ...this.#parts, onRight: this.#onRight }));
    }
  }

  readonly #askThoseDue = (): void => {
    const { atOnce } = this.#parts.limits;
    const now = performance.now();
    const feeds = [...this.#feeds.values()];
    const asking = feeds.filter((feed) => feed.asking);
    let free = atOnce - asking.length;
    // Those that are silent take long to say nothing, and must not hold up the others.
    let freeForTroubled = Math.max(1, atOnce / 2) - asking.filter((feed) => feed.troubled).length;
    const due = feeds.filter((feed) => !feed.asking && feed.dueAt <= now);
    for (const feed of due.toSorted((a, b) => a.dueAt - b.dueAt)) {
      if (free < 1 || (feed.troubled && freeForTroubled < 1)) continue;
      free -= 1;
      if (feed.troubled) freeForTroubled -= 1;
      void feed.ask((at) => this.#turnOf(feed, at)).then(this.#askThoseDue);
    }
  };

  /** Each has its place in the round, so that they are not all asked at the same moment. */
  #turnOf(feed: KubeletFeed<K>, now: number): number {
    const { everyMs } = this.#parts.limits;
    const place = ([...this.#feeds.values()].indexOf(feed) * everyMs) / Math.max(1, this.#feeds.size);
    const earliest = now + everyMs / 2;
    return earliest + ((((place - earliest) % everyMs) + everyMs) % everyMs);
  }

  /** One refusal is enough to say that the right is missing, as long as it stands. */
  readonly #onRight = (node: string, refusal: string | null): void => {
    if (refusal === null) this.#refusals.delete(node);
    else this.#refusals.set(node, refusal);
    const [first] = this.#refusals.values();
    const { manner, question } = this.#parts;
    this.#rights.told(manner.from === 'api' ? question.proxyRow : question.row, first === undefined, first ?? '');
  };

  #dropFeed(name: string, feed: KubeletFeed<K>): void {
    this.#feeds.delete(name);
    this.#refusals.delete(name);
    feed.drop();
  }
}

function targetOf({
  name,
  uid,
  internalIp,
  kubeletPort,
  conditions,
}: NodeFact): Omit<KubeletTarget, 'start' | 'signAt'> {
  const ready = conditions['Ready']?.status === 'True';
  return { node: name, uid, host: internalIp, port: kubeletPort ?? usualPort, ready };
}
