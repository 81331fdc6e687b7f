import { expect, test } from 'vitest';
import type { TlsConfig } from '#server/probes/tls-config.ts';
import { mostWantedServers } from '#server/probes/wanted-servers.ts';
import { createStore } from '#server/store/store.ts';
import { followWanted } from '#server/wanted-tls.ts';
import { aNode } from '#test/builders/node.ts';

const config: TlsConfig = { discover: true, kubelets: true, servers: [], addresses: [], resolver: '', authorities: [] };

test('what is wanted is the same array until facts or configuration make a difference', () => {
  let now = config;
  let asked = 0;
  const store = createStore({ clock: () => 0 });
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 1_000, kinds: ['node'] });
  const wanted = followWanted(
    () => store.snapshot(),
    () => ((asked += 1), now),
  );
  expect(wanted()).toEqual([]);
  const nuc0 = aNode({ internalIp: '192.168.8.10' });
  store.upsert('nodes', 'node', nuc0);
  const first = wanted();
  expect(first.map(({ key }) => key)).toEqual(['Node/nuc0']);
  expect(wanted()).toBe(first);
  store.upsert('nodes', 'node', { ...nuc0, unschedulable: true });
  expect(wanted(), 'a node that is cordoned has the same kubelet').toBe(first);
  now = { ...config, kubelets: false };
  expect(wanted()).toEqual([]);
  now = config;
  expect(wanted()).toEqual(first);
  expect(asked).toBeGreaterThan(5);
});

test('how many are left out is told by the facts as they are now', () => {
  const store = createStore({ clock: () => 0 });
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 1_000, kinds: ['node'] });
  const wanted = followWanted(
    () => store.snapshot(),
    () => config,
  );
  const nodes = (count: number) =>
    Array.from({ length: count }, (_, i) => aNode({ name: `n${i}`, internalIp: `10.0.${i >> 8}.${i & 255}` }));
  store.replace('nodes', 'node', nodes(mostWantedServers));
  expect(wanted.leftOut()).toBe(0);
  store.replace('nodes', 'node', nodes(mostWantedServers + 120));
  expect(wanted.leftOut()).toBe(120);
  expect(wanted()).toHaveLength(mostWantedServers);
});

test('all are named once what names them was listed, is not there, or may not be seen', () => {
  const store = createStore({ clock: () => 0 });
  const { allNamed } = followWanted(
    () => store.snapshot(),
    () => config,
  );
  store.declare({ name: 'nodes', role: 'feed', staleAfterMs: 1_000, kinds: ['node'] });
  store.declare({ name: 'ingresses', role: 'feed', staleAfterMs: 1_000, kinds: ['ingress'] });
  store.declare({ name: 'gateways', role: 'feed', staleAfterMs: 1_000, kinds: ['gateway'] });
  expect(allNamed()).toBe(false);
  store.state('nodes', 'synced');
  store.fresh('nodes', 0);
  store.state('ingresses', 'forbidden');
  expect(allNamed(), 'gateways are awaited').toBe(false);
  store.state('gateways', 'absent');
  expect(allNamed()).toBe(true);
});
