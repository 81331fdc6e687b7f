import { TransportError, type Transport, type TransportRequest, type TransportResponse } from '../transport.ts';
import { answerRequest, type ApiAnswer } from './api-server.ts';
import { createByteStream, type ByteStream } from './byte-stream.ts';
import type { DemoDoor } from './demo-door.ts';
import { createLiveStreams, PING_DEADLINE_MS } from './live-streams.ts';
import type { ObjectStore } from './object-store.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import { createWaiting, type Wait } from './waiting.ts';
import { runWatch } from './watch-answer.ts';

// The API server hangs up on a watcher who lets more than this lie.
const MOST_UNREAD_BYTES = 8_000_000;
const USUAL_LATENCY_MS = { low: 8, high: 20 };

/** What the transport of the demo leads to. */
export interface DemoBackstage {
  store: ObjectStore;
  schedule: Schedule;
  door: DemoDoor;
  random: Random;
  /** `host:port`, for messages. */
  address: string;
}

/** The way to the demo's API server: real delays, real failures, no network. */
export function createDemoTransport(backstage: DemoBackstage): Transport {
  const { schedule, door, random, address } = backstage;
  const closed = new AbortController();
  let connected = false;
  const streams = createLiveStreams(schedule, door, () => (connected = false));
  const endCut = door.onCut(() => {
    connected = false;
    streams.fail('reset', `${address} closed the connection`);
  });

  /** Throws where there is no connection to be had; waits while nobody speaks. */
  async function knock(wait: Wait): Promise<void> {
    while (door.faults.silent) await wait.forChange();
    if (door.faults.refused) throw new TransportError('refused', `connect ECONNREFUSED ${address}`);
    if (!connected && door.faults.certificateExpiredAt !== null) {
      throw new TransportError('certificate-expired', 'certificate has expired');
    }
    connected = true;
  }

  async function ask(path: string, wait: Wait): Promise<Exclude<ApiAnswer, { kind: 'hanging' }>> {
    for (;;) {
      await knock(wait);
      const answer = answerRequest(backstage.store, door.faults, path);
      if (answer.kind === 'hanging') await wait.forChange();
      else {
        if (answer.kind === 'whole' && answer.takesMs > 0) await wait.forMs(answer.takesMs);
        return answer;
      }
    }
  }

  function respond(answer: Exclude<ApiAnswer, { kind: 'hanging' }>, stream: ByteStream): TransportResponse {
    if (answer.kind === 'watch') {
      runWatch(backstage.store, schedule, stream, answer);
    } else {
      stream.write(answer.body);
      stream.end();
    }
    const own = answer.kind === 'whole' ? answer.headers : { 'content-type': 'application/json' };
    const date = new Date(schedule.now()).toUTCString();
    const headers = { 'audit-id': random.uid(), 'cache-control': 'no-cache, private', date, ...own };
    const status = answer.kind === 'whole' ? answer.status : 200;
    return { status, headers, body: stream.body, onAlive: streams.add(stream) };
  }

  return {
    staleAfterMs: PING_DEADLINE_MS,
    async request({ path, signal, headersTimeoutMs }: TransportRequest) {
      const given = AbortSignal.any([signal, closed.signal]);
      const wait = createWaiting(schedule, door, given, headersTimeoutMs, address);
      await wait.forMs(random.between(USUAL_LATENCY_MS.low, USUAL_LATENCY_MS.high) + door.faults.slowMs);
      const answer = await ask(path, wait);
      const stream = createByteStream(MOST_UNREAD_BYTES);
      const abort = () => stream.fail(new TransportError('aborted', 'the request was given up'));
      given.addEventListener('abort', abort, { once: true });
      stream.onOver(() => given.removeEventListener('abort', abort));
      return respond(answer, stream);
    },
    close() {
      endCut();
      closed.abort();
    },
  };
}
