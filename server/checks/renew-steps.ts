import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { copyKubeconfigSteps } from './copy-kubeconfig.ts';
import { isServerNode, type Distribution } from './distribution.ts';
import { compareVersions, parseKubeVersion } from './kube-version.ts';
import { shorten } from './shorten.ts';

/** Which certificate is to be renewed: the API server's, or a kubelet's serving one. */
export type Renewed = 'api' | 'kubelet';

/** How a certificate is renewed, as steps for a distribution: first what mends it. `node` is where it is, null where that is not known. */
export function renewSteps(distribution: Distribution, what: Renewed, node: NodeFact | null): Step[] {
  switch (distribution) {
    case 'k3s':
    case 'rke2':
      return restartSteps(distribution, what, node);
    case 'talos':
      return talosSteps(what, node);
    case 'kubeadm':
      return what === 'kubelet'
        ? kubeletSteps(node)
        : kubeadmSteps(node, [copyElsewhere('/etc/kubernetes/admin.conf')]);
    case 'unknown':
      return unknownSteps(what, node);
  }
}

/** How the wall's own client certificate is renewed on the server `node`, and then put in the place of the copy that the wall uses. */
export function renewOwnSteps(
  distribution: Distribution,
  { address, credential }: Pick<ApiDoorFact, 'address' | 'credential'>,
  node: NodeFact | null,
): Step[] {
  const copy = copyKubeconfigSteps('A copy keeps the old certificate', address, credential, distribution);
  switch (distribution) {
    case 'k3s':
    case 'rke2':
      return [restart(distribution, true, node), ...copy, certificateCheck(distribution, node)];
    case 'talos':
      // A new one is issued rather than copied.
      return [...copy, { say: 'The talosconfig lasts a year too: see when it ends', command: 'talosctl config info' }];
    case 'kubeadm':
      return kubeadmSteps(node, copy);
    case 'unknown':
      return [...unknownSteps('api', node), ...copy];
  }
}

/** The names by which an owner knows k3s and RKE2. */
export const productNames = { k3s: 'k3s', rke2: 'RKE2' } as const;

/** A restart renews: the restart itself, what is to be copied again afterwards, and what to look at then. */
export function restartSteps(product: 'k3s' | 'rke2', what: Renewed, node: NodeFact | null): Step[] {
  const isServer = what === 'api' || node === null || isServerNode(node);
  return [
    restart(product, isServer, node),
    ...(what === 'api'
      ? [{ say: `Is the old one still shown? Delete the Secret ${product}-serving in kube-system, then restart again` }]
      : []),
    ...(isServer ? [copyElsewhere(`/etc/rancher/${product}/${product}.yaml`)] : []),
    certificateCheck(product, node),
  ];
}

/** So short that it stands beside its command on the smallest screen. */
function restart(product: 'k3s' | 'rke2', isServer: boolean, node: NodeFact | null): Step {
  return {
    say: `Restart ${productNames[product]} on ${placeOf(node)} to renew it; pods go on running`,
    command: command`systemctl restart ${unitOf(product, isServer)}`,
  };
}

function copyElsewhere(file: string): Step {
  return { say: `Copy ${file} again to wherever it is used: a copy keeps the old certificate` };
}

/** Lists the certificates of a node, in the form that its version knows. */
export function certificateCheck(
  product: 'k3s' | 'rke2',
  node: NodeFact | null,
  say = 'See there what ends when',
): Step {
  const table = knowsTables(node?.kubeletVersion ?? '') ? ' --output table' : '';
  return { say, command: `${product} certificate check${table}` };
}

/** January 2025: `--output` came with these. What is not known is taken to be newer. */
const withTables = ['v1.30.9', 'v1.31.5', 'v1.32.0'];

function knowsTables(text: string): boolean {
  const version = parseKubeVersion(text);
  if (version === null) return true;
  const first = withTables.flatMap((each) => parseKubeVersion(each) ?? []).find(({ minor }) => minor === version.minor);
  if (first === undefined) return version.major > 1 || version.minor > 32;
  return compareVersions({ ...version, build: 0 }, first) >= 0;
}

function unitOf(product: 'k3s' | 'rke2', isServer: boolean): string {
  if (product === 'k3s') return isServer ? 'k3s' : 'k3s-agent';
  return isServer ? 'rke2-server' : 'rke2-agent';
}

function placeOf(node: NodeFact | null): string {
  return node === null ? 'the server' : shorten(node.name, 60);
}

function kubeadmSteps(node: NodeFact | null, copy: readonly Step[]): Step[] {
  return [
    { say: `On ${placeOf(node)}: renew all certificates`, command: 'kubeadm certs renew all' },
    // A kubelet looks at its manifests every 20 s: what is away for longer is stopped, and started anew with the new ones.
    {
      say: 'Restart the static pods of the control plane, which go on with the old ones until then (the API is away for a minute)',
      command:
        'cd /etc/kubernetes && mkdir -p held && mv manifests/*.yaml held/ && sleep 30 && mv held/*.yaml manifests/',
    },
    ...copy,
    { say: 'See there what ends when', command: 'kubeadm certs check-expiration' },
  ];
}

/** A kubelet of kubeadm signs its own for a year and makes another only if there is none. */
function kubeletSteps(node: NodeFact | null): Step[] {
  const place = node === null ? 'the node' : shorten(node.name, 60);
  return [
    {
      say: `On ${place}: move its self-signed certificate away and restart the kubelet, which makes a new one; pods go on running`,
      command:
        'mkdir -p /root/old-kubelet && mv /var/lib/kubelet/pki/kubelet.crt /var/lib/kubelet/pki/kubelet.key /root/old-kubelet/ && systemctl restart kubelet',
    },
    {
      say: 'Is it signed by the cluster (serverTLSBootstrap)? Then approve its request for a new one',
      command: 'kubectl get certificatesigningrequests',
    },
  ];
}

function talosSteps(what: Renewed, node: NodeFact | null): Step[] {
  const target = node === null ? '' : command` -n ${node.internalIp ?? node.name}`;
  const clocks = {
    say: 'Talos renews it by itself while its clock is right: compare the clocks',
    command: `talosctl${target} time`,
  };
  return what === 'api'
    ? [clocks, { say: 'What does the control plane say?', command: `talosctl${target} dmesg` }]
    : [
        clocks,
        { say: 'Restart the kubelet; pods go on running', command: `talosctl${target} service kubelet restart` },
      ];
}

function unknownSteps(what: Renewed, node: NodeFact | null): Step[] {
  const kubeadm =
    what === 'kubelet'
      ? {
          say: 'With kubeadm: restart the kubelet after its old certificate was moved away',
          command: 'ls -l /var/lib/kubelet/pki',
        }
      : { say: 'With kubeadm: renew all, then restart the static pods', command: 'kubeadm certs renew all' };
  const isServer = what === 'api' || node === null || isServerNode(node);
  return [
    {
      say: `With k3s: restart it on ${placeOf(node)} to renew it; pods go on running`,
      command: command`systemctl restart ${unitOf('k3s', isServer)}`,
    },
    kubeadm,
  ];
}
