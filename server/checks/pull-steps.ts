import type { NodeFact } from '#server/facts/node.ts';
import type { PodFact } from '#server/facts/pod.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { nodeDistribution } from './distribution.ts';
import { imageReference } from './image-reference.ts';
import type { PullFailure } from './pull-failure.ts';

/** What the first steps for a failed pull depend on. */
export interface PullPlace {
  image: string;
  failure: PullFailure;
  pod: PodFact;
  /** Where it failed, undefined if that is not known. */
  node: NodeFact | undefined;
}

/** The first steps for an image that cannot be pulled. */
export function pullSteps(place: PullPlace): Step[] {
  return [...causeSteps(place), ...pullStep(place), describePod(place.pod)];
}

/** What the API knows of a pod, its events at the end. */
export function describePod({ namespace, name }: PodFact): Step {
  return { say: 'See what the API knows of it', command: command`kubectl -n ${namespace} describe pod ${name}` };
}

function causeSteps({ image, failure, pod, node }: PullPlace): Step[] {
  const { scheme, host } = failure;
  switch (failure.kind) {
    case 'missing':
      return [tagsStep(image, failure), { say: 'Correct the image of the workload, or push what is missing' }];
    case 'missing-or-private':
      return [tagsStep(image, failure), ...secretSteps(pod)];
    case 'unauthorised':
      return secretSteps(pod);
    case 'limited':
      return [
        { say: 'It is tried again by itself; a login with a pull secret or a mirror on the nodes raises the limit' },
        ...secretSteps(pod).slice(0, 1),
      ];
    case 'unreachable':
      return reachSteps(`${scheme}://${hostOf(host)}/v2/`, hostOf(host), node);
    case 'untrusted':
      return [
        {
          say: 'Which certificate does it show?',
          command: command`curl -svo /dev/null ${`https://${hostOf(host)}/v2/`}`,
        },
        { say: trustPlace(node) },
      ];
    case 'disk-full':
      return diskSteps(node);
    case 'platform':
      return [{ say: 'Which processors do the nodes have?', command: 'kubectl get nodes -L kubernetes.io/arch' }];
    case 'name':
      return [{ say: 'Correct the name of the image in the workload' }];
    case 'policy':
      return [{ say: 'Load the image onto the node, or set imagePullPolicy to IfNotPresent' }];
    case 'signature':
    case 'runtime':
    case 'unknown':
      return [];
  }
}

/** The API of Docker Hub is at another host than its name. */
function hostOf(host: string): string {
  return host === 'docker.io' ? 'registry-1.docker.io' : host;
}

function tagsStep(image: string, { scheme }: PullFailure): Step {
  const { host, repository } = imageReference(image);
  // Docker Hub's registry tells nobody anything without a token; its page does.
  const url =
    host === 'docker.io'
      ? `https://hub.docker.com/v2/repositories/${repository}/tags`
      : `${scheme}://${host}/v2/${repository}/tags/list`;
  return { say: 'Which tags are there?', command: command`curl -s ${url}` };
}

function secretSteps({ namespace, name }: PodFact): Step[] {
  const path = '{.spec.imagePullSecrets[*].name}';
  return [
    {
      say: 'Which pull secrets does the pod name?',
      command: command`kubectl -n ${namespace} get pod ${name} -o ${`jsonpath=${path}`}`,
    },
    {
      say: 'Which are there?',
      command: command`kubectl -n ${namespace} get secrets --field-selector type=kubernetes.io/dockerconfigjson`,
    },
  ];
}

function reachSteps(url: string, host: string, node: NodeFact | undefined): Step[] {
  const name = host.replace(/:\d+$/, '');
  const fromHere = { say: 'Does the registry answer from here?', command: command`curl -sSI ${url}` };
  if (node === undefined) return [fromHere];
  if (nodeDistribution(node) === 'talos') {
    return [
      fromHere,
      { say: `Which DNS does ${node.name} ask?`, command: command`talosctl -n ${target(node)} get resolvers` },
    ];
  }
  return [
    fromHere,
    { say: `On ${node.name}: does it know the name?`, command: command`getent hosts ${name}` },
    { say: `On ${node.name}: does it get an answer?`, command: command`curl -sSI ${url}` },
  ];
}

function trustPlace(node: NodeFact | undefined): string {
  switch (node === undefined ? 'unknown' : nodeDistribution(node)) {
    case 'k3s':
      return 'Renew it, or name its authority (or plain HTTP) in /etc/rancher/k3s/registries.yaml and restart k3s';
    case 'rke2':
      return 'Renew it, or name its authority (or plain HTTP) in /etc/rancher/rke2/registries.yaml and restart rke2';
    case 'talos':
      return 'Renew it, or name its authority (or plain HTTP) in machine.registries of the machine configuration';
    case 'kubeadm':
    case 'unknown':
      return 'Renew it, or name its authority (or plain HTTP) in hosts.toml of containerd on every node';
  }
}

function diskSteps(node: NodeFact | undefined): Step[] {
  if (node !== undefined && nodeDistribution(node) === 'talos') {
    return [{ say: 'What fills the disk?', command: command`talosctl -n ${target(node)} usage /var -d 2 -H` }];
  }
  return [{ say: `${onNode(node)}: which disk is full?`, command: 'df -h' }];
}

function pullStep({ image, node, failure }: PullPlace): Step[] {
  if (failure.kind === 'name' || failure.kind === 'policy') return [];
  const say = `${onNode(node)}: what does a pull by hand say?`;
  switch (node === undefined ? 'unknown' : nodeDistribution(node)) {
    case 'k3s':
      return [{ say, command: command`k3s crictl pull ${image}` }];
    case 'talos':
      return node === undefined
        ? []
        : [
            {
              say: 'What does a pull by hand say?',
              command: command`talosctl -n ${target(node)} image pull ${image}`,
            },
          ];
    case 'rke2':
    case 'kubeadm':
    case 'unknown':
      return [{ say, command: command`crictl pull ${image}` }];
  }
}

function onNode(node: NodeFact | undefined): string {
  return node === undefined ? 'On the node' : `On ${node.name}`;
}

function target({ internalIp, name }: NodeFact): string {
  return internalIp ?? name;
}
