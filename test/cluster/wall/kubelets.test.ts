import { statfs } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AreaAnswer } from '#shared/area-rows.ts';
import type { Board } from '#shared/board.ts';
import { lacks, REAL_NODE } from '../capabilities.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { applyManifests } from '../outside-kubeconfig.ts';
import { startRealNode, type RealNode } from '../real-node/real-node.ts';
import { until } from '../until.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const clusterRole = '/apis/rbac.authorization.k8s.io/v1/clusterroles/clusterwall';
const source = 'kubelet/real-0';
// A kubelet is asked every 30 s, and believed for 90 s.
const askedBar = 30_000;
const silenceBar = 100_000;

interface Rule {
  resources?: string[];
}

describe.skipIf(lacks('real kubelets', REAL_NODE))(
  'a real kubelet, asked with the rights of the manifests alone',
  () => {
    let plane: ControlPlane;
    let node: RealNode;
    let wall: WallProcess;

    beforeAll(async () => {
      plane = await startControlPlane({ nodes: 1 });
      const webhook = { cacheAuthorizedTTL: '1s', cacheUnauthorizedTTL: '1s' };
      node = await startRealNode(plane, { configuration: { authorization: { mode: 'Webhook', webhook } } });
      wall = await startWall(await applyManifests(plane));
    });
    afterAll(async () => {
      await wall?.stop();
      await node?.stop();
      await plane?.stop();
    });

    const told = (board: Board) => board.sources.find(({ name }) => name === source);
    const is = (state: string) => (board: Board) => told(board)?.state === state;

    async function cells(): Promise<Record<string, unknown>> {
      const { rows } = (await (await fetch(`${wall.url}/api/areas/nodes`)).json()) as AreaAnswer;
      return rows.find(({ subject }) => subject.name === node.name)?.cells ?? {};
    }

    test('tells what this machine really uses', async () => {
      seenAfter('the figures of a kubelet', await wall.sees('the kubelet is seen', is('synced'), askedBar), askedBar);
      const { blocks, bavail } = await statfs(node.directory);
      // A kubelet that has just begun says 0 of its processors until it has measured twice.
      const all = async () => {
        const found = await cells();
        return ['cpu', 'memory', 'disk'].every((key) => Number(found[key]) > 0) && found;
      };
      const { cpu, memory, disk } = await until('its figures are there', all, { withinMs: 3 * askedBar });
      expect(Math.abs(Number(disk) - 100 * (1 - bavail / blocks))).toBeLessThan(5);
      expect(Number(memory)).toBeLessThan(100);
      expect(Number(cpu)).toBeLessThanOrEqual(110);
      const board = await wall.board();
      expect(findingsOf(board, 'control-plane/rights-missing')).toEqual([]);
      expect(tileOf(board, 'nodes').level).not.toBe('unknown');
    });

    test('refuses in words when the right is taken away, and answers when it is given back', async () => {
      const { rules } = await plane.request<{ rules: Rule[] }>('GET', clusterRole);
      const without = rules.filter(({ resources }) => resources?.includes('nodes/stats') !== true);
      await plane.request('PATCH', clusterRole, { rules: without });
      await wall.sees('it is forbidden', is('forbidden'), 2 * askedBar);
      const board = await wall.board();
      expect(told(board)?.reason).toBe('we may not ask the kubelet of real-0: the right to get nodes/stats is missing');
      const [missing] = findingsOf(board, 'control-plane/rights-missing');
      expect(missing?.level).toBe('notice');
      expect(missing?.sentence).toContain('nodes/stats');
      expect(JSON.stringify(missing?.steps)).toContain('--as system:serviceaccount:clusterwall:clusterwall');
      await plane.request('PATCH', clusterRole, { rules });
      // A refusal is asked about once a minute or two.
      await wall.sees('it is seen again', is('synced'), 130_000);
      await wall.sees(
        'no right is missing',
        (seen) => findingsOf(seen, 'control-plane/rights-missing').length === 0,
        10_000,
      );
    });

    test('that is killed is not seen since then, and is seen again once it is back', async () => {
      await node.kubelet.kill();
      const ms = await wall.sees('it is unreachable', is('unreachable'), silenceBar);
      seenAfter('a kubelet that is gone', ms, silenceBar);
      const seen = told(await wall.board());
      expect(seen?.reason).toBe(`127.0.0.1:${node.kubelet.port} refused the connection`);
      expect(Date.now() - (seen?.freshAt ?? 0)).toBeGreaterThan(85_000);
      await node.kubelet.start();
      seenAfter('a kubelet that is back', await wall.sees('it is seen', is('synced'), 130_000), 130_000);
    });
  },
);
