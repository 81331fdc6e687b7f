import type { SourceSink } from '#server/store/source-sink.ts';
import type { Connection } from './connection.ts';
import { feedRights } from './feed-rights.ts';
import type { KindRow } from './kind-row.ts';
import { kinds as allKinds } from './kinds.ts';
import { listWatch, type ListWatch } from './list-watch.ts';
import { listWatchLimits, type ListWatchLimits } from './list-watch-limits.ts';
import type { ReadinessGate } from './readiness-gate.ts';
import { sharedStrings } from './shared-strings.ts';
import { startTurns } from './start-turns.ts';

/** Whole states that are fetched at a time. Each costs memory while it is not yet facts. */
const listsAtOnce = 2;

/** What it takes to watch a cluster. */
export interface WatchClusterOptions {
  connection: Connection;
  sink: SourceSink;
  gate: ReadinessGate;
  /** Epoch ms. */
  clock: () => number;
  kinds?: readonly KindRow[];
  limits?: ListWatchLimits;
}

/** All kinds of one cluster being list-watched. */
export interface ClusterWatch {
  /** Begins all kinds anew, from nothing: to be called when another cluster answers behind the same address. */
  restart(reason: string): void;
  /** Ends all; resolves when the last request has ended. The facts stay in the sink. */
  stop(): Promise<void>;
}

/** Declares the sources of all kinds and of our rights to them, and keeps their facts in the sink until stopped. */
export function watchCluster(options: WatchClusterOptions): ClusterWatch {
  const { connection, sink, clock, kinds = allKinds } = options;
  const rights = feedRights(sink, clock);
  let server = identityOf(connection);
  let watches: ListWatch[] = [];
  let ending = Promise.resolve();

  function start(): void {
    const turns = startTurns(listsAtOnce);
    const intern = sharedStrings();
    const { transport } = connection;
    watches = kinds.map((kind) => {
      const { source, kind: factKind } = kind;
      sink.declare({ name: source, role: 'feed', staleAfterMs: transport.staleAfterMs, kinds: [factKind] });
      const onRight = (granted: boolean, message: string): void => rights.told(kind, granted, message);
      return listWatch({ limits: listWatchLimits, ...options, kind, transport, turns, intern, onRight });
    });
  }

  function end(): void {
    const ended = watches.map((watch) => watch.ended);
    for (const watch of watches) watch.stop();
    watches = [];
    ending = Promise.all([ending, ...ended]).then(() => undefined);
  }

  function restart(reason: string): void {
    end();
    for (const { source } of kinds) sink.restarted(source, reason);
    start();
  }

  const forget = connection.onReplaced(() => {
    const before = server;
    server = identityOf(connection);
    // Other credentials for the same server cut no stream: what was opened is true as long as it lives.
    if (before === server) for (const watch of watches) watch.hurry();
    else restart('another server');
  });
  start();

  return {
    restart,
    stop() {
      forget();
      end();
      return ending;
    },
  };
}

function identityOf({ server, caHash }: Connection): string {
  return `${server} ${caHash}`;
}
