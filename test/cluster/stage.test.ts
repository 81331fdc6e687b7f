import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playScenario } from '#server/cluster/demo/play-scenario.ts';
import type { Action } from '#server/cluster/demo/scenario.ts';
import { scenarios } from '#server/cluster/demo/scenarios.ts';
import { processTimer } from '#server/cluster/demo/schedule.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { statusOf } from './pretended-nodes.ts';
import { createPlaneStage, type PlaneStage } from './stage.ts';
import { until } from './until.ts';

// A node's controller finds out after 12 s here.
const SLOWEST_STEP_MS = 20_000;

let plane: ControlPlane;
let stage: PlaneStage;

beforeAll(async () => {
  plane = await startControlPlane({ nodes: ['kmaster', 'nuc0', 'nuc1', 'nuc2'] });
  stage = await createPlaneStage(plane);
});
afterAll(async () => {
  await stage?.close();
  await plane?.stop();
});

/** What the wall's user is answered, or why it is not. */
async function ask(path: string): Promise<string> {
  const asked = plane.kubectl([`--kubeconfig=${stage.kubeconfig}`, '--request-timeout=5s', 'get', '--raw', path]);
  return asked.catch((error: unknown) => String(error));
}

/** Plays a scenario of the demo once, in haste. */
function play(name: string): Promise<void> {
  const { againAfterMs: _once, steps, ...story } = scenarios[name]!;
  const hasty = steps.map((step, index) => ({
    ...step,
    afterMs: index === 0 ? 0 : Math.min(step.afterMs, SLOWEST_STEP_MS),
  }));
  const signal = new AbortController().signal;
  return playScenario(stage, { ...story, steps: hasty }, { after: (ms, run) => processTimer(run, ms), signal });
}

describe("the demo's scenarios on a real control plane", () => {
  test('node-lost-and-back: its Ready is Unknown, then True again', async () => {
    const played = play('node-lost-and-back');
    await plane.untilReady('nuc2', 'Unknown', SLOWEST_STEP_MS);
    await played;
    await plane.untilReady('nuc2', 'True', SLOWEST_STEP_MS);
  });

  test('disk-pressure and cordon-and-drain-forgotten leave no trace when they are over', async () => {
    const pressure = async () => statusOf(await plane.node('nuc0'), 'DiskPressure');
    await stage.apply(scenarios['disk-pressure']!.steps[0]!.do);
    expect(await pressure()).toBe('True');
    await stage.apply(scenarios['disk-pressure']!.steps[1]!.do);
    expect(await pressure()).toBe('False');
    const [cordon, drain, uncordon] = scenarios['cordon-and-drain-forgotten']!.steps.map((step) => step.do);
    await stage.apply(cordon!);
    await stage.apply(drain!);
    expect((await plane.node('nuc1')).spec.unschedulable).toBe(true);
    await stage.apply(uncordon!);
    expect((await plane.node('nuc1')).spec.unschedulable).toBeUndefined();
  });

  test.each<[name: string, fault: Action, path: string, said: RegExp]>([
    ['401', { action: 'apiUnauthorized' }, '/api/v1/nodes', /Unauthorized|logged in/],
    ['403', { action: 'apiForbidden', resource: 'pods' }, '/api/v1/pods', /pods is forbidden: User "stage-wall"/],
    ['refused', { action: 'apiRefused' }, '/readyz', /refused|EOF|reset/i],
    ['silent', { action: 'apiSilent' }, '/readyz', /timeout|deadline|timed out/i],
    ['etcd dead', { action: 'apiNotReady', parts: ['etcd', 'etcd-readiness'] }, '/readyz', /\[-\]etcd failed/],
    ['expired', { action: 'servingCertificateExpired' }, '/readyz', /certificate has expired/],
    ['another authority', { action: 'authorityExchanged' }, '/readyz', /signed by unknown authority/],
  ])('%s, and healed', async (_name, fault, path, said) => {
    await stage.apply(fault);
    await until(`${path} is answered so`, async () => said.test(await ask(path)), { withinMs: 15_000 });
    await stage.apply({ action: 'apiHeals' });
    await until('all is answered', async () => (await ask('/readyz')) === 'ok', { withinMs: 15_000 });
    expect(await ask('/api/v1/pods')).toContain('PodList');
  });

  test('a wiped cluster has another identity, no nodes, and lets the wall in', async () => {
    const before = await plane.identity();
    await stage.apply({ action: 'wipeCluster' });
    expect(await plane.identity()).not.toBe(before);
    expect(JSON.parse(await ask('/api/v1/nodes')).items).toEqual([]);
    await stage.apply({ action: 'addNode', node: 'kmaster' });
    expect(JSON.parse(await ask('/api/v1/nodes')).items.length).toBe(1);
  });
});
