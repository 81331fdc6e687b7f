import type { ApiConnection } from './api-connection.ts';
import type { Component } from './component.ts';
import { COMPONENT_NAMES, type ComponentName } from './components.ts';
import { until } from './until.ts';

/** Starts and ends all parts together, in their order. */
export interface PlaneLife {
  begin(): Promise<void>;
  end(): Promise<void>;
  /** UID of the namespace kube-system. */
  identity(): Promise<string>;
}

/** The common life of the parts; kwok only if wanted. */
export function createPlaneLife(
  components: Readonly<Record<ComponentName, Component>>,
  request: ApiConnection['request'],
  withKwok: boolean,
): PlaneLife {
  const names = COMPONENT_NAMES.filter((name) => withKwok || name !== 'kwok');

  async function identity() {
    const namespace = await request<{ metadata: { uid: string } }>('GET', '/api/v1/namespaces/kube-system');
    return namespace.metadata.uid;
  }

  // Pods cannot be created before the controllers have made the namespace's ServiceAccount.
  const controllersWork = async () =>
    Boolean(await request('GET', '/api/v1/namespaces/default/serviceaccounts/default'));

  return {
    identity,
    async begin() {
      for (const name of names) await components[name].start();
      await until('the namespace kube-system exists', identity);
      await until('the controllers work', controllersWork);
    },
    async end() {
      await Promise.all(names.map((name) => components[name].kill()));
    },
  };
}
