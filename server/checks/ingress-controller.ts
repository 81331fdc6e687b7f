import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { gatewayLabels, ingressProducts, type IngressProduct } from './ingress-products.ts';
import { perGroup } from './per-group.ts';
import { perSnapshot } from './per-snapshot.ts';
import { allWorkloads, type WorkloadGroup } from './workload-groups.ts';

/** What answers for Ingresses or Gateways. */
export interface IngressController {
  product: IngressProduct;
  group: WorkloadGroup;
  namespace: string;
  /** As kubectl names it: `deployment/traefik`. */
  target: string;
}

/** All Ingress and Gateway controllers that are known by their labels or names, by product and name. */
export const ingressControllers = perSnapshot((snapshot): readonly IngressController[] =>
  allWorkloads(snapshot)
    .flatMap((group) => controllersIn(group))
    .sort((a, b) => (a.target < b.target ? -1 : Number(a.target > b.target))),
);

/** The first by name of the Ingress controllers that are there for nothing else, null if none is seen. */
export function ingressController(snapshot: Snapshot): IngressController | null {
  return ingressControllers(snapshot).find(({ product }) => product.byClassOnly !== true) ?? null;
}

/** Those of a product: by the first of its labels that is met, else by their names. */
export function controllersOf(product: IngressProduct, snapshot: Snapshot): readonly IngressController[] {
  const all = ingressControllers(snapshot).filter((each) => each.product === product);
  for (const label of product.labels) {
    const met = all.filter(({ group }) => labelsOf(group)[nameLabel] === label);
    if (met.length > 0) return met;
  }
  return all;
}

/** The labels of a workload's pods. */
export function labelsOf({ controller }: WorkloadGroup): Readonly<Record<string, string>> {
  return controller?.template?.labels ?? none;
}

const none: Readonly<Record<string, string>> = {};
const nameLabel = 'app.kubernetes.io/name';
const kinds = ['Deployment', 'DaemonSet', 'StatefulSet'];
/** Parts of a product that do not answer for hosts. */
const besides = ['default-backend', 'defaultbackend', 'admission-webhook', 'certgen'];

const controllersIn = perGroup((group): readonly IngressController[] => {
  const { kind, namespace = '', name } = group.subject;
  if (!kinds.includes(kind) || group.controller?.deletingAt != null) return [];
  const labels = labelsOf(group);
  if (besides.includes(labels['app.kubernetes.io/component'] ?? '')) return [];
  const target = `${kind.toLowerCase()}/${name}`;
  const ofGateway = gatewayLabels.some((label) => labels[label] !== undefined);
  return ingressProducts
    .filter((product) => isOf(product, name, labels) || (ofGateway && product.byClassOnly === true))
    .map((product) => ({ product, group, namespace, target }));
});

function isOf({ labels, names }: IngressProduct, name: string, has: Readonly<Record<string, string>>): boolean {
  return labels.includes(has[nameLabel] ?? '') || names.test(name);
}

/** Whether it runs; it is to be looked for where it is not known. */
export function controllerStatus(controller: IngressController | null): Step[] {
  if (controller === null) return [lookForIt];
  const { namespace, target } = controller;
  return [{ say: 'Does the Ingress controller run?', command: command`kubectl -n ${namespace} get ${target}` }];
}

/** To restart it; it is to be looked for where it is not known. */
export function restartController(controller: IngressController | null): Step[] {
  if (controller === null) return [lookForIt];
  const { namespace, target } = controller;
  return [
    {
      say: 'Restart the Ingress controller',
      command: command`kubectl -n ${namespace} rollout restart ${target}`,
    },
  ];
}

/** What it says with `word` in it; `words` are those of the step. */
export function controllerLog(controller: IngressController | null, words: string, word: string): Step[] {
  if (controller === null) return [{ ...lookForIt, say: `${words} Look for it` }];
  const { namespace, target } = controller;
  return [{ say: words, command: command`kubectl -n ${namespace} logs ${target} --tail 500 | grep -i ${word}` }];
}

const lookForIt: Step = {
  say: 'Look for the Ingress controller',
  command: 'kubectl get pods -A | grep -E "traefik|ingress|nginx"',
};
