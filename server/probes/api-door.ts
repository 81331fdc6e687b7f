import type { Connection } from '#server/cluster/connection.ts';
import type { ReadinessGate } from '#server/cluster/readiness-gate.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { createApiClock, type Asked } from './api-clock.ts';
import { createApiIdentity, type ApiIdentity } from './api-identity.ts';
import { askApi, type AskOptions } from './ask-api.ts';
import { readDoorAnswer, readFailingParts, unanswered } from './door-answer.ts';
import { closedReason, letsThrough, nextDoorState, provesAnApi, type DoorState } from './door-state.ts';
import { noteworthy, sameBut } from './noteworthy.ts';
import { probeLimits, type ProbeLimits } from './probe-limits.ts';
import { askSteadily, type SteadyAsking } from './steady-asking.ts';

const source = 'api-door';

/** With what the door is watched. */
export interface ApiDoorOptions {
  connection: Connection;
  sink: SourceSink;
  gate: ReadinessGate;
  /** Epoch ms. */
  clock: () => number;
  limits?: Partial<ProbeLimits>;
}

/**
 * Asks for `/readyz` every 3 s without waiting for the last answer, and lets the newest asking that was answered count.
 * Writes the fact of the door, opens and closes the gate. `askNow` is for whoever sees a stream break.
 */
export function startApiDoor({ connection, sink, gate, clock, limits: given }: ApiDoorOptions): SteadyAsking {
  const limits = { ...probeLimits, ...given };
  const stop = new AbortController();
  const asking = { transport: connection.transport, limitMs: limits.doorLimitMs, stop: stop.signal };
  const identity = createApiIdentity(connection, asking);
  const worthTelling = noteworthy<ApiDoorFact>(sameDoor, clock);
  const apiClock = createApiClock(connection, clock, limits);
  let state: DoorState | null = null;
  const beginNext = inOrder();
  let identityAt = -Infinity;
  const isWellAgain = wellAgain();

  async function ask(): Promise<void> {
    const isNewest = beginNext();
    const begun = performance.now();
    const askedAt = clock();
    const asked = await askDoor(asking);
    if (stop.signal.aborted) return;
    sink.fresh(source, clock());
    if (!isNewest()) return;
    apiClock.heard(asked, askedAt);
    take(nextDoorState(state, askedAt, asked.answer, performance.now() - begun), begun);
    if (await apiClock.askIfBarred(asked)) publish();
  }

  function take(next: DoorState, begun: number): void {
    const recovered = next.outcome === 'ready' && state?.outcome !== 'ready';
    if (state === null) sink.state(source, 'synced');
    state = next;
    if (isWellAgain(next)) gate.ease();
    gate.set(letsThrough(next), closedReason(next), provesAnApi(next) ? begun : -Infinity);
    publish();
    const due = clock() - identityAt >= limits.aboutEveryMs || identity.clusterId === '';
    if (next.status !== null && next.outcome !== 'unauthorized' && (recovered || due)) {
      identityAt = clock();
      void identity.ask().then(publish);
    }
  }

  function publish(): void {
    if (state === null || stop.signal.aborted) return;
    const fact = doorFact(connection, state, identity, apiClock.aheadMs());
    if (worthTelling(fact)) sink.upsert(source, 'apiDoor', fact);
  }

  declare(sink, limits);
  const steady = askSteadily(ask, limits.doorEveryMs, limits.doorPauseMs);
  const forget = connection.onReplaced((what) => {
    if (what === 'server') for (const known of [identity, apiClock]) known.forget();
    askNow();
  });

  /** What breaks a stream may also have put another cluster behind the address. */
  function askNow(): void {
    identityAt = -Infinity;
    steady.askNow();
  }

  return {
    askNow,
    stop() {
      stop.abort();
      forget();
      steady.stop();
    },
  };
}

/** Begins one asking after the other; each can tell whether a newer one has been answered before it. */
function inOrder(): () => () => boolean {
  let begun = 0;
  let answered = 0;
  return () => {
    const number = (begun += 1);
    return () => {
      if (number < answered) return false;
      answered = number;
      return true;
    };
  };
}

/** True at the second good answer in a row after another: one among many refusals is luck, not an end of the crowd. */
function wellAgain(): (next: DoorState) => boolean {
  let inRow = 2;
  return ({ outcome }) => {
    inRow = outcome === 'ready' ? inRow + 1 : 0;
    return inRow === 2;
  };
}

function doorFact(
  connection: Connection,
  state: DoorState,
  { version, clusterId }: ApiIdentity,
  clockAheadMs: number | null,
): ApiDoorFact {
  const head = { key: 'api', uid: 'api', source, address: connection.address } as const;
  return { ...head, ...state, clockAheadMs, version, clusterId, credential: connection.credential() };
}

function declare(sink: SourceSink, { doorLimitMs, doorEveryMs }: ProbeLimits): void {
  // An asking may take its whole limit; only if several in a row were not made at all is the probe stale.
  sink.declare({ name: source, role: 'probe', staleAfterMs: doorLimitMs + 3 * doorEveryMs, kinds: ['apiDoor'] });
  sink.state(source, 'syncing');
}

async function askDoor(options: AskOptions): Promise<Asked> {
  const begun = performance.now();
  const answer = await askApi('/readyz', options);
  const tookMs = performance.now() - begun;
  if (answer.status === null) return { answer: unanswered(answer.failure.failure, answer.failure.message), tookMs };
  const read = readDoorAnswer(answer.status, answer.headers, answer.text);
  const asked = { answer: read, date: answer.headers['date'], tookMs };
  if (read.outcome !== 'not-ready' || read.failingParts.length > 0) return asked;
  const verbose = await askApi('/readyz?verbose', options);
  if (verbose.status === null) return asked;
  return { ...asked, answer: { ...read, failingParts: readFailingParts(verbose.text) } };
}

// A wall whose figure flickers by a millisecond tells nothing.
const leastStepMs = 5;

/** What moves with every answer does not count, and latency only if it moves by a tenth. */
function sameDoor(told: ApiDoorFact, fact: ApiDoorFact): boolean {
  const ready = fact.outcome === 'ready' && told.outcome === 'ready';
  if (!sameBut(told, fact, 'askedAt', 'latencyMs', ...(ready ? (['readyAt'] as const) : []))) return false;
  if (told.latencyMs === null || fact.latencyMs === null) return told.latencyMs === fact.latencyMs;
  return Math.abs(told.latencyMs - fact.latencyMs) < Math.max(leastStepMs, told.latencyMs / 10);
}
