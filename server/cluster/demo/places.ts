import { isIP } from 'node:net';
import { NAS } from './machines.ts';
import type { NetworkLife } from './network-life.ts';
import type { ObjectStore } from './object-store.ts';
import type { RawNode } from './raw-objects.ts';
import type { RawEndpoint } from './raw-services.ts';
import { DOMAIN, REGISTRY } from './web-hosts.ts';

/** What it takes to know who is to be reached where. */
export interface PlacesParts {
  store: ObjectStore;
  network: NetworkLife;
  /** Whether the kubelet of a node is there, and with it its machine. */
  speaks: (node: string) => boolean;
  /** Epoch ms. */
  now: () => number;
}

/** Who is behind a name or an address: `nobody` has it, `unknown` is the name, `unresolved` since nobody answers for names. */
export type Place = { node: RawNode } | 'nas' | 'nobody' | 'unknown' | 'unresolved';

// What has just been started does not listen yet.
const LISTENS_AFTER_MS = 2000;

/** The names of the homelab lead to its first node, where Traefik is to be reached as at each of them; that of the registry to the NAS. */
export function placeOf(host: string, { store, network }: PlacesParts): Place {
  if (isIP(host) === 0 && network.faults.namesFail) return 'unresolved';
  if (host === REGISTRY || host === NAS.address || host === NAS.name) return 'nas';
  const nodes = store.list('nodes');
  const [first] = nodes;
  if (host === DOMAIN || host.endsWith(`.${DOMAIN}`)) return first ? { node: first } : 'nobody';
  const node = nodes.find(({ metadata, status }) => {
    return metadata.name === host || status.addresses.some(({ address }) => address === host);
  });
  if (node) return { node };
  return isIP(host) === 0 ? 'unknown' : 'nobody';
}

/** The address that a place is reached at, "" if there is none. */
export function addressOfPlace(place: Place): string {
  if (place === 'nas') return NAS.address;
  if (typeof place === 'string') return '';
  return place.node.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
}

/** Whether who connects to a Service gets through: to nobody since none is ready, or to a machine that is dead and not known to be. */
export function reaches(endpoints: readonly RawEndpoint[], { speaks }: PlacesParts): 'yes' | 'refused' | 'silent' {
  const ready = endpoints.filter(({ conditions }) => conditions.ready);
  if (ready.length === 0) return 'refused';
  return ready.some(({ nodeName }) => nodeName === undefined || speaks(nodeName)) ? 'yes' : 'silent';
}

/** The endpoints of a Service, whatever they do. */
export function endpointsOf(store: ObjectStore, namespace: string, service: string): RawEndpoint[] {
  return store.list('endpointslices').flatMap(({ metadata, endpoints }) => {
    const isOwn = metadata.labels?.['kubernetes.io/service-name'] === service && metadata.namespace === namespace;
    return isOwn ? endpoints : [];
  });
}

/** Whether Traefik takes connections, at whichever node. */
export function reachesTraefik(parts: PlacesParts): 'yes' | 'refused' | 'silent' {
  const { store, now } = parts;
  const listening = endpointsOf(store, 'kube-system', 'traefik').filter(({ targetRef }) => {
    const pod = store.get('pods', `${targetRef?.namespace ?? ''}/${targetRef?.name ?? ''}`);
    const startedAt = pod?.status.containerStatuses?.[0]?.state.running?.startedAt;
    return startedAt !== undefined && now() - Date.parse(startedAt) >= LISTENS_AFTER_MS;
  });
  return reaches(listening, parts);
}
