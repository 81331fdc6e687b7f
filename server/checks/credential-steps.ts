import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { Distribution } from './distribution.ts';
import { ownCertificateEnded } from './door-words.ts';
import { shorten } from './shorten.ts';

/** The first steps when the API refuses our credentials or there are none, by the kind of credentials. */
export function credentialSteps(door: ApiDoorFact, distribution: Distribution, now: number): Step[] {
  const { credential } = door;
  const from = shorten(credential.from);
  switch (credential.kind) {
    case 'client-certificate':
      return ownCertificateEnded(door, now) ? renewSteps(distribution) : replaceSteps(distribution, from);
    case 'token':
      return [
        { say: `Is the token of ${from} still the right one? Ask with it`, command: 'kubectl auth whoami' },
        { say: 'Have a new token issued and put it into the kubeconfig; the wall takes it up by itself' },
      ];
    case 'token-file':
      return [
        { say: 'Is the file of the token still there and renewed?', command: command`ls -l ${credential.from}` },
        { say: 'Write a new token into it; the wall takes it up by itself' },
      ];
    case 'exec':
      return [
        { say: `Run the credential plugin by hand, as the user of the wall: ${from}` },
        { say: 'See how the kubeconfig calls it', command: 'kubectl config view --minify' },
      ];
    case 'service-account':
      return [
        { say: 'Is the ServiceAccount of the wall still there?', command: 'kubectl get serviceaccounts -A' },
        { say: 'Restart the pod of the wall, which gives it a new token; look for it', command: 'kubectl get pods -A' },
      ];
    case 'none':
      return [
        { say: `There are no credentials in ${from === '' ? 'the kubeconfig' : from}: add a user to the context` },
        { say: 'See the context in use', command: 'kubectl config view --minify' },
      ];
  }
}

/** All certificates of a distribution are issued together and end together: ours did, so the others may have too. */
function renewSteps(distribution: Distribution): Step[] {
  const k3s = [
    { say: 'On the server node: see what has expired', command: 'k3s certificate check' },
    { say: 'Restart k3s, which renews what has expired', command: 'systemctl restart k3s' },
    { say: 'Copy /etc/rancher/k3s/k3s.yaml to the wall again: a copy keeps the old certificate' },
  ];
  const kubeadm = [
    { say: 'On the server node: see what has expired', command: 'kubeadm certs check-expiration' },
    { say: 'Renew all, then restart the static pods of the control plane', command: 'kubeadm certs renew all' },
    { say: 'Copy /etc/kubernetes/admin.conf to the wall again: a copy keeps the old certificate' },
  ];
  switch (distribution) {
    case 'k3s':
      return k3s;
    case 'rke2':
      return [
        { say: 'On the server node: see what has expired', command: 'rke2 certificate check' },
        { say: 'Restart RKE2, which renews what has expired', command: 'systemctl restart rke2-server' },
        { say: 'Copy /etc/rancher/rke2/rke2.yaml to the wall again: a copy keeps the old certificate' },
      ];
    case 'talos':
      return [{ say: 'Have a new kubeconfig issued for the wall', command: 'talosctl kubeconfig --force' }];
    case 'kubeadm':
      return kubeadm;
    case 'unknown':
      return [
        {
          say: 'With k3s, on the server node: restart it, which renews what has expired',
          command: 'systemctl restart k3s',
        },
        { say: 'With kubeadm, on the server node: renew all', command: 'kubeadm certs renew all' },
        { say: 'Then copy the new kubeconfig to the wall: a copy keeps the old certificate' },
      ];
  }
}

function replaceSteps(distribution: Distribution, from: string): Step[] {
  const original = {
    k3s: '/etc/rancher/k3s/k3s.yaml',
    rke2: '/etc/rancher/rke2/rke2.yaml',
    talos: 'what "talosctl kubeconfig" gives',
    kubeadm: '/etc/kubernetes/admin.conf',
    unknown: 'the kubeconfig of the server',
  }[distribution];
  return [
    { say: 'Ask with the same credentials', command: 'kubectl auth whoami' },
    {
      say: `Was the cluster set up anew, or its CA exchanged? Then copy ${original} to the wall again (used: ${from})`,
    },
    ...(distribution === 'k3s'
      ? [{ say: 'See whether certificates of the server have expired', command: 'k3s certificate check' }]
      : []),
  ];
}
