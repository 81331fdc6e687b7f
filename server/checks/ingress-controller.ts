import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';

/** What answers for Ingresses, as kubectl names it. */
export interface IngressController {
  namespace: string;
  /** `deployment/traefik`. */
  target: string;
}

/** By the names under which k3s, RKE2 and the charts install them. */
const known = /^(?:[\w.-]+-)?(?:traefik|ingress-nginx-controller|nginx-ingress-controller)$/;

/** The first by name of the Ingress controllers that are known, null if none is seen. */
export function ingressController(snapshot: Snapshot): IngressController | null {
  const found = (['deployment', 'daemonSet'] as const).flatMap((kind) =>
    [...snapshot.facts(kind).values()]
      .filter(({ name }) => known.test(name))
      .map(({ namespace, name }) => ({ namespace, target: `${kind.toLowerCase()}/${name}` })),
  );
  const [first = null] = found.sort((a, b) => (a.target < b.target ? -1 : 1));
  return first;
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
