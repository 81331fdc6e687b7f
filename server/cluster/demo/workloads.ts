import { REGISTRY } from './web-hosts.ts';

/** Something that keeps pods running, as the demo's homelab has it. */
export interface Workload {
  namespace: string;
  name: string;
  kind: 'Deployment' | 'DaemonSet' | 'StatefulSet';
  image: string;
  /** Where its pods run: names of nodes; a DaemonSet without runs everywhere. */
  on?: readonly string[];
  memory?: string;
  port?: number;
  /** How often its pods have restarted so far. */
  restarts?: number;
  /** A Deployment whose old pods go before new ones come, since they share a volume. */
  recreate?: boolean;
  /** Where it keeps what must stay: a claim of its own is mounted there. */
  data?: string;
  /** What is mounted besides: files of ConfigMaps and Secrets, and room that goes with the pod. */
  mounts?: readonly Mount[];
  /** After how long without progress a roll-out counts as stuck. */
  deadlineSeconds?: number;
}

/** A volume of a workload's pods, and where it is seen; `of` is the name of a ConfigMap, Secret or claim, "" for an empty one. */
export interface Mount {
  name: string;
  is: 'configMap' | 'secret' | 'emptyDir' | 'claim';
  of: string;
  path: string;
}

/** What a namespace may use. */
export interface Quota {
  namespace: string;
  name: string;
  hard: Record<string, string>;
}

/** A CronJob and what its pods do. */
export interface CronWork {
  namespace: string;
  name: string;
  image: string;
  on: string;
  /** Period and offset from midnight UTC, in minutes. */
  everyMinutes: number;
  atMinute: number;
  runsForMs: number;
  /** How many finished pods stay. */
  keep: number;
  /** A claim that its pods mount, to read from. */
  claim?: string;
  annotations?: Readonly<Record<string, string>>;
}

/** What runs in the demo's homelab: with the pods of the cron works 54 pods. */
export const workloads: readonly Workload[] = [
  deployment('kube-system', 'coredns', 'rancher/mirrored-coredns-coredns:1.14.1', 'kmaster', {
    memory: '170Mi',
    port: 53,
    mounts: [files('configMap', 'coredns', '/etc/coredns')],
  }),
  deployment('kube-system', 'local-path-provisioner', 'rancher/local-path-provisioner:v0.0.34', 'kmaster'),
  deployment('kube-system', 'metrics-server', 'rancher/mirrored-metrics-server:v0.8.1', 'kmaster', { port: 10250 }),
  deployment('kube-system', 'traefik', 'rancher/mirrored-library-traefik:3.6.7', 'nuc0', {
    port: 8000,
    mounts: [room('data', '/data'), room('tmp', '/tmp')],
  }),
  daemonSet('kube-system', 'svclb-traefik-0c1f2a7e', 'rancher/klipper-lb:v0.4.13'),
  daemonSet('longhorn-system', 'longhorn-manager', 'longhornio/longhorn-manager:v1.11.1', { port: 9500, restarts: 1 }),
  daemonSet('longhorn-system', 'engine-image-ei-3154f3aa', 'longhornio/longhorn-engine:v1.11.1'),
  deployment('longhorn-system', 'csi-attacher', 'longhornio/csi-attacher:v4.11.0', 'nuc1', { restarts: 3 }),
  deployment('longhorn-system', 'csi-provisioner', 'longhornio/csi-provisioner:v5.3.0', 'nuc2', { restarts: 2 }),
  deployment('longhorn-system', 'longhorn-driver-deployer', 'longhornio/longhorn-manager:v1.11.1', 'nuc1'),
  deployment('longhorn-system', 'longhorn-ui', 'longhornio/longhorn-ui:v1.11.1', 'nuc0', { port: 8000 }),
  deployment('cert-manager', 'cert-manager', 'quay.io/jetstack/cert-manager-controller:v1.20.1', 'nuc1'),
  deployment('cert-manager', 'cert-manager-cainjector', 'quay.io/jetstack/cert-manager-cainjector:v1.20.1', 'nuc2'),
  deployment('cert-manager', 'cert-manager-webhook', 'quay.io/jetstack/cert-manager-webhook:v1.20.1', 'nuc0'),
  deployment('kyverno', 'kyverno-admission-controller', 'ghcr.io/kyverno/kyverno:v1.18.0', 'nuc1', { port: 9443 }),
  statefulSet('argocd', 'argocd-application-controller', 'quay.io/argoproj/argocd:v3.4.2', 'nuc2'),
  deployment('argocd', 'argocd-redis', 'redis:8.2-alpine', 'nuc0', { port: 6379 }),
  deployment('argocd', 'argocd-repo-server', 'quay.io/argoproj/argocd:v3.4.2', 'nuc1', { port: 8081 }),
  deployment('argocd', 'argocd-server', 'quay.io/argoproj/argocd:v3.4.2', 'nuc0', { port: 8080, deadlineSeconds: 60 }),
  deployment('gitea', 'gitea', 'docker.io/gitea/gitea:1.26.0-rootless', 'nuc0', {
    ...{ memory: '512Mi', port: 3000, recreate: true, data: '/var/lib/gitea' },
    mounts: [files('secret', 'gitea-inline-config', '/env-to-ini-mounts')],
  }),
  statefulSet('gitea', 'gitea-postgresql', 'docker.io/library/postgres:17.8', 'nuc1', {
    ...{ port: 5432, data: '/var/lib/postgresql/data' },
  }),
  deployment('monitoring', 'grafana', 'docker.io/grafana/grafana:13.0.2', 'nuc1', {
    ...{ memory: '256Mi', port: 3000, recreate: true, data: '/var/lib/grafana' },
    mounts: [files('configMap', 'grafana', '/etc/grafana')],
  }),
  statefulSet('monitoring', 'victoria-metrics', 'victoriametrics/victoria-metrics:v1.140.0', 'nuc2', {
    ...{ port: 8428, data: '/storage' },
  }),
  statefulSet('home', 'home-assistant', 'ghcr.io/home-assistant/home-assistant:2026.7.2', 'nuc0', {
    ...{ port: 8123, data: '/config' },
  }),
  deployment('home', 'zigbee2mqtt', 'koenkk/zigbee2mqtt:2.9.1', 'nuc2', {
    ...{ restarts: 4, port: 8080, recreate: true, data: '/app/data' },
  }),
  deployment('home', 'mosquitto', 'eclipse-mosquitto:2.1.2', 'nuc1', {
    ...{ port: 1883, recreate: true, data: '/mosquitto/data' },
    mounts: [files('configMap', 'mosquitto-config', '/mosquitto/config')],
  }),
  deployment('media', 'jellyfin', 'docker.io/jellyfin/jellyfin:10.12.1', 'nuc2', {
    ...{ memory: '4Gi', port: 8096, recreate: true, data: '/config' },
    mounts: [room('transcodes', '/cache'), { name: 'media', is: 'claim', of: 'media-library', path: '/media' }],
  }),
  deployment('mealie', 'mealie', 'ghcr.io/mealie-recipes/mealie:v3.11.0', 'nuc1', {
    ...{ memory: '1000Mi', port: 9000, recreate: true, data: '/app/data' },
  }),
  deployment('paperless', 'paperless-ngx', 'ghcr.io/paperless-ngx/paperless-ngx:2.21.1', 'nuc2', {
    ...{ memory: '2Gi', port: 8000, recreate: true, data: '/usr/src/paperless/data' },
  }),
  statefulSet('paperless', 'paperless-postgres', 'docker.io/library/postgres:17.8', 'nuc0', {
    ...{ port: 5432, data: '/var/lib/postgresql/data' },
  }),
  deployment('paperless', 'paperless-redis', 'docker.io/library/redis:8.2-alpine', 'nuc0', {
    ...{ port: 6379, recreate: true, data: '/data' },
  }),
  // Built at home.
  ownBuild('home', 'dashboard', '2.3', ['nuc0', 'nuc1'], {
    port: 8080,
    mounts: [files('configMap', 'dashboard', '/app/config')],
  }),
  ownBuild('home', 'doorbell', '1.9.2', ['nuc2'], { port: 8554, mounts: [room('clips', '/tmp/clips')] }),
  ownBuild('home', 'speech', '0.14.1', ['nuc1', 'nuc2'], { memory: '1500Mi', port: 10300 }),
  ownBuild('fun', 'photo-frame', '1.4', ['nuc0', 'nuc2'], { port: 8080 }),
];

/** Those whose images come from the registry on the NAS, as `namespace/name`. */
export const ownBuilds: readonly string[] = workloads
  .filter(({ image }) => image.startsWith(`${REGISTRY}/`))
  .map(({ namespace, name }) => `${namespace}/${name}`);

/** What namespaces may use. */
export const quotas: readonly Quota[] = [
  { namespace: 'paperless', name: 'paperless-quota', hard: { pods: '10', 'requests.memory': '8Gi' } },
];

/** What comes and goes. */
export const cronWorks: readonly CronWork[] = [
  {
    ...{ namespace: 'fun', name: 'cat-of-the-day', image: 'curlimages/curl:8.17.0', on: 'nuc1' },
    ...{ everyMinutes: 1440, atMinute: 300, runsForMs: 21_000, keep: 3 },
  },
  {
    ...{ namespace: 'home', name: 'ddns', image: 'favonia/cloudflare-ddns:1.15.1', on: 'nuc0' },
    ...{ everyMinutes: 5, atMinute: 2, runsForMs: 7000, keep: 3 },
  },
  {
    // The films are too many for the NAS to keep them twice: they go to a friend's house.
    ...{ namespace: 'media', name: 'media-library-backup', image: 'rclone/rclone:1.72.0', on: 'nuc1' },
    ...{ everyMinutes: 1440, atMinute: 210, runsForMs: 1_380_000, keep: 1, claim: 'media-library' },
    annotations: { 'clusterwall.dev/backup-of': 'media-library' },
  },
];

/** Those that now and then fall over and get up again. */
export const restless: readonly string[] = ['zigbee2mqtt', 'jellyfin', 'home-assistant', 'csi-attacher'];

type Extra = Omit<Partial<Workload>, 'namespace' | 'name' | 'kind' | 'image' | 'on'>;

function ownBuild(namespace: string, name: string, tag: string, on: readonly string[], extra: Extra): Workload {
  const image = `${REGISTRY}/${namespace}/${name}:${tag}`;
  return { namespace, name, kind: 'Deployment', image, on, ...extra };
}

function files(is: 'configMap' | 'secret', of: string, path: string): Mount {
  return { name: 'config', is, of, path };
}

function room(name: string, path: string): Mount {
  return { name, is: 'emptyDir', of: '', path };
}

function deployment(namespace: string, name: string, image: string, on: string, extra: Extra = {}): Workload {
  return { namespace, name, kind: 'Deployment', image, on: [on], ...extra };
}

function statefulSet(namespace: string, name: string, image: string, on: string, extra: Extra = {}): Workload {
  return { namespace, name, kind: 'StatefulSet', image, on: [on], ...extra };
}

function daemonSet(namespace: string, name: string, image: string, extra: Extra = {}): Workload {
  return { namespace, name, kind: 'DaemonSet', image, ...extra };
}
