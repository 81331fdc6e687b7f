import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { crashLogLimits, type CrashLogLimits } from '#server/cluster/crash-log-limits.ts';
import { followCrashLogs, type CrashLogs, type PodsSeen } from '#server/cluster/crash-logs.ts';
import type { ReadinessGate } from '#server/cluster/readiness-gate.ts';
import type { CrashLogFact } from '#server/facts/crash-log.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { until } from '#test/cluster/until.ts';
import type { ApiStandIn, StandInProtocol } from '#test/connect/api-stand-in.ts';
import { connected, serving, standIn } from '#test/connect/house.ts';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';
import { aPod } from '#test/builders/facts.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';
import { testGate } from './play.ts';

/** The times of the feed in miniature. */
export const smallLogLimits: CrashLogLimits = {
  ...crashLogLimits,
  lookMs: 5,
  answerMs: 300,
  backOff: { baseMs: 5, mostMs: 40, forgetMs: 2_000 },
  again: { baseMs: 20, mostMs: 100, forgetMs: 10_000 },
  forbiddenMs: 60_000,
};

/** A request for a log as the API sees it. */
export interface LogRequest {
  namespace: string;
  pod: string;
  query: URLSearchParams;
}

/** How logs are answered; the default is a line that names what was asked for. */
export type LogAnswerer = (request: LogRequest, answering: ServerResponse) => void;

/** The feed beside a store whose pods the test writes, and an API server of our own over real connections. */
export interface LogPlay {
  api: ApiStandIn;
  store: Store;
  gate: ReadinessGate;
  logs: CrashLogs;
  asked: LogRequest[];
  answer(by: LogAnswerer): void;
  /** What runs now, and that it is fresh. */
  pods(...pods: PodFact[]): void;
  facts(): CrashLogFact[];
  linesOf(key: string): readonly string[] | undefined;
  state(): string;
  fresh(): boolean;
  right(): RightsFact | undefined;
  until(what: string, condition: () => boolean): Promise<unknown>;
}

export async function logPlay(
  limits: Partial<CrashLogLimits> = {},
  protocol: StandInProtocol = 'http',
): Promise<LogPlay> {
  const authority = protocol === 'http' ? null : await createCertificateAuthority('test');
  const api = await standIn(protocol, authority === null ? null : await serving(authority));
  const asked: LogRequest[] = [];
  let by: LogAnswerer = ({ pod }, answering) => answering.end(`${pod} crashed\n`);
  api.answer = ({ url = '' }, answering) => {
    const { pathname, searchParams: query } = new URL(url, 'http://api');
    const [, namespace, pod] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/.exec(pathname) ?? [];
    if (namespace === undefined || pod === undefined) return void answering.writeHead(404).end();
    const request = { namespace: decodeURIComponent(namespace), pod: decodeURIComponent(pod), query };
    asked.push(request);
    by(request, answering);
  };
  const connection = await connected({
    server: api.server,
    certificateAuthority: authority?.certificate ?? '',
    credential: { token: 'test' },
  });
  const store = createStore({ clock: Date.now });
  store.declare({ name: 'pods', role: 'feed', staleAfterMs: 60_000, kinds: ['pod'] });
  const gate = testGate();
  const logs = followCrashLogs({
    connection,
    sink: store,
    gate,
    clock: Date.now,
    seen: () => podsSeen(store),
    limits: { ...smallLogLimits, ...limits },
  });
  onTestFinished(() => logs.stop());
  logs.show(true);
  const source = () => store.snapshot().sources.get('crash-logs');
  const facts = () => [...store.snapshot().facts('crashLog').values()];
  return {
    ...{ api, store, gate, logs, asked, facts },
    answer: (next) => (by = next),
    pods(...pods) {
      store.replace('pods', 'pod', pods);
      store.state('pods', 'synced');
      store.fresh('pods', Date.now());
    },
    linesOf: (key) => facts().find((fact) => fact.key === key)?.lines,
    state: () => source()?.state ?? 'none',
    fresh: () => source()?.fresh ?? false,
    right: () => store.snapshot().facts('rights').get('crash-logs'),
    until: (what, condition) => until(what, condition, { withinMs: 8_000, everyMs: 2 }),
  };
}

function podsSeen(store: Store): PodsSeen {
  const snapshot = store.snapshot();
  const { fresh = false, freshAt = null } = snapshot.sources.get('pods') ?? {};
  return { pods: snapshot.facts('pod'), fresh, freshAt };
}

/** A pod whose container `web` has crashed `restarts` times and runs again; its newest crash ended `minutesAgo`. */
export function crashed(name: string, restarts = 1, minutesAgo = 1): PodFact {
  const last = anEnd({ finishedAt: Date.UTC(2026, 9, 1, 12) - minutesAgo * 60_000 });
  return aPod({ name, restarts, containers: [aContainer({ restarts, last })] });
}

/** As an API server refuses: a Status. */
export function refuseLog(answering: ServerResponse, code: number, message: string): void {
  answering.writeHead(code, { 'content-type': 'application/json' });
  answering.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }));
}
