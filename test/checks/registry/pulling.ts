import type { DeploymentFact } from '#server/facts/deployment.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod } from '#test/builders/facts.ts';
import { aPodTemplate } from '#test/builders/services.ts';
import { hour, minute, noon } from '#test/builders/time.ts';
import { aContainer, aDeployment } from '#test/builders/workloads.ts';

/** A Deployment with its pods, all made of one image. */
export interface Played {
  deployment: DeploymentFact;
  pods: PodFact[];
}

interface Playing {
  namespace?: string;
  image?: string;
  pods?: number;
  /** What containerd says; without it all is well. */
  failing?: string;
  /** How a container waits: `ImagePullBackOff` says only that it does. */
  reason?: 'ErrImagePull' | 'ImagePullBackOff';
  node?: string;
  labels?: Record<string, string>;
  part?: Partial<DeploymentFact>;
}

/** Deployment `name` with so many pods (one) of `registry.example/NAME:1.4`. */
export function played(name: string, playing: Playing = {}): Played {
  const { namespace = 'default', image = `registry.example/${name}:1.4`, pods: count = 1, node = 'nuc0' } = playing;
  const { failing, reason = 'ErrImagePull', labels = { app: name }, part = {} } = playing;
  const message = reason === 'ErrImagePull' ? (failing ?? '') : `Back-off pulling image "${image}"`;
  const state = { is: 'waiting' as const, reason, message };
  const container = failing === undefined ? aContainer({ image }) : aContainer({ image, ready: false, state });
  const up = failing === undefined ? count : 0;
  const template = aPodTemplate({ labels, containers: [{ name: 'web', image, variables: [], mounts: [] }] });
  const deployment = aDeployment({
    ...{ namespace, name, wanted: count, current: count, ready: up, available: up, updated: count, template },
    ...part,
  });
  const pods = Array.from({ length: count }, (_, i) =>
    aPod({
      ...{ namespace, name: `${name}-6c8d7-${i}`, node, templateHash: '6c8d7', createdAt: noon - hour },
      owner: { kind: 'ReplicaSet', name: `${name}-6c8d7` },
      containers: [container],
      ...(failing === undefined ? {} : { phase: 'Pending', ready: false, readyChangedAt: noon - minute }),
    }),
  );
  return { deployment, pods };
}

/** Of several: what a snapshot is built of. */
export function all(...plays: Played[]): { deployments: DeploymentFact[]; pods: PodFact[] } {
  return { deployments: plays.map(({ deployment }) => deployment), pods: plays.flatMap(({ pods }) => pods) };
}

/** What containerd says of an image when its registry, or `host` as its mirror, refuses connections. */
export function refused(image: string, host = 'registry.example'): string {
  return `${unpack(image)}failed to do request: Head "https://${host}/v2/x/manifests/1": dial tcp 10.0.0.5:443: connect: connection refused`;
}

/** The same where the tag does not exist. */
export function notFound(image: string): string {
  return `rpc error: code = NotFound desc = ${unpack(image)}${image}: not found`;
}

/** The same where the limit is used up. */
export function limited(image: string, host: string): string {
  return `${unpack(image)}unexpected status from HEAD request to https://${host}/v2/x/manifests/1: 429 Too Many Requests`;
}

/** The same where a login is wanted. */
export function unauthorised(image: string, host = 'registry.example'): string {
  return `${unpack(image)}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://${host}/token: 401 Unauthorized`;
}

function unpack(image: string): string {
  return `failed to pull and unpack image "${image}": failed to resolve reference "${image}": `;
}
