import { expect, test } from 'vitest';
import type { ServicesConfig } from '#server/probes/service-config.ts';
import { mostWantedServices } from '#server/probes/wanted-services.ts';
import { createStore } from '#server/store/store.ts';
import { followServices } from '#server/wanted-services.ts';
import { anIngress } from '#test/builders/routes.ts';

const config: ServicesConfig = {
  ...{
    discover: true,
    namespaces: [],
    except: [],
    everyMs: 30_000,
    timeoutMs: 10_000,
    slowMs: 3_000,
    linkLocal: false,
  },
  ...{ probes: [], addresses: [], resolver: '', authorities: [] },
};

function aStore() {
  const store = createStore({ clock: () => 0 });
  store.declare({ name: 'ingresses', role: 'feed', staleAfterMs: 1_000, kinds: ['ingress'] });
  return store;
}

test('what is wanted is the same array until facts or configuration make a difference', () => {
  let now = config;
  const store = aStore();
  const wanted = followServices(
    () => store.snapshot(),
    () => now,
  );
  expect(wanted()).toEqual([]);
  store.upsert('ingresses', 'ingress', anIngress());
  const first = wanted();
  expect(first.map(({ key }) => key)).toEqual(['Host/git.example']);
  expect(wanted()).toBe(first);
  store.upsert('ingresses', 'ingress', anIngress({ addresses: ['192.168.1.11'] }));
  expect(wanted(), 'its address makes no difference').toBe(first);
  store.upsert('ingresses', 'ingress', anIngress({ className: 'nginx' }));
  expect(wanted()).not.toBe(first);
  now = { ...config, discover: false };
  expect(wanted()).toEqual([]);
});

test('how many are left out is told by the facts as they are now', () => {
  const store = aStore();
  const wanted = followServices(
    () => store.snapshot(),
    () => config,
  );
  const ingresses = (count: number) =>
    Array.from({ length: count }, (_, i) => anIngress({ name: `web-${i}`, hosts: [`h${i}.example`], tls: [] }));
  store.replace('ingresses', 'ingress', ingresses(mostWantedServices));
  expect(wanted.leftOut()).toBe(0);
  store.replace('ingresses', 'ingress', ingresses(mostWantedServices + 120));
  expect(wanted.leftOut()).toBe(120);
  expect(wanted()).toHaveLength(mostWantedServices);
});

test('all are named once what names them was listed, is not there, or may not be seen; at once where nothing is discovered', () => {
  let now = config;
  const store = aStore();
  const { allNamed } = followServices(
    () => store.snapshot(),
    () => now,
  );
  store.declare({ name: 'gateways', role: 'feed', staleAfterMs: 1_000, kinds: ['gateway'] });
  store.declare({ name: 'httproutes', role: 'feed', staleAfterMs: 1_000, kinds: ['httpRoute'] });
  expect(allNamed()).toBe(false);
  now = { ...config, discover: false };
  expect(allNamed()).toBe(true);
  now = config;
  store.state('ingresses', 'synced');
  store.fresh('ingresses', 0);
  store.state('gateways', 'forbidden');
  expect(allNamed(), 'routes are awaited').toBe(false);
  store.state('httproutes', 'absent');
  expect(allNamed()).toBe(true);
});
