import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, getCACertificates } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TlsLook, TlsTarget } from '#server/cluster/connection.ts';
import { createTlsLooks } from '#server/cluster/look-at-tls.ts';
import type { Endpoint } from '#server/cluster/way-in.ts';
import { startTlsServers } from '#server/probes/tls-servers.ts';
import type { WantedServer } from '#server/probes/wanted-server.ts';
import { createStore } from '#server/store/store.ts';
import { until } from '#test/cluster/until.ts';
import { row, table } from './report.ts';

const servers = 100;
const handshakes = 10_000;
const baselineHandshakes = 400;
// The round of 10 min in a twentieth of the time, so that all of it is seen: its cost is divided by 20 again.
const hurry = 20;
const roundMs = 600_000 / hurry;

interface Targets {
  ports: number[];
  authority: string;
}

/** What 100 TLS servers cost at rest, and what 10,000 handshakes leave behind. */
export async function benchTls(): Promise<void> {
  const child = fork(join(import.meta.dirname, 'tls-targets.ts'), {
    env: { ...process.env, TLS_SERVERS: String(servers) },
  });
  try {
    const { ports, authority } = await new Promise<Targets>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Targets));
      child.once('exit', () => reject(new Error('the TLS servers did not start')));
    });
    const targets = ports.map((port, i) => targetOf(port, `host-${i}.example`, authority));
    const looks = counted(createTlsLooks(() => ({ ca: null }) as Endpoint));
    await atRest(looks, targets);
    await manyHandshakes(looks, targets);
  } finally {
    child.disconnect();
  }
}

function targetOf(port: number, serverName: string, authority: string): TlsTarget {
  return { host: '127.0.0.1', port, serverName, otherName: '', trust: 'system', also: [authority], resolver: '' };
}

const refused: TlsLook = {
  ...{ outcome: 'no-handshake', trouble: 'refused', message: '', certificate: null, protocol: '' },
};

interface Counted {
  look: (target: TlsTarget, limitMs: number) => Promise<TlsLook>;
  total(): number;
  peak(): number;
}

function counted(look: Counted['look']): Counted {
  let [total, open, peak] = [0, 0, 0];
  return {
    total: () => total,
    peak: () => peak,
    async look(target, limitMs) {
      total += 1;
      open += 1;
      peak = Math.max(peak, open);
      const answer = await look(target, limitMs);
      open -= 1;
      if (answer.outcome !== 'trusted') throw new Error(`${target.serverName}: ${answer.message}`);
      return answer;
    },
  };
}

async function atRest(looks: Counted, targets: TlsTarget[]): Promise<void> {
  const store = createStore({ clock: Date.now });
  const wanted = targets.map((target): WantedServer => {
    const name = target.serverName;
    return { key: `Host/${name}`, is: 'host', name, namedBy: [], secret: null, target };
  });
  const connection = { lookAtTls: looks.look, onReplaced: () => () => undefined };
  const limits = { everyMs: roundMs };
  const probe = startTlsServers({ connection, sink: store, clock: Date.now, wanted: () => wanted, limits });
  await until('all have been looked at', () => store.snapshot().facts('tlsServer').size === servers);
  // The last of the first round has its turn after one and a half rounds at most; then it is steady.
  await sleep(roundMs / 2);
  const [before, begun, startedAt] = [looks.total(), process.cpuUsage(), performance.now()];
  await sleep(roundMs);
  const [wall, made] = [percentOfCore(begun, startedAt), looks.total() - before];
  probe.stop();
  const peak = looks.peak();
  const idle = await idlePercent();
  const ticks = Math.max(0, (await ticksPercent(wanted)) - idle);
  const shaking = wall - idle - ticks;
  table(`TLS: ${servers} servers at rest (a round of 10 min played in ${roundMs / 1_000} s, ${made} handshakes seen)`, [
    row('share of a core at rest', '1', shaking / hurry + ticks, null, '%'),
    row('of that, to look each second what is due', '-', ticks, null, '%'),
    row('CPU of one handshake', '-', (shaking / 100) * (roundMs / made), null, 'ms'),
    row('most handshakes at once', '8', peak, null, ''),
  ]);
  if (peak > 8) throw new Error('more than 8 handshakes at once');
}

/** The round while nothing is due. */
async function ticksPercent(wanted: readonly WantedServer[]): Promise<number> {
  const store = createStore({ clock: Date.now });
  const connection = { lookAtTls: () => Promise.resolve(refused), onReplaced: () => () => undefined };
  const limits = { againMs: 86_400_000 };
  const probe = startTlsServers({ connection, sink: store, clock: Date.now, wanted: () => wanted, limits });
  await until('all have been looked at', () => store.snapshot().facts('tlsServer').size === servers);
  const [begun, startedAt] = [process.cpuUsage(), performance.now()];
  await sleep(10_000);
  const share = percentOfCore(begun, startedAt);
  probe.stop();
  return share;
}

async function idlePercent(): Promise<number> {
  const [begun, startedAt] = [process.cpuUsage(), performance.now()];
  await sleep(3_000);
  return percentOfCore(begun, startedAt);
}

function percentOfCore(begun: NodeJS.CpuUsage, startedAt: number): number {
  const { user, system } = process.cpuUsage(begun);
  return ((user + system) / 1_000 / (performance.now() - startedAt)) * 100;
}

async function manyHandshakes(looks: Counted, targets: TlsTarget[]): Promise<void> {
  const one = (i: number) => looks.look(targets[i % targets.length]!, 10_000);
  // What is kept for good is there afterwards: whom to trust, compiled code.
  await inEights(1_000, one);
  await settled();
  const before = held();
  const begun = process.cpuUsage();
  await inEights(handshakes, one);
  const cpuMs = cpuMsSince(begun) / handshakes;
  await settled();
  const after = held();
  const baselineBegun = process.cpuUsage();
  await inEights(baselineHandshakes, (i) => plainHandshake(targets[i % targets.length]!));
  const baselineMs = cpuMsSince(baselineBegun) / baselineHandshakes;
  table(`TLS: ${handshakes} handshakes; the baseline trusts the system and the authority anew each time`, [
    row('CPU of one handshake and all that is read of it', '-', cpuMs, baselineMs, 'ms'),
    row('sockets more than before', '0', after.sockets - before.sockets, null, ''),
    row('heap more than before', '1', after.heapMb - before.heapMb, null, 'MB'),
    row('memory of the process more than before', '-', after.rssMb - before.rssMb, null, 'MB'),
  ]);
  if (after.sockets !== before.sockets) throw new Error('sockets are left');
}

async function inEights(count: number, one: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** Every socket has had its second to end, and nothing that can be let go is still held. */
async function settled(): Promise<void> {
  await sleep(1_500);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i += 1) {
    collect();
    await sleep(50);
  }
}

function held(): { sockets: number; heapMb: number; rssMb: number } {
  const sockets = process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name)).length;
  const { heapUsed, rss } = process.memoryUsage();
  return { sockets, heapMb: heapUsed / 1e6, rssMb: rss / 1e6 };
}

function cpuMsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
}

/** As one would write it: whom to trust is read for each connection. */
function plainHandshake({ host, port, serverName, also }: TlsTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    const ca = [...getCACertificates('default'), ...getCACertificates('system'), ...also];
    const socket = connect({ host, port, servername: serverName, ca });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.getPeerCertificate(true);
      socket.resume();
      socket.end();
    });
    socket.once('close', () => resolve());
  });
}
