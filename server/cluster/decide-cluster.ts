import { join } from 'node:path';
import { findKubeconfig, isThere, type Environment, type KubeconfigPlace } from './find-kubeconfig.ts';

/** Where Kubernetes mounts a pod's own credentials. */
export const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Which cluster is meant: that of a kubeconfig, the one we run in, or none is named at all (then the demo may be shown). */
export type ClusterDecision =
  | { kind: 'kubeconfig'; place: KubeconfigPlace }
  | { kind: 'pod'; server: string; directory: string }
  | { kind: 'nothing' };

/** Decides by kubectl's rules: `KUBECONFIG`, then `~/.kube/config`, then the ServiceAccount of the pod we run in. */
export async function decideCluster(env: Environment, directory = serviceAccountDirectory): Promise<ClusterDecision> {
  const place = await findKubeconfig(env);
  if (place !== null) return { kind: 'kubeconfig', place };
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  if (host === '' || !(await isThere(join(directory, 'token')))) return { kind: 'nothing' };
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  return { kind: 'pod', server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, directory };
}
