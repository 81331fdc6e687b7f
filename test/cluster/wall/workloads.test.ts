import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { lacks, REAL_NODE } from '../capabilities.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startRealNode, type RealNode } from '../real-node/real-node.ts';
import { startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { deployment, namespace } from '../workload.ts';
import { crashFaults } from './workload-faults/crash-faults.ts';
import type { Faults } from './workload-faults/fault.ts';
import { imageFaults } from './workload-faults/image-faults.ts';
import { barMs, play, timesTable, type Times } from './workload-faults/play.ts';
import { startProbeTarget, type ProbeTarget } from './workload-faults/probe-target.ts';
import { runningFaults } from './workload-faults/running-faults.ts';
import { startingFaults } from './workload-faults/starting-faults.ts';

const faults: Faults = { ...crashFaults, ...imageFaults, ...startingFaults, ...runningFaults };

// The checks' own default is 2 min; what is tested is that it counts.
const holdMs = 8_000;

describe.skipIf(lacks('workloads on a real node', REAL_NODE))('what can be wrong with what runs, for real', () => {
  let plane: ControlPlane;
  let node: RealNode;
  let wall: WallProcess;
  let probeTarget: ProbeTarget;
  let plays: Record<string, Promise<Times>>;
  const times: Times[] = [];

  beforeAll(async () => {
    plane = await startControlPlane({ nodes: 1 });
    // A container that crashes is tried again every 10 s at the latest, not every 5 min.
    node = await startRealNode(plane, { configuration: { crashLoopBackOff: { maxContainerRestartPeriod: '10s' } } });
    probeTarget = await startProbeTarget();
    wall = await startWall(await leastPrivileged(plane), { CLUSTERWALL_CONFIG: configFile(plane) });
    // Something that stays well all the time, so that the tile has something to be green for.
    const container = { image: node.image };
    await plane.apply([namespace('calm'), deployment({ namespace: 'calm', name: 'calm', node: node.name, container })]);
    await wall.sees('all is fine', allFine, 60_000);

    const dead = await node.addRegistry();
    await dead.registry.kill();
    const scene = { plane, node, dead, probeTarget, holdMs };
    // All at once, each in a namespace of its own: on the wall they must not be mixed up.
    const begun = Object.entries(faults).map(([what, make]) => [what, play(what, make(scene), scene, wall)] as const);
    plays = Object.fromEntries(begun);
    // Each is awaited in its own test; until then one that fails is no unhandled rejection.
    void Promise.allSettled(Object.values(plays));
  });
  afterAll(async () => {
    console.log(timesTable(times));
    await wall?.stop();
    probeTarget?.close();
    await node?.stop();
    await plane?.stop();
  });

  test.for(Object.keys(faults))('%s is said in time and in words, and goes when it is healed', async (what) => {
    const seen = await plays[what]!;
    times.push(seen);
    expect(seen.saidMs, 'from the API knowing to the wall saying it').toBeLessThan(seen.fault.holdMs + barMs);
    expect(seen.goneMs, 'from the API knowing to the wall being calm').toBeLessThan(seen.fault.holdMs + barMs);
  });

  test('all healed, all is green', async () => {
    await wall.sees('all is fine again', allFine, 30_000);
  });

  test('a node that is down explains what is missing of the workloads on it', async () => {
    await node.kubelet.kill();
    const missing = (board: Board) =>
      board.findings.filter(({ subject, level }) => subject.namespace === 'calm' && level !== 'notice');
    const isExplained = (board: Board) =>
      missing(board).length > 0 && missing(board).every(({ cause }) => cause?.startsWith('nodes/') ?? false);
    await wall.sees('calm is missing because of its node', isExplained, 60_000);
    expect((await wall.board()).headline.text).toContain(node.name);
    await node.kubelet.start();
    await wall.sees('all is fine again', allFine, 60_000);
  });
});

function allFine(board: Board): boolean {
  return board.headline.level === 'ok' && tileOf(board, 'workloads').level === 'ok';
}

/** The wall runs with just the rights that its manifests give it. */
async function leastPrivileged(plane: ControlPlane): Promise<string> {
  for (const file of ['namespace.yaml', 'rbac.yaml']) {
    await plane.apply(readFileSync(join(import.meta.dirname, '../../../deploy/base', file), 'utf8'));
  }
  return plane.kubeconfig({ credential: { token: await plane.token('clusterwall', 'clusterwall') } });
}

function configFile(plane: ControlPlane): string {
  const path = join(plane.directory, 'clusterwall.yaml');
  const hold = `${holdMs / 1000}s`;
  const checks = {
    'workloads/not-starting': { after: hold },
    'workloads/not-ready': { for: hold },
    'workloads/replicas-missing': { for: hold },
    'workloads/rollout-stuck': { for: hold },
    'workloads/cannot-create-pods': { for: hold },
    'workloads/stuck-terminating': { after: hold },
  };
  writeFileSync(path, JSON.stringify({ checks }));
  return path;
}
