/** A name under which something of the homelab is to be reached by HTTPS, through Traefik. */
export interface WebHost {
  host: string;
  /** What names it. */
  by: 'ingress' | 'ingress-route' | 'http-route';
  /** Of that object. */
  namespace: string;
  name: string;
  port: number;
  /** Name of the Secret that holds its certificate, in the same namespace; null for Traefik's default certificate. */
  secret: string | null;
  /** What its page must show, as its owner has written beside the object. */
  text?: string;
}

/** The Gateway through which HTTPRoutes lead. */
export const GATEWAY = { namespace: 'kube-system', name: 'home' } as const;

/** All names of the homelab behind Traefik; photos run on the NAS, and are led through it too. */
export const webHosts: readonly WebHost[] = [
  route('argocd', 'argocd', 'argocd-server', 80, null),
  ingress('dashboard', 'home', 'dashboard', 8080, null),
  { ...ingress('git', 'gitea', 'gitea', 3000, 'git-tls'), text: 'Explore' },
  ingress('grafana', 'monitoring', 'grafana', 3000, 'grafana-tls'),
  ingress('ha', 'home', 'home-assistant', 8123, null),
  route('longhorn', 'longhorn-system', 'longhorn-ui', 80, null),
  route('media', 'media', 'jellyfin', 8096, 'media-tls'),
  { ...ingress('metrics', 'monitoring', 'victoria-metrics', 8428, null), by: 'http-route' },
  ingress('paper', 'paperless', 'paperless-ngx', 8000, null),
  ingress('photos', 'default', 'photos', 5001, 'photos-tls'),
  ingress('recipes', 'mealie', 'mealie', 9000, null),
  ingress('zigbee', 'home', 'zigbee2mqtt', 8080, null),
];

/** The domain of all of them. */
export const DOMAIN = 'home.example';

/** The registry of the homelab's own images: the NAS itself answers by this name. */
export const REGISTRY = 'registry.home.example';

function ingress(label: string, namespace: string, name: string, port: number, secret: string | null): WebHost {
  return { host: `${label}.home.example`, by: 'ingress', namespace, name, port, secret };
}

function route(label: string, namespace: string, name: string, port: number, secret: string | null): WebHost {
  return { ...ingress(label, namespace, name, port, secret), by: 'ingress-route' };
}
