import { DOMAIN } from './web-hosts.ts';

/** A certificate of one or several hosts. */
export interface WebCertificate {
  namespace: string;
  /** The Secret that holds it. */
  secret: string;
  /** Name of cert-manager's Certificate; null for one that its owner buys and puts there by hand. */
  issuedAs: string | null;
  names: readonly string[];
  /** Days left when the demo begins. */
  leftDays: number;
}

/** How a certificate comes and goes: for how many days it is issued, and how many are left when a new one is fetched. */
export interface Turns {
  livesDays: number;
  renewedDays: number;
}

/** Let's Encrypt's 90 days, of which cert-manager leaves a third; and the longest that is sold, which its owner has in a calendar. */
export const turnsOf = ({ issuedAs }: WebCertificate): Turns => {
  return issuedAs === null ? { livesDays: 199, renewedDays: 60 } : { livesDays: 90, renewedDays: 30 };
};

/** `namespace/name` of its Secret. */
export function secretKey({ namespace, secret }: Pick<WebCertificate, 'namespace' | 'secret'>): string {
  return `${namespace}/${secret}`;
}

/** What Traefik shows where no Secret is named: its default TLSStore. */
export const wildcard: WebCertificate = {
  ...{ namespace: 'kube-system', secret: 'wildcard-home-example-tls', issuedAs: 'wildcard-home-example' },
  ...{ names: [`*.${DOMAIN}`, DOMAIN], leftDays: 41.6 },
};

export const webCertificates: readonly WebCertificate[] = [
  wildcard,
  // Named by what cert-manager makes of an Ingress: as its Secret.
  single('gitea', 'git-tls', 'git-tls', 'git', 71.2),
  single('monitoring', 'grafana-tls', 'grafana-tls', 'grafana', 58.4),
  single('media', 'media-tls', 'media', 'media', 34.7),
  single('default', 'photos-tls', null, 'photos', 131.5),
];

function single(
  namespace: string,
  secret: string,
  issuedAs: string | null,
  label: string,
  leftDays: number,
): WebCertificate {
  return { namespace, secret, issuedAs, names: [`${label}.${DOMAIN}`], leftDays };
}
