import { onTestFinished } from 'vitest';
import type { FactHead } from '#server/facts/fact.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { kinds } from '#server/cluster/kinds.ts';
import type { KindRow } from '#server/cluster/kind-row.ts';
import { listWatch, type ListWatch } from '#server/cluster/list-watch.ts';
import { listWatchLimits, type ListWatchLimits } from '#server/cluster/list-watch-limits.ts';
import { createReadinessGate, type ReadinessGate } from '#server/cluster/readiness-gate.ts';
import { startTurns, type StartTurns } from '#server/cluster/start-turns.ts';
import { until } from '#test/cluster/until.ts';
import { plainTransport } from './plain-transport.ts';
import { recordingSink, type RecordedSource } from './recording-sink.ts';
import { keyOf, ScriptedApi, type ApiObject } from './scripted-api.ts';

/** The times of a list-watch in miniature. */
export const smallLimits: ListWatchLimits = {
  ...listWatchLimits,
  backOff: { baseMs: 5, mostMs: 40, forgetMs: 2_000 },
  headersMs: 2_000,
  pageMs: 2_000,
  initialIdleMs: 60,
  silentMs: 20_000,
  settleMs: 15,
  tickMs: 3,
  forbiddenMs: 60_000,
  forbiddenAgainMs: 20,
  absentMs: 60_000,
  absentAgainMs: 20,
};

/** A gate that a test opens and closes. */
export function testGate(): ReadinessGate {
  const gate = createReadinessGate();
  gate.set(true, '');
  return gate;
}

/** The row of the table of kinds whose source this is. */
export function kindOf(source: string): KindRow {
  return kinds.find((row) => row.source === source)!;
}

/** A scripted API and a list-watch of its one kind, as a test plays with them. */
export interface Play {
  api: ScriptedApi;
  gate: ReadinessGate;
  /** What the list-watch has told. */
  told: RecordedSource;
  watch: ListWatch;
  rights: { granted: boolean; message: string }[];
  /** The state last told. */
  state(): string;
  /** Names (keys) of the facts. */
  names(): string[];
  /** True if the sink holds what the server holds, by key and UID. */
  same(): boolean;
  /** Waits until the sink holds what the server holds, and is told to be synced. */
  synced(): Promise<void>;
  until(what: string, condition: () => boolean): Promise<unknown>;
}

export interface PlayOptions {
  source?: string;
  protocol?: 'h1' | 'h2';
  limits?: Partial<ListWatchLimits>;
  turns?: StartTurns;
  /** Before the list-watch begins. */
  before?(api: ScriptedApi, gate: ReadinessGate): void;
}

/** Starts a scripted API and a list-watch of it; both end with the test. */
export async function play({ source = 'nodes', protocol = 'h1', ...options }: PlayOptions = {}): Promise<Play> {
  const kind = kindOf(source);
  const api = new ScriptedApi(kind.path, protocol);
  await api.listen();
  const { port } = api;
  const transport = plainTransport(() => port, protocol);
  const gate = testGate();
  const sink = recordingSink();
  const rights: Play['rights'] = [];
  options.before?.(api, gate);
  const watch = listWatch({
    kind,
    transport,
    sink,
    gate,
    clock: Date.now,
    limits: { ...smallLimits, ...options.limits },
    turns: options.turns ?? startTurns(2),
    intern: asItIs,
    onRight: (granted, message) => void rights.push({ granted, message }),
  });
  onTestFinished(async () => {
    watch.stop();
    await watch.ended;
    transport.close();
    await api.close();
  });
  const told = sink.of(source);
  const state = (): string => told.states.at(-1)?.state ?? 'none';
  const same = (): boolean => sameObjects(told.facts, api.objects);
  const wait = (what: string, condition: () => boolean): Promise<unknown> =>
    until(what, condition, { withinMs: 8_000, everyMs: 2 });
  return {
    api,
    gate,
    told,
    watch,
    rights,
    state,
    same,
    names: () => [...told.facts.keys()].sort(),
    synced: async () => void (await wait('the sink holds what the server holds', () => state() === 'synced' && same())),
    until: wait,
  };
}

function sameObjects(facts: ReadonlyMap<string, FactHead>, objects: ReadonlyMap<string, ApiObject>): boolean {
  if (facts.size !== objects.size) return false;
  return [...objects.values()].every((object) => facts.get(keyOf(object))?.uid === object.metadata.uid);
}

/** A raw node of this name. */
export function rawNode(name: string, more: Record<string, unknown> = {}): ApiObject {
  return {
    metadata: { name, managedFields: [{ manager: 'k3s' }] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
    ...more,
  };
}
