import type { Action, Scenario } from './scenario.ts';

const HOUR_MS = 3_600_000;
// As long as other faults stay, and calm before they come again.
const FAULT_MS = 180_000;
const CALM_MS = 120_000;

const PHOTOS = 'default/photos-tls';
const MEDIA = 'media/media-tls';
const WILDCARD = 'kube-system/wildcard-home-example-tls';
const SERVER = 'kmaster';

// Word for word as cert-manager says it.
const UNREACHED = failedOrder(
  'jellyfin-11-2847162934',
  '400 urn:ietf:params:acme:error:connection: 203.0.113.7: Fetching http://media.home.example/.well-known/acme-challenge/4vN0rT2kqWm: Timeout during connect (likely firewall problem)',
);

const webhook = {
  webhook: 'mutate.kyverno.svc-fail',
  url: 'https://kyverno-svc.kyverno.svc:443/mutate/fail?timeout=10s',
  expiredAgoMs: 11 * HOUR_MS,
} as const;

/** What goes wrong with certificates: each comes, stays for 3 min and goes. */
export const certificateScenarios: readonly Scenario[] = [
  story(
    'own-certificate-expired',
    "The wall's own certificate has expired",
    'Our client certificate has run out: the API answers 401 to everything, while all that we see without it goes on.',
    [{ action: 'apiUnauthorized' }],
    [{ action: 'apiHeals' }],
  ),
  story(
    'k3s-certificates-expiring',
    "The cluster's certificates end soon",
    "k3s on kmaster has been running for a year: all its certificates and the API server's have 12 days left.",
    [{ action: 'nodeCertificatesAge', node: SERVER, leftDays: 12.4 }],
    [{ action: 'k3sRestarted', node: SERVER }],
  ),
  story(
    'certificate-expired',
    'A certificate has expired',
    'The script that copies the wildcard certificate into the cluster has failed for long: eight hosts show an expired one.',
    [{ action: 'certificateAges', certificate: WILDCARD, leftDays: -1 / 24 }],
    [{ action: 'certificateRenewed', certificate: WILDCARD }],
  ),
  story(
    'certificate-renewal-failing',
    'A certificate is not renewed',
    'cert-manager has failed for days to renew the certificate of media.home.example, which it calls ready all the same.',
    [{ action: 'certificateAges', certificate: MEDIA, leftDays: 21.3, why: UNREACHED }],
    [{ action: 'certificateRenewed', certificate: MEDIA }],
  ),
  story(
    'certificate-expiring',
    'A certificate ends soon',
    'The certificate of photos.home.example was bought, and nothing renews it: it has 12 days left.',
    [{ action: 'certificateAges', certificate: PHOTOS, leftDays: 12.4 }],
    [{ action: 'certificateRenewed', certificate: PHOTOS }],
  ),
  story(
    'new-authority',
    'The cluster has a new authority',
    "The cluster's authority was exchanged: nobody who has the old one trusts the API server, and our kubeconfig is old.",
    [{ action: 'authorityExchanged' }],
    [{ action: 'apiHeals' }],
  ),
  story(
    'webhook-certificate-expired',
    "A webhook's certificate has expired",
    'The certificate of an admission webhook has expired: two applications were restarted, and nobody can create a pod.',
    ['mealie/mealie', 'home/mosquitto'].map((workload) => {
      return { action: 'workloadFails', workload, fate: { is: 'refused', ...webhook } };
    }),
    ['mealie/mealie', 'home/mosquitto'].map((workload) => ({ action: 'workloadHeals', workload })),
  ),
];

function story(
  name: string,
  title: string,
  about: string,
  begins: readonly Action[],
  ends: readonly Action[],
): Scenario {
  const lasts = ends.map((action, index) => ({ afterMs: index === 0 ? FAULT_MS : 0, do: action }));
  const steps = [...begins.map((action) => ({ afterMs: 0, do: action })), ...lasts];
  return { name, title, about, steps, againAfterMs: CALM_MS };
}

function failedOrder(order: string, problem: string): string {
  const failed =
    'The certificate request has failed to complete and will be retried: Failed to wait for order resource';
  return `${failed} "${order}" to become ready: order is in "invalid" state: acme: authorization error: ${problem}`;
}
