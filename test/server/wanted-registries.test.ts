import { expect, test } from 'vitest';
import type { RegistriesConfig } from '#server/probes/registry-config.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { followRegistries } from '#server/wanted-registries.ts';
import { aPod } from '#test/builders/facts.ts';
import { aPodTemplate } from '#test/builders/services.ts';
import { aContainer, aDaemonSet, aDeployment, aStatefulSet } from '#test/builders/workloads.ts';

const config: RegistriesConfig = {
  ...{ discover: true, images: true, registries: [], addresses: [], resolver: '', authorities: [] },
};
const sources = {
  deployment: 'deployments',
  statefulSet: 'statefulsets',
  daemonSet: 'daemonsets',
  pod: 'pods',
} as const;

function aStore(): Store {
  const store = createStore({ clock: () => 0 });
  for (const [kind, name] of Object.entries(sources)) {
    store.declare({ name, role: 'feed', staleAfterMs: 1_000, kinds: [kind as keyof typeof sources] });
  }
  return store;
}

const of = (image: string) => aPodTemplate({ containers: [{ name: 'a', image, variables: [], mounts: [] }] });
const podOf = (name: string, image: string, phase = 'Running') =>
  aPod({ name, phase, containers: [aContainer({ image })] });

test('images of what is to run are asked for, of controllers and of pods that have not ended', () => {
  const store = aStore();
  store.upsert('deployments', 'deployment', aDeployment({ template: of('r.example/deployment') }));
  store.upsert('deployments', 'deployment', aDeployment({ name: 'off', wanted: 0, template: of('r.example/off') }));
  store.upsert('statefulsets', 'statefulSet', aStatefulSet({ template: of('r.example/stateful') }));
  store.upsert('daemonsets', 'daemonSet', aDaemonSet({ template: of('r.example/daemon') }));
  store.upsert('pods', 'pod', podOf('runs', 'r.example/runs'));
  store.upsert('pods', 'pod', podOf('waits', 'r.example/waits', 'Pending'));
  store.upsert('pods', 'pod', podOf('ended', 'r.example/ended', 'Succeeded'));
  store.upsert('pods', 'pod', podOf('failed', 'r.example/failed', 'Failed'));
  const wanted = followRegistries(
    () => store.snapshot(),
    () => config,
  );
  expect(wanted()).toHaveLength(1);
  const names = ['daemon', 'deployment', 'runs', 'stateful', 'waits'].map((name) => `r.example/${name}`);
  expect(wanted()[0]?.images).toEqual(names);
});

test('what is wanted is the same array until images or configuration make a difference', () => {
  let now = config;
  const store = aStore();
  const wanted = followRegistries(
    () => store.snapshot(),
    () => now,
  );
  store.upsert('pods', 'pod', podOf('a', 'r.example/a'));
  const first = wanted();
  expect(first).toHaveLength(1);
  expect(wanted()).toBe(first);
  store.upsert('pods', 'pod', podOf('b', 'r.example/a'));
  expect(wanted(), 'another pod of the same image').toBe(first);
  store.upsert('pods', 'pod', podOf('b', 'nginx:1'));
  expect(wanted(), 'an image of a public registry').toBe(first);
  store.upsert('pods', 'pod', podOf('b', 'r.example/b'));
  expect(wanted()[0]?.images).toEqual(['r.example/a', 'r.example/b']);
  store.remove('pods', 'pod', 'default/b');
  expect(wanted()).toEqual(first);
  now = { ...config, discover: false };
  expect(wanted()).toEqual([]);
  now = { ...config };
  expect(wanted()).toEqual(first);
});

test('all are named once all that names images was listed, or may not be seen', () => {
  const store = aStore();
  const { allNamed } = followRegistries(
    () => store.snapshot(),
    () => config,
  );
  for (const name of ['deployments', 'statefulsets', 'daemonsets']) {
    store.state(name, 'synced');
    store.fresh(name, 0);
  }
  expect(allNamed(), 'pods are awaited').toBe(false);
  store.state('pods', 'forbidden');
  expect(allNamed()).toBe(true);
});

test('20,000 pods that change every second are no burden', () => {
  const store = aStore();
  const pods = Array.from({ length: 20_000 }, (_, i) => podOf(`p${i}`, `r.example/a${i % 200}:1`));
  store.replace('pods', 'pod', pods);
  const wanted = followRegistries(
    () => store.snapshot(),
    () => config,
  );
  const first = wanted();
  const begunAt = performance.now();
  for (let i = 0; i < 10; i += 1) {
    store.upsert('pods', 'pod', { ...pods[i]!, restarts: i + 1 });
    expect(wanted()).toBe(first);
  }
  // The copy that the store makes of 20,000 facts is in it.
  expect((performance.now() - begunAt) / 10).toBeLessThan(100);
});
