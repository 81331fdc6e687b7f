import { readFileSync, writeFileSync } from 'node:fs';
import type { HttpAnswer, Network } from '#server/cluster/network.ts';
import { createNetwork } from '#server/probes/network.ts';
import { placeOf } from '#server/probes/place-in-round.ts';
import { startRegistryProbes } from '#server/probes/registry-probes.ts';
import { startServiceProbes } from '#server/probes/service-probes.ts';
import type { WantedRegistry } from '#server/probes/wanted-registry.ts';
import type { WantedService } from '#server/probes/wanted-service.ts';
import { createStore } from '#server/store/store.ts';
import type { ProbeTargets } from './probe-targets.ts';

/** What a process that probes has seen since it was last asked (SIGUSR2). */
export interface ProbingFigures {
  /** Askings of services and registries. */
  asked: number;
  failed: string[];
  /** The most at once. */
  peak: number;
  /** How much later than its turn each probe of a service began, and each look at a registry more than 10 s after the last, ms. */
  delaysMs: number[];
  /** Facts by outcome. */
  outcomes: Record<string, number>;
}

// Probes as the wall does and nothing else: `node probing-process.ts TARGETS REPORT`, files of `ProbeTargets` (of none to probe
// nothing) and of `ProbingFigures`.
const [targetsFile, reportFile] = process.argv.slice(2) as [string, string];
const targets = JSON.parse(readFileSync(targetsFile, 'utf8')) as ProbeTargets;
const [everyMs, registryEveryMs] = [30_000, 10_000];
const real = createNetwork();
const store = createStore({ clock: Date.now });
const keys = new Map(targets.services.map((url, i) => [url, `Host/host-${i}.example`]));
const lastAt = new Map<string, number>();
let open = 0;
let figures: Omit<ProbingFigures, 'outcomes'> = { asked: 0, failed: [], peak: 0, delaysMs: [] };

const network: Network = {
  ...real,
  async askHttp(ask, limitMs): Promise<HttpAnswer> {
    note(ask.url);
    open += 1;
    figures.peak = Math.max(figures.peak, open);
    const answer = await real.askHttp(ask, limitMs);
    open -= 1;
    if (answer.trouble !== '') figures.failed.push(answer.message);
    return answer;
  },
};

function note(url: string): void {
  const now = performance.now();
  const key = keys.get(url);
  const last = lastAt.get(url);
  lastAt.set(url, now);
  figures.asked += 1;
  // A service has its place in the round; a registry comes so long after the last look began.
  if (key !== undefined) figures.delaysMs.push((now - placeOf(key) * everyMs) % everyMs);
  else if (last !== undefined && url.endsWith('/v2/')) figures.delaysMs.push(Math.max(0, now - last - registryEveryMs));
}

const asking = { redirects: 5, address: '', resolver: '', authorities: [targets.authority], linkLocal: false };
const services = targets.services.map((url, i): WantedService => {
  const name = `host-${i}.example`;
  const ask = { ...asking, url, method: 'GET', headers: {}, verify: 'all', loopback: true } as const;
  return {
    ...{ key: keys.get(url)!, name, is: 'http', url, host: '127.0.0.1', port: Number(new URL(url).port), group: '' },
    ...{ namedBy: [], services: [], through: null, wishProblem: '', slowMs: 3_000, everyMs, timeoutMs: 10_000 },
    asks: { is: 'http', ask, expects: { status: [], text: 'Explore', absent: 'first run', json: [] } },
  };
});
const registries = targets.registries.map((url, i): WantedRegistry => {
  const name = `registry-${i}`;
  return {
    ...{ key: `Registry/${name}`, name, host: new URL(url).host, kind: i === 0 ? 'harbor' : 'v2', configured: true },
    ...{ mirrors: [], url: url.slice(0, -1), login: null, address: '', resolver: '', verify: 'all' },
    ...{ authorities: [targets.authority], everyMs: registryEveryMs, timeoutMs: 4_000, images: [], imagesLeftOut: 0 },
  };
});
const to = { network, sink: store, clock: Date.now };
startServiceProbes({ ...to, wanted: () => services });
startRegistryProbes({ ...to, wanted: () => registries });

// Timers of the probes alone keep no process alive.
setInterval(() => undefined, 60_000);
process.on('SIGUSR2', () => {
  const outcomes: Record<string, number> = {};
  for (const kind of ['serviceProbe', 'registryProbe'] as const) {
    for (const { outcome } of store.snapshot().facts(kind).values()) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  writeFileSync(reportFile, JSON.stringify({ ...figures, outcomes } satisfies ProbingFigures));
  figures = { asked: 0, failed: [], peak: 0, delaysMs: [] };
});
process.once('SIGTERM', () => process.exit(0));
