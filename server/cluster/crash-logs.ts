import type { PodFact } from '#server/facts/pod.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import type { Connection } from './connection.ts';
import { CrashLogFeed } from './crash-log-feed.ts';
import { crashLogLimits, type CrashLogLimits } from './crash-log-limits.ts';
import type { ReadinessGate } from './readiness-gate.ts';

/** The pods as far as they are known. */
export interface PodsSeen {
  /** By key; the same map while nothing changes. */
  pods: ReadonlyMap<string, PodFact>;
  /** True if they may be believed now. */
  fresh: boolean;
  /** Epoch ms as of which they are true, null before they were first seen. */
  freshAt: number | null;
}

/** What it takes to fetch the logs of crashed containers. */
export interface CrashLogsOptions {
  connection: Connection;
  sink: SourceSink;
  gate: ReadinessGate;
  /** Epoch ms. */
  clock: () => number;
  seen: () => PodsSeen;
  limits?: CrashLogLimits;
}

/** The feed `crash-logs`. */
export interface CrashLogs {
  /** Switches it on, or off: then nothing is asked for, and what was had is gone at once. */
  show(shown: boolean): void;
  /** Ends all requests. The facts stay in the sink. */
  stop(): void;
}

/** The feed of the last lines that crashed containers wrote, switched off until it is shown. */
export function followCrashLogs(options: CrashLogsOptions): CrashLogs {
  let feed: CrashLogFeed | null = null;
  const forget = options.connection.onReplaced(() => feed?.hurry());

  return {
    show(shown) {
      if (shown) feed ??= new CrashLogFeed({ limits: crashLogLimits, ...options });
      else {
        feed?.drop();
        feed = null;
      }
    },
    stop() {
      forget();
      feed?.stop();
    },
  };
}
