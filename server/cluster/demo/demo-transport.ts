import { TransportError, type Transport, type TransportRequest, type TransportResponse } from '../transport.ts';
import { answerRequest, type ApiAnswer, type Told } from './api-server.ts';
import { createByteStream, type ByteStream } from './byte-stream.ts';
import type { DemoDoor } from './demo-door.ts';
import { notSignedByOurs } from './demo-handshake.ts';
import { createLinkedSignals } from './linked-signals.ts';
import { createLiveStreams, PING_DEADLINE_MS } from './live-streams.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import { createWaiting, type Wait } from './waiting.ts';
import { runWatch } from './watch-answer.ts';

// The API server hangs up on a watcher who lets more than this lie.
const MOST_UNREAD_BYTES = 8_000_000;
const USUAL_LATENCY_MS = { low: 8, high: 20 };

/** What the transport of the demo leads to. */
export interface DemoBackstage extends Told {
  schedule: Schedule;
  door: DemoDoor;
  random: Random;
  /** `host:port`, for messages. */
  address: string;
}

type GivenAnswer = Exclude<ApiAnswer, { kind: 'hanging' }>;

/** The way to the demo's API server: real delays, real failures, no network. */
export function createDemoTransport(backstage: DemoBackstage): Transport {
  const { schedule, door, random, address } = backstage;
  const signals = createLinkedSignals();
  let connected = false;
  const streams = createLiveStreams(schedule, door, address, () => (connected = false));
  const endCut = door.onCut(() => {
    connected = false;
    streams.fail('reset', `the connection to ${address} broke off (ECONNRESET)`);
  });

  /** Throws where there is no connection to be had; waits while nobody speaks. */
  async function knock(wait: Wait): Promise<void> {
    while (door.faults.silent) await wait.forChange();
    if (door.faults.refused) throw new TransportError('refused', `${address} refused the connection`);
    if (!connected && door.faults.certificateExpiredAt !== null) {
      throw new TransportError('certificate-expired', `the certificate of ${address} has expired`);
    }
    if (!connected && door.faults.authorityExchangedAt !== null) {
      throw new TransportError('untrusted', notSignedByOurs(address));
    }
    connected = true;
  }

  async function ask(path: string, wait: Wait): Promise<GivenAnswer> {
    for (;;) {
      await knock(wait);
      const answer = answerRequest(backstage, door.faults, path);
      if (answer.kind === 'hanging') await wait.forChange();
      else {
        // The API server sends away the connection of whom it refuses; its open streams live on.
        if (answer.kind === 'whole' && answer.status === 401) connected = false;
        if (answer.kind === 'whole' && answer.takesMs > 0) await wait.forMs(answer.takesMs);
        return answer;
      }
    }
  }

  async function request({ path, signal: own, headersTimeoutMs }: TransportRequest): Promise<TransportResponse> {
    const { signal, release } = signals.link(own);
    try {
      const wait = createWaiting(schedule, door, signal, headersTimeoutMs, address);
      await wait.forMs(random.between(USUAL_LATENCY_MS.low, USUAL_LATENCY_MS.high) + door.faults.slowMs);
      const answer = await ask(path, wait);
      const stream = createByteStream(MOST_UNREAD_BYTES);
      const abort = () => stream.fail(new TransportError('aborted', 'the request was given up'));
      signal.addEventListener('abort', abort, { once: true });
      stream.onOver(release);
      const onAlive = streams.add(stream);
      return { ...respond(backstage, answer, stream), onAlive };
    } catch (error) {
      release();
      throw error;
    }
  }

  return {
    staleAfterMs: PING_DEADLINE_MS,
    request,
    close() {
      endCut();
      signals.abortAll();
    },
  };
}

/** Writes the answer, or begins to. */
function respond(
  { store, schedule, random }: DemoBackstage,
  answer: GivenAnswer,
  stream: ByteStream,
): Omit<TransportResponse, 'onAlive'> {
  const date = new Date(schedule.now()).toUTCString();
  const usual = { 'audit-id': random.uid(), 'cache-control': 'no-cache, private', date };
  if (answer.kind === 'watch') {
    runWatch(store, schedule, stream, answer);
    return { status: 200, headers: { ...usual, 'content-type': 'application/json' }, body: stream.body };
  }
  stream.write(answer.body);
  stream.end();
  return { status: answer.status, headers: { ...usual, ...answer.headers }, body: stream.body };
}
