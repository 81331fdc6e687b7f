import type { Connection, HandshakeAnswer } from '#server/cluster/connection.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import type { SourceSink } from '#server/store/source-sink.ts';
import { noteworthy, sameBut } from './noteworthy.ts';
import { probeLimits, type ProbeLimits } from './probe-limits.ts';

const source = 'api-handshake';

/** What is known of a certificate. It outlives handshakes that fail: its dates do not change when nobody answers. */
type Shown = Pick<HandshakeAnswer, 'subject' | 'issuer' | 'notBefore' | 'notAfter' | 'certificate'>;

/** With what the handshakes are made. */
export interface ApiHandshakeOptions {
  connection: Connection;
  sink: SourceSink;
  /** Epoch ms. */
  clock: () => number;
  limits?: Partial<ProbeLimits>;
}

/**
 * Looks at the serving certificate by a new TLS connection every 10 s, since a kept connection goes on when the certificate
 * is exchanged or expires. Where the server is `http:` there is nothing to look at, and no source. Returns the way to stop.
 */
export function startApiHandshake({ connection, sink, clock, limits: given }: ApiHandshakeOptions): () => void {
  const limits = { ...probeLimits, ...given };
  const worthTelling = noteworthy<ApiHandshakeFact>((told, fact) => sameBut(told, fact, 'askedAt'), clock);
  let last: { outcome: HandshakeAnswer['outcome']; since: number; address: string; shown: Shown } | null = null;
  let declared = false;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let running = false;

  async function look(): Promise<void> {
    const { handshake, address } = connection;
    if (handshake === null) return leave();
    declare();
    const askedAt = clock();
    const answer = await handshake(limits.handshakeLimitMs);
    // Stopped, or the kubeconfig names another server meanwhile: that one is looked at next.
    if (stopped || address !== connection.address) return;
    if (last === null) sink.state(source, 'synced');
    const same = last !== null && last.outcome === answer.outcome && last.address === address;
    const shown = answer.certificate === null && last?.address === address ? last.shown : shownIn(answer);
    last = { outcome: answer.outcome, since: same ? last!.since : askedAt, address, shown };
    sink.fresh(source, clock());
    const head = { key: 'api', uid: 'api', source, address } as const;
    const fact: ApiHandshakeFact = { ...head, ...answer, ...shown, outcomeSince: last.since, askedAt };
    if (worthTelling(fact)) sink.upsert(source, 'apiHandshake', fact);
  }

  function declare(): void {
    if (declared) return;
    declared = true;
    const staleAfterMs = limits.handshakeLimitMs + 3 * limits.handshakeEveryMs;
    sink.declare({ name: source, role: 'probe', staleAfterMs, kinds: ['apiHandshake'] });
    sink.state(source, 'syncing');
  }

  function leave(): void {
    if (declared) sink.drop(source);
    declared = false;
    last = null;
  }

  function lookAndPlan(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (stopped || running) return;
    running = true;
    void look().finally(() => {
      running = false;
      if (stopped) return;
      timer = setTimeout(lookAndPlan, limits.handshakeEveryMs);
      timer.unref();
    });
  }

  const forget = connection.onReplaced(lookAndPlan);
  lookAndPlan();
  return () => {
    stopped = true;
    forget();
    if (timer !== null) clearTimeout(timer);
  };
}

function shownIn({ subject, issuer, notBefore, notAfter, certificate }: HandshakeAnswer): Shown {
  return { subject, issuer, notBefore, notAfter, certificate };
}
