import { connectToApi } from './api-connection.ts';
import type { ControlPlane } from './control-plane.ts';
import type { RealNode } from './real-node/real-node.ts';

/** What a kubelet says of a claim's volume, as it says it. */
export interface ToldVolume {
  pvcRef: { namespace: string; name: string };
  /** When it measured it. */
  time: string;
  usedBytes: number;
  availableBytes: number;
  capacityBytes: number;
  inodesUsed: number;
}

/** Asks a kubelet directly, beside the wall. */
export interface KubeletFigures {
  /** Undefined while it tells nothing of the claim. */
  of(namespace: string, claim: string): Promise<ToldVolume | undefined>;
  close(): void;
}

interface Summary {
  pods?: { volume?: (Partial<ToldVolume> & { name: string })[] }[];
}

/** Opens nothing yet. Its rights are its own, so that the wall's may be taken away. */
export async function kubeletFigures(plane: ControlPlane, node: RealNode): Promise<KubeletFigures> {
  const account = { name: 'figures', namespace: 'default' };
  const token = await plane.token(account.name, account.namespace);
  await plane.grant('figures', { account }, [{ apiGroups: [''], resources: ['nodes/stats'], verbs: ['get'] }]);
  const server = `https://127.0.0.1:${node.kubelet.port}`;
  const { certificateAuthority } = plane;
  const kubelet = connectToApi({ server, certificateAuthority, credential: { token } });
  return {
    async of(namespace, claim) {
      const { pods = [] } = await kubelet.request<Summary>('GET', '/stats/summary');
      const volumes = pods.flatMap(({ volume = [] }) => volume);
      const found = volumes.find(({ pvcRef }) => pvcRef?.namespace === namespace && pvcRef.name === claim);
      return found as ToldVolume | undefined;
    },
    close: () => kubelet.close(),
  };
}

/** Has the wall ask a kubelet at once instead of within 30 s, as it does when an event says that a kubelet has begun anew. */
export async function haveItAsked(plane: ControlPlane, node: string): Promise<void> {
  const at = new Date().toISOString().replace(/(\.\d+)Z$/, '$1000Z');
  await plane.request('POST', '/api/v1/namespaces/default/events', {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { namespace: 'default', generateName: `${node}.` } },
    ...{ involvedObject: { kind: 'Node', name: node, uid: node }, type: 'Normal', reason: 'Starting' },
    // Events of the old kind tell whole seconds.
    ...{ eventTime: at, message: 'Starting kubelet.', action: 'Starting' },
    ...{ reportingComponent: 'kubelet', reportingInstance: node },
  });
}
