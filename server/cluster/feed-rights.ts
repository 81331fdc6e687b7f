import type { SourceSink } from '#server/store/source-sink.ts';
import type { KindRow } from './kind-row.ts';

const source = 'rights';

/** A feed as its right is told of. */
type FeedOfRight = Pick<KindRow, 'source' | 'required' | 'rule' | 'buys'>;

/** Keeps the facts of kind `rights`: for each feed whether the API lets us watch it, as its answers to the feed show. */
export interface FeedRights {
  /** What the API last said of a feed's right. Told the same again, nothing changes. */
  told(feed: FeedOfRight, granted: boolean, message: string): void;
  /** The feed is no more. */
  forget(feed: string): void;
}

/** Declares the source `rights`, a probe that is always fresh: nothing is asked for it. `clock` gives epoch ms. */
export function feedRights(sink: SourceSink, clock: () => number): FeedRights {
  const known = new Map<string, { granted: boolean; message: string; since: number }>();
  sink.declare({ name: source, role: 'probe', staleAfterMs: Number.MAX_SAFE_INTEGER, kinds: ['rights'] });
  sink.state(source, 'synced');
  sink.fresh(source, clock());

  return {
    forget(feed) {
      known.delete(feed);
      sink.remove(source, 'rights', feed);
    },
    told(kind, granted, message) {
      const before = known.get(kind.source);
      if (before?.granted === granted && before.message === message) return;
      const since = before?.granted === granted ? before.since : clock();
      known.set(kind.source, { granted, message, since });
      sink.upsert(source, 'rights', {
        key: kind.source,
        uid: kind.source,
        source,
        feed: kind.source,
        required: kind.required,
        granted,
        rule: kind.rule,
        buys: kind.buys,
        message,
        since,
      });
    },
  };
}
