import { pageNotFound, textAnswer, type WholeAnswer } from './status-answer.ts';

// What an API server of 1.36 checks, in its order.
const PARTS = [
  ...['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync'],
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
  'shutdown',
] as const;
// With a dead etcd its check waits for 2 s, twice.
const DEAD_ETCD_MS = 4000;

/** `/readyz`, `/livez` or `/healthz`, or one part of it. A failure is told with all parts, asked for or not. */
export function healthAnswer(path: string, query: URLSearchParams, failing: readonly string[]): WholeAnswer {
  const [, endpoint = '', ...rest] = path.split('/');
  const part = rest.join('/');
  const parts = [...PARTS, ...failing.filter((name) => !(PARTS as readonly string[]).includes(name))];
  if (part !== '' && !parts.includes(part)) return pageNotFound();
  // A process that lives is not ended because its storage is gone.
  const fails = (name: string) => endpoint !== 'livez' && failing.includes(name);
  const takesMs = fails('etcd') ? DEAD_ETCD_MS : 0;
  const asked = part === '' ? parts : [part];
  const verdict = asked.some(fails) ? 'failed' : 'passed';
  if (verdict === 'passed' && !query.has('verbose')) return { ...textAnswer(200, 'ok'), takesMs };
  const lines = asked.map((name) => (fails(name) ? `[-]${name} failed: reason withheld` : `[+]${name} ok`));
  const body = `${lines.join('\n')}\n${endpoint} check ${verdict}\n`;
  return { ...textAnswer(verdict === 'passed' ? 200 : 500, body), takesMs };
}
