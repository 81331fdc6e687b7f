import type { DemoBench } from './demo-client.ts';

/** How the demo's cluster stands: what scenarios may change, without times, UIDs and generated names. */
export type Portrait = Record<string, Record<string, unknown>>;

const KINDS = ['deployments', 'statefulsets', 'daemonsets', 'replicasets'];
// Pods of these fall over now and then in any case.
const RESTLESS = ['zigbee2mqtt', 'jellyfin', 'home-assistant', 'csi-attacher'];

/** Asks the demo's API for all that matters. */
export async function portrait({ get }: DemoBench): Promise<Portrait> {
  const items = async (path: string) => (await get(path)).json.items as Raw[];
  const workloads = await Promise.all(KINDS.map((kind) => items(`/apis/apps/v1/${kind}`)));
  const owners = new Set(workloads.flat().map(({ metadata }) => metadata.uid));
  const pods = (await items('/api/v1/pods')).filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind !== 'Job');
  return {
    namespaces: named(await items('/api/v1/namespaces'), ({ metadata }) => metadata.uid),
    nodes: named(await items('/api/v1/nodes'), ({ spec, status }) => ({ ...spec, conditions: briefly(status) })),
    workloads: named(workloads.flat(), ({ spec, status }) => ({ spec: withoutHash(spec), status: settled(status) })),
    pods: named(pods, (pod) => podLooks(pod, owners)),
    // Whether it is issued, when it ends, and what fails.
    certificates: named(await items('/apis/cert-manager.io/v1/certificates'), ({ spec, status }) => ({ spec, status })),
    quotas: named(await items('/api/v1/resourcequotas'), ({ spec, status }) => ({ spec, status })),
  };
}

interface Raw {
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    generation?: number;
    ownerReferences?: { kind: string; uid: string }[];
    deletionTimestamp?: string;
    finalizers?: string[];
    labels?: Record<string, string>;
  };
  // Tests look into objects of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  spec: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  status: any;
}

function named(objects: readonly Raw[], looks: (object: Raw) => unknown): Record<string, unknown> {
  const entries = objects.map((object): [string, unknown] => {
    const { namespace = '', name } = object.metadata;
    const place = object.spec?.containers ? ` on ${object.spec.nodeName}` : '';
    return [`${namespace}/${shortened(name)}${place}`, looks(object)];
  });
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Without what is generated: `web-6d4b9c7f8x-2xk9p` is `web-#-#`. */
function shortened(name: string): string {
  return name.replace(/-[bcdfghjklmnpqrstvwxz2-9]{10}(?=-|$)/, '-#').replace(/-[bcdfghjklmnpqrstvwxz2-9]{5}$/, '-#');
}

function withoutHash(spec: object): unknown {
  return JSON.parse(JSON.stringify(spec).replaceAll(/("(?:pod-template-hash)":)"\w+"/g, '$1"#"'));
}

/** Conditions by type, in what they say and not when. */
function briefly(status: { conditions?: { type: string; status: string; reason?: string }[] }) {
  return Object.fromEntries((status.conditions ?? []).map(({ type, ...rest }) => [type, rest.status]));
}

function settled(status: { conditions?: { type: string; status: string; reason?: string }[] }): unknown {
  const { conditions: _times, observedGeneration: _count, ...rest } = status as Record<string, unknown>;
  const { currentRevision, updateRevision, ...counts } = rest;
  const said = (status.conditions ?? []).map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`);
  return { ...counts, rolledOut: currentRevision === updateRevision, said };
}

function podLooks({ metadata, spec, status }: Raw, owners: ReadonlySet<string>): unknown {
  const [container] = spec.containers;
  const [told] = status.containerStatuses ?? [];
  return {
    ...{ phase: status.phase, conditions: briefly(status), image: container.image, resources: container.resources },
    ...{ isLeaving: metadata.deletionTimestamp !== undefined, finalizers: metadata.finalizers ?? [] },
    ...{
      isOwned: owners.has(metadata.ownerReferences?.[0]?.uid ?? ''),
      ready: told?.ready,
      state: Object.keys(told?.state ?? {}),
    },
    fellOver: !RESTLESS.includes(container.name) && hasFallen(told?.lastState ?? {}),
  };
}

/** That its node rebooted once stays with a container, and is no trouble of its own. */
function hasFallen({ terminated }: { terminated?: { reason?: string } }): boolean {
  return terminated !== undefined && terminated.reason !== 'Unknown';
}
