import { DOMAIN } from './web-hosts.ts';

/** A certificate of one or several hosts. */
export interface WebCertificate {
  namespace: string;
  /** The Secret that holds it. */
  secret: string;
  /** Name of cert-manager's Certificate; null where something else puts it there. */
  issuedAs: string | null;
  issuer: "Let's Encrypt" | 'Sectigo';
  names: readonly string[];
  /** Days left when the demo begins. */
  leftDays: number;
}

/** For how many days a certificate is issued, and how many are left when it is renewed. */
export interface Turns {
  livesDays: number;
  renewedDays: number;
}

/** Let's Encrypt's 90 days, of which a third is left for the renewal; and the longest that is sold, which is in its owner's calendar. */
const turnsBy: Record<WebCertificate['issuer'], Turns> = {
  "Let's Encrypt": { livesDays: 90, renewedDays: 30 },
  Sectigo: { livesDays: 199, renewedDays: 60 },
};

export function turnsOf({ issuer }: WebCertificate): Turns {
  return turnsBy[issuer];
}

/** `namespace/name` of its Secret. */
export function secretKey({ namespace, secret }: Pick<WebCertificate, 'namespace' | 'secret'>): string {
  return `${namespace}/${secret}`;
}

/** What Traefik shows where no Secret is named, by its default TLSStore: the router fetches it, and a script copies it. */
export const wildcard: WebCertificate = {
  ...{ namespace: 'kube-system', secret: 'wildcard-home-example-tls', issuedAs: null, issuer: "Let's Encrypt" },
  ...{ names: [`*.${DOMAIN}`, DOMAIN], leftDays: 41.6 },
};

export const webCertificates: readonly WebCertificate[] = [
  wildcard,
  // What cert-manager makes of an Ingress has the name of its Secret.
  issued('gitea', 'git-tls', 'git-tls', 'git', 71.2),
  issued('monitoring', 'grafana-tls', 'grafana-tls', 'grafana', 58.4),
  issued('media', 'media-tls', 'jellyfin', 'media', 34.7),
  { ...issued('default', 'photos-tls', '', 'photos', 131.5), issuedAs: null, issuer: 'Sectigo' },
];

function issued(
  namespace: string,
  secret: string,
  issuedAs: string,
  label: string,
  leftDays: number,
): WebCertificate & { issuedAs: string } {
  return { namespace, secret, issuedAs, issuer: "Let's Encrypt", names: [`${label}.${DOMAIN}`], leftDays };
}
