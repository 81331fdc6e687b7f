import { scenarios } from './scenarios.ts';
import type { Scenario } from './scenario.ts';

/** What the demo plays: one scenario, or one after the other for ever. */
export type DemoPlay =
  | { kind: 'scenario'; scenario: Scenario; calmMs: number }
  | { kind: 'tour'; stops: readonly Scenario[]; calmMs: number };

/** The name of the tour, as it is asked for. */
export const TOUR = 'tour';

// Calm before a play that was asked for by name, and before the demo's own: its first fault begins 22 s into it.
const NAMED_CALM_MS = 5000;
const OWN_CALM_MS = 68_000;

/**
 * What the tour shows, in turns of the areas; the first one is the first that a visitor sees. An emptied volume and a backup that
 * shrank are no stops, since they stay red until somebody acknowledges them; nor is what takes longer than 3 min.
 */
export const tourStops: readonly string[] = [
  ...['node-lost-and-back', 'traefik-down', 'crash-loop', 'certificate-expired', 'registry-down', 'disk-pressure'],
  ...['wrong-content', 'own-certificate-expired', 'out-of-memory', 'registry-depends-on-itself', 'node-not-ready'],
  ...['k3s-certificates-expiring', 'service-down', 'image-tag-missing', 'memory-pressure', 'registry-emptied'],
  ...['serving-certificate-expired', 'quota-used-up', 'names-not-found', 'certificate-renewal-failing', 'not-ready'],
  ...['etcd-dead', 'config-missing', 'node-network-not-ready', 'webhook-certificate-expired', 'roll-out-stuck'],
  ...['new-authority', 'public-registry-down', 'no-node-fits', 'api-silent', 'service-slow', 'volume-not-mounted'],
  ...['certificate-expiring', 'stuck-terminating', 'harbor-unhealthy', 'registry-unknown', 'volume-degraded'],
  ...['backup-target-unavailable', 'backup-failed', 'ceph-warn', 'claim-pending'],
];

/** The play for a value of `CLUSTERWALL_DEMO` or of the menu: "1" or "tour", or a scenario's name; null if there is no such. */
export function demoPlay(value: string): DemoPlay | null {
  if (value === '1' || value === TOUR) {
    return { kind: 'tour', stops: tourStops.flatMap((name) => scenarios[name] ?? []), calmMs: OWN_CALM_MS };
  }
  const scenario = Object.hasOwn(scenarios, value) ? scenarios[value] : undefined;
  return scenario ? { kind: 'scenario', scenario, calmMs: NAMED_CALM_MS } : null;
}
