import type { FactKind } from '#server/facts/fact.ts';
import type { Intern } from '#server/facts/read-raw.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { factTarget } from './fact-target.ts';
import type { KindRow } from './kind-row.ts';
import type { ListWatchLimits } from './list-watch-limits.ts';
import { ListWatchAttempts } from './list-watch-attempts.ts';
import { pause } from './pause.ts';
import type { ReadinessGate } from './readiness-gate.ts';
import { SourceVoice } from './source-voice.ts';
import type { StartTurns } from './start-turns.ts';
import type { Transport } from './transport.ts';
import { trouble } from './trouble.ts';

/** What it takes to list-watch one kind. */
export interface ListWatchOptions<K extends FactKind> {
  kind: KindRow<K>;
  transport: Transport;
  sink: SourceSink;
  gate: ReadinessGate;
  /** Epoch ms. */
  clock: () => number;
  limits: ListWatchLimits;
  /** Shared by all kinds of a cluster: how many whole states are fetched at a time. */
  turns: StartTurns;
  intern: Intern;
  /** Told whenever the API has let us watch, or has not ("" if it has). May be told the same again. */
  onRight(granted: boolean, message: string): void;
}

/** One kind being list-watched. */
export interface ListWatch {
  /** Ends it and its requests. The facts stay in the sink. */
  stop(): void;
  /** Whatever it waits for: try again now (the credentials are others). */
  hurry(): void;
  /** Resolves when it has ended after `stop`. Never rejects. */
  ended: Promise<void>;
}

/**
 * Keeps the facts of one kind equal to the API's objects, for ever and through every fault: list or WatchList, then watch,
 * begin anew where it must. The old facts stay until new ones are whole. What it meets shows as the source's state.
 */
export function listWatch<K extends FactKind>(options: ListWatchOptions<K>): ListWatch {
  const stop = new AbortController();
  let hurries = 0;
  const ended = keepWatching(options, stop.signal, () => hurries);
  return {
    stop: () => stop.abort(),
    hurry() {
      hurries += 1;
    },
    ended,
  };
}

async function keepWatching<K extends FactKind>(
  options: ListWatchOptions<K>,
  stop: AbortSignal,
  hurries: () => number,
): Promise<void> {
  const { kind, gate, limits, sink } = options;
  const voice = new SourceVoice({ ...options, source: kind.source });
  const attempts = new ListWatchAttempts({ ...options, stop }, factTarget(kind, sink, options.intern), voice);
  while (!stop.aborted) {
    if (!gate.open) {
      voice.waiting(gate.reason);
      // What keeps it closed may change, and is to be told: at first it is only that nobody has asked.
      await gate.whenNews(stop);
      if (gate.open) voice.reopened();
      continue;
    }
    const hurriesBefore = hurries();
    let waitMs: number;
    try {
      waitMs = await attempts.next();
    } catch (error) {
      // A bug of ours: it must neither end this kind for good nor harm the others.
      const message = error instanceof Error ? error.message : String(error);
      waitMs = voice.failed(trouble('failing', `internal error: ${message}`, 'internal error'), false);
    }
    if (waitMs === 0 || stop.aborted) continue;
    const hurried = (): boolean => hurries() !== hurriesBefore;
    if ((await pause(waitMs, { stop, gate, tickMs: limits.tickMs, hurried })) === 'sooner') voice.reopened();
  }
}
