import { kubeletCertificates } from '#server/cluster/kubelet-certificates.ts';
import { kinds } from '#server/cluster/kinds.ts';
import type { TlsLook } from '#server/cluster/connection.ts';
import { TransportError } from '#server/cluster/transport.ts';
import type { FactKind } from '#server/facts/fact.ts';
import { nodeStatsFact } from '#server/facts/node-stats.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { readDoorAnswer, unanswered, type DoorAnswer } from '#server/probes/door-answer.ts';
import { letsThrough, nextDoorState, type DoorState } from '#server/probes/door-state.ts';
import type { WantedServer } from '#server/probes/wanted-server.ts';
import { wantedServers } from '#server/probes/wanted-servers.ts';
import type { Store } from '#server/store/store.ts';
import { aRight, aWall } from '../builders/facts.ts';
import type { DemoBench } from './demo-client.ts';
import { createRegistriesLook, createServicesLook } from './surroundings-eyes.ts';

const LIMIT_MS = 10_000;
// Longer than a look of all may take.
const STALE_AFTER_MS = 30_000;
// Certificates are looked at every so many times: they change seldom, and each look costs time.
const SELDOM = 3;
const tlsConfig = { discover: true, kubelets: true, servers: [], addresses: [], resolver: '', authorities: [] };

/** Looks once at all that the wall looks at, and writes it into the store: the real readings, in the demo's own time. */
export type LookOnce = () => Promise<void>;

export function openEyes(bench: DemoBench, store: Store): LookOnce {
  for (const { source, kind } of kinds) store.declare(declared(source, 'feed', kind));
  store.declare(declared('api-door', 'probe', 'apiDoor'));
  store.declare(declared('api-handshake', 'probe', 'apiHandshake'));
  store.declare(declared('tls', 'probe', 'tlsServer'));
  for (const [source, kind, fact] of [
    ['rights', 'rights', aRight()],
    ['wall', 'wall', aWall()],
  ] as const) {
    store.declare({ ...declared(source, 'feed', kind), staleAfterMs: Infinity });
    store.replace(source, kind, [fact]);
    see(store, source, bench.clock.now());
  }
  const always = [createDoorLook(bench, store), lookAtKinds, lookAtStats, createRegistriesLook(bench, store)];
  const services = createServicesLook(bench, store);
  const seldom = [createHandshakeLook(bench, store), lookAtTls, lookAtMetrics, services];
  let looks = 0;
  return async () => {
    for (const look of looks % SELDOM === 0 ? [...always, ...seldom] : always) await look(bench, store);
    looks += 1;
  };
}

function createDoorLook({ get, demo, clock }: DemoBench, store: Store): LookOnce {
  let state: DoorState | null = null;
  return async () => {
    const askedAt = clock.now();
    const answer = await get('/readyz', LIMIT_MS).then(
      ({ status, headers, text }) => readDoorAnswer(status, headers, text),
      (error: unknown): DoorAnswer => {
        if (!(error instanceof TransportError)) throw error;
        return unanswered(error.failure, error.message);
      },
    );
    state = nextDoorState(state, askedAt, answer, clock.now() - askedAt);
    const { address, credential } = demo.connection;
    const head = { key: 'api', uid: 'api', source: 'api-door', address } as const;
    const about = { clockAheadMs: 0, version: 'v1.36.2+k3s1', clusterId: 'demo', credential: credential() };
    store.replace('api-door', 'apiDoor', [{ ...head, ...state, ...about }]);
    see(store, 'api-door', clock.now());
  };
}

/** What was listed is kept while the API refuses, and is not fresh any more. */
async function lookAtKinds({ get, clock }: DemoBench, store: Store): Promise<void> {
  const door = store.snapshot().facts('apiDoor').get('api');
  for (const row of kinds) {
    const answer = door !== undefined && letsThrough(door) ? await get(row.path) : null;
    if (answer?.status === 200) {
      const facts = answer.json.items.flatMap((raw: unknown) => row.fact(raw, row.source, asItIs) ?? []);
      store.replace(row.source, row.kind, facts);
      see(store, row.source, clock.now());
    } else if (answer?.status === 404) store.state(row.source, 'absent', 'nobody has heard of it');
    else store.state(row.source, door?.outcome === 'unauthorized' ? 'unauthorized' : 'unreachable', 'no answer');
  }
}

function createHandshakeLook({ demo, clock }: DemoBench, store: Store): LookOnce {
  let last = { outcome: '', since: 0 };
  return async () => {
    const { handshake, address } = demo.connection;
    const askedAt = clock.now();
    const answer = await clock.until(handshake!(LIMIT_MS), LIMIT_MS + 1000);
    if (last.outcome !== answer.outcome) last = { outcome: answer.outcome, since: askedAt };
    const head = { key: 'api', uid: 'api', source: 'api-handshake', address } as const;
    store.replace('api-handshake', 'apiHandshake', [{ ...head, ...answer, outcomeSince: last.since, askedAt }]);
    see(store, 'api-handshake', clock.now());
  };
}

async function lookAtTls({ demo, clock }: DemoBench, store: Store): Promise<void> {
  const { facts } = store.snapshot();
  const naming = {
    nodes: facts('node').values(),
    ingresses: facts('ingress').values(),
    gateways: facts('gateway').values(),
    httpRoutes: facts('httpRoute').values(),
    ingressRoutes: facts('ingressRoute').values(),
  };
  const askedAt = clock.now();
  const looks = wantedServers(naming, tlsConfig).map(async (wanted) => {
    const look = await demo.connection.lookAtTls(wanted.target, LIMIT_MS);
    return tlsFact(wanted, look, facts('tlsServer').get(wanted.key), askedAt);
  });
  store.replace('tls', 'tlsServer', await clock.until(Promise.all(looks), LIMIT_MS + 1000));
  see(store, 'tls', clock.now());
}

/** A certificate once shown stays known while handshakes fail. */
function tlsFact(
  { target, ...wanted }: WantedServer,
  look: TlsLook,
  before: TlsServerFact | undefined,
  askedAt: number,
): TlsServerFact {
  const isShown = look.certificate !== null;
  return {
    ...{ ...wanted, uid: wanted.key, source: 'tls', serverName: target.serverName, askedAt },
    address: wanted.is === 'kubelet' ? `${target.host}:${target.port}` : '',
    ...{ outcome: look.outcome, trouble: look.trouble, message: look.message, protocol: look.protocol },
    outcomeSince: before?.outcome === look.outcome ? before.outcomeSince : askedAt,
    failures: isShown ? 0 : (before?.failures ?? 0) + 1,
    seenAt: isShown ? askedAt : (before?.seenAt ?? null),
    certificate: look.certificate ?? before?.certificate ?? null,
  };
}

/** What each kubelet measures; who says nothing is not fresh any more. */
async function lookAtStats(bench: DemoBench, store: Store): Promise<void> {
  for (const node of store.snapshot().facts('node').values()) {
    const source = `kubelet/${node.name}`;
    store.declare(declared(source, 'feed', 'nodeStats'));
    const body = await askKubelet(bench, node, '/stats/summary');
    if (typeof body === 'string') {
      store.state(source, body, 'no answer');
      continue;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    store.upsert(source, 'nodeStats', nodeStatsFact(JSON.parse(Buffer.concat(chunks).toString()), node.name, source));
    see(store, source, bench.clock.now());
  }
}

async function lookAtMetrics(bench: DemoBench, store: Store): Promise<void> {
  const facts = store.snapshot().facts('componentCertificates');
  for (const node of store.snapshot().facts('node').values()) {
    const source = `${kubeletCertificates.row.source}/${node.name}`;
    store.declare(declared(source, 'feed', 'componentCertificates'));
    const askedAt = bench.clock.now();
    const body = await askKubelet(bench, node, '/metrics');
    if (typeof body === 'string') {
      store.state(source, body, 'no answer');
      continue;
    }
    const before = facts.get(node.name) ?? null;
    const asked = { node: node.name, source, askedAt, before, mostBytes: 1e6 };
    const read = await kubeletCertificates.read(body, asked);
    if (read === null || typeof read === 'string') throw new Error(`the metrics of ${node.name} tell nothing: ${read}`);
    store.upsert(source, 'componentCertificates', read);
    see(store, source, bench.clock.now());
  }
}

type Answered = AsyncIterable<Uint8Array>;
type Refusal = 'unauthorized' | 'forbidden' | 'untrusted' | 'unreachable';

/** What the kubelet says, or how it refuses. */
async function askKubelet({ demo, clock }: DemoBench, node: NodeFact, path: string): Promise<Answered | Refusal> {
  const { signal } = new AbortController();
  const place = { node: node.name, host: node.internalIp ?? '', port: 10_250, verify: true, mayRenew: true };
  const asked = demo.connection.kubelets.request({ ...place, path, signal, headersTimeoutMs: LIMIT_MS });
  const answer = clock.until(asked, LIMIT_MS + 1000);
  return answer.then(
    ({ status, body }) => (status === 200 ? body : status === 401 ? 'unauthorized' : 'forbidden'),
    (error: unknown) => {
      if (error instanceof TransportError) return error.failure === 'untrusted' ? 'untrusted' : 'unreachable';
      throw error;
    },
  );
}

function declared<K extends FactKind>(name: string, role: 'feed' | 'probe', kind: K) {
  return { name, role, staleAfterMs: STALE_AFTER_MS, kinds: [kind] };
}

function see(store: Store, source: string, now: number): void {
  store.state(source, 'synced');
  store.fresh(source, now);
}
