import { backupScenarios } from '#server/cluster/demo/backup-scenarios.ts';
import { demoPlay, tourStops } from '#server/cluster/demo/demo-play.ts';
import { playScenario } from '#server/cluster/demo/play-scenario.ts';
import type { Action, Scenario } from '#server/cluster/demo/scenario.ts';
import { registryScenarios } from '#server/cluster/demo/registry-scenarios.ts';
import { scenarios } from '#server/cluster/demo/scenarios.ts';
import { serviceScenarios } from '#server/cluster/demo/service-scenarios.ts';
import { storageScenarios } from '#server/cluster/demo/storage-scenarios.ts';
import { workloadScenarios } from '#server/cluster/demo/workload-scenarios.ts';
import { createSchedule } from '#server/cluster/demo/schedule.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';
import { createHandClock } from './hand-clock.ts';

/** A stage that writes down what it is asked for. */
function rehearsal() {
  const clock = createHandClock(0);
  const schedule = createSchedule(clock.now, clock.setTimer);
  const log: string[] = [];
  const stage = { apply: async ({ action }: Action) => void log.push(`${clock.now()} ${action}`) };
  const control = new AbortController();
  return { clock, log, stage, control, how: { after: schedule.after, signal: control.signal } };
}

const story: Scenario = {
  name: 'story',
  title: 'A story',
  about: 'Away and back.',
  steps: [
    { afterMs: 0, do: { action: 'apiRefused' } },
    { afterMs: 20, do: { action: 'apiHeals' } },
  ],
};

describe('playing a scenario', () => {
  test('each step follows the one before', async () => {
    const { clock, log, stage, how } = rehearsal();
    const played = playScenario(stage, story, { ...how, calmMs: 100 });
    await clock.pass(1000);
    await played;
    expect(log).toEqual(['100 apiRefused', '120 apiHeals']);
  });

  test('a looping one begins anew after its pause, without its first calm', async () => {
    const { clock, log, stage, how, control } = rehearsal();
    const played = playScenario(stage, { ...story, againAfterMs: 50 }, { ...how, calmMs: 100 });
    await clock.pass(200);
    control.abort();
    await played;
    await clock.pass(1000);
    expect(log).toEqual(['100 apiRefused', '120 apiHeals', '170 apiRefused', '190 apiHeals']);
  });

  test('a step that the stage cannot do ends the play with its reason', async () => {
    const { how } = rehearsal();
    const stage = { apply: () => Promise.reject(new Error('the demo has no node nuc9')) };
    await expect(playScenario(stage, story, how)).rejects.toThrow('no node nuc9');
  });
});

describe('what CLUSTERWALL_DEMO names', () => {
  test('1 is the tour after a calm while, a name that scenario after 5 s, anything else nothing', () => {
    expect(demoPlay('1')).toMatchObject({ kind: 'tour', calmMs: 68_000 });
    expect(demoPlay('tour')).toEqual(demoPlay('1'));
    const { 'disk-pressure': scenario, calm } = scenarios;
    expect(demoPlay('disk-pressure')).toEqual({ kind: 'scenario', scenario, calmMs: 5000 });
    expect(demoPlay('calm')).toEqual({ kind: 'scenario', scenario: calm, calmMs: 5000 });
    expect(calm?.steps).toEqual([]);
    for (const unknown of ['', '2', 'true', 'constructor', '__proto__']) expect(demoPlay(unknown)).toBeNull();
  });

  test('every stop of the tour is a scenario of several areas that ends within minutes', () => {
    const stops = tourStops.map((name) => scenarios[name]);
    for (const stop of stops) {
      const lastsMs = stop?.steps.reduce((sum, { afterMs }) => sum + afterMs, 0);
      expect(lastsMs, stop?.name).toBeGreaterThanOrEqual(90_000);
      expect(lastsMs, stop?.name).toBeLessThanOrEqual(180_000);
    }
    expect(new Set(tourStops).size).toBe(tourStops.length);
  });

  test('all scenarios are there under their own names, with a title and a sentence', () => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      expect(scenario.name).toBe(name);
      expect(scenario.title).toMatch(/^[A-Z][^\n.]{4,40}$/);
      expect(scenario.about).toMatch(/^[^\n]{20,200}\.$/);
    }
  });
});

interface Looks {
  nodes: Record<string, string>;
  readyz: string;
  pods: number;
}

async function look({ get }: DemoBench): Promise<Looks> {
  const ask = (path: string) => get(path, 10_000).catch((error: { failure: string }) => ({ error }));
  const [nodes, readyz, pods] = [await ask('/api/v1/nodes'), await ask('/readyz'), await ask('/api/v1/pods')];
  return {
    nodes: 'json' in nodes ? Object.fromEntries((nodes.json.items ?? []).map(stateOf)) : {},
    readyz: 'json' in readyz ? String(readyz.status) : readyz.error.failure,
    pods: 'json' in pods ? pods.status : 0,
  };
}

function stateOf(node: {
  metadata: { name: string };
  spec: { unschedulable?: boolean };
  status: { conditions: { type: string; status: string }[] };
}): [string, string] {
  const odd = node.status.conditions
    .filter(({ type, status }) => status !== (type === 'Ready' ? 'True' : 'False'))
    .map(({ type, status }) => `${type}=${status}`);
  return [node.metadata.name, [...odd, ...(node.spec.unschedulable ? ['cordoned'] : [])].join(' ')];
}

const fineNodes = { kmaster: '', nuc0: '', nuc1: '', nuc2: '' };
const fine: Looks = { nodes: fineNodes, readyz: '200', pods: 200 };
const allUnknown = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready']
  .map((type) => `${type}=Unknown`)
  .join(' ');

/** How each scenario looks at its worst, when, and how long it may take to heal. */
const worst: Record<string, { atMs: number; looks: Partial<Looks>; healedMs: number }> = {
  calm: { atMs: 70_000, looks: {}, healedMs: 600_000 },
  'node-lost-and-back': { atMs: 90_000, looks: { nodes: { ...fineNodes, nuc2: allUnknown } }, healedMs: 20_000 },
  'node-down': { atMs: 90_000, looks: { nodes: { ...fineNodes, nuc2: allUnknown } }, healedMs: 480_000 },
  'node-not-ready': { atMs: 10_000, looks: { nodes: { ...fineNodes, nuc1: 'Ready=False' } }, healedMs: 190_000 },
  'node-network-not-ready': {
    atMs: 10_000,
    looks: { nodes: { ...fineNodes, nuc0: 'Ready=False' } },
    healedMs: 190_000,
  },
  'cordon-and-drain-forgotten': {
    atMs: 60_000,
    looks: { nodes: { ...fineNodes, nuc1: 'cordoned' } },
    healedMs: 1_800_000,
  },
  'disk-pressure': { atMs: 10_000, looks: { nodes: { ...fineNodes, nuc0: 'DiskPressure=True' } }, healedMs: 190_000 },
  'memory-pressure': {
    atMs: 10_000,
    looks: { nodes: { ...fineNodes, nuc2: 'MemoryPressure=True' } },
    healedMs: 190_000,
  },
  'own-certificate-expired': { atMs: 10_000, looks: { nodes: {}, readyz: '401', pods: 401 }, healedMs: 190_000 },
  'api-refused-tcp': { atMs: 10_000, looks: { nodes: {}, readyz: 'refused', pods: 0 }, healedMs: 190_000 },
  'api-silent': { atMs: 10_000, looks: { nodes: {}, readyz: 'silent', pods: 0 }, healedMs: 190_000 },
  'api-slow': { atMs: 10_000, looks: {}, healedMs: 190_000 },
  'etcd-dead': { atMs: 10_000, looks: { nodes: {}, readyz: '500', pods: 0 }, healedMs: 190_000 },
  'rights-lost': { atMs: 10_000, looks: { pods: 403 }, healedMs: 190_000 },
  'serving-certificate-expired': { atMs: 10_000, looks: {}, healedMs: 190_000 },
  'k3s-certificates-expiring': { atMs: 10_000, looks: {}, healedMs: 190_000 },
  'certificate-expired': { atMs: 10_000, looks: {}, healedMs: 190_000 },
  'certificate-renewal-failing': { atMs: 10_000, looks: {}, healedMs: 190_000 },
  'certificate-expiring': { atMs: 10_000, looks: {}, healedMs: 190_000 },
  'new-authority': { atMs: 10_000, looks: { nodes: {}, readyz: 'untrusted', pods: 0 }, healedMs: 190_000 },
  'webhook-certificate-expired': { atMs: 10_000, looks: {}, healedMs: 190_000 },
  'disk-filling': { atMs: 500_000, looks: {}, healedMs: 60_000 },
  'cluster-wiped': { atMs: 10_000, looks: { nodes: {} }, healedMs: 150_000 },
};

describe('each scenario of nodes and the API shows its fault and heals', () => {
  test('those of workloads, services, registries, volumes and backups are played elsewhere, and none is forgotten', () => {
    const surroundings = [...serviceScenarios, ...registryScenarios];
    const elsewhere = [...workloadScenarios, ...surroundings, ...storageScenarios, ...backupScenarios];
    const all = [...Object.keys(worst), ...elsewhere.map(({ name }) => name)];
    expect(all.toSorted()).toEqual(Object.keys(scenarios).toSorted());
  });

  test.each(Object.entries(worst))('%s', async (name, expected) => {
    const bench = createBench({ play: demoPlay(name)! });
    expect(await look(bench)).toEqual(fine);
    await bench.clock.pass(5000 + expected.atMs);
    expect(await look(bench)).toEqual({ ...fine, ...expected.looks });
    await bench.clock.pass(expected.healedMs);
    expect(await look(bench)).toEqual(fine);
    bench.demo.stop();
    await bench.demo.played;
  });

  test("the demo's own play is calm for 90 s, then shows one fault after the other, the same for the same seed", async () => {
    const seen = async (minutes: number) => {
      const bench = createBench({ play: demoPlay('1')! });
      const shown: [at: number, shows: string | null][] = [];
      const startAt = bench.clock.now();
      for (let minute = 0; minute < minutes; minute += 0.5) {
        const { shows } = bench.demo.player.playing();
        if (shown.at(-1)?.[1] !== shows) shown.push([bench.clock.now() - startAt, shows]);
        await bench.clock.pass(30_000);
      }
      bench.demo.stop();
      return shown;
    };
    const shown = await seen(280);
    expect(shown[0]).toEqual([0, null]);
    const stops = shown.flatMap(([, shows]) => shows ?? []);
    expect(stops.slice(0, tourStops.length)).toEqual(tourStops);
    expect(stops[tourStops.length]).toBe('node-lost-and-back');
    const again = await seen(60);
    expect(again).toEqual(shown.slice(0, again.length));
    expect(again.length).toBeGreaterThan(15);
  }, 30_000);
});
