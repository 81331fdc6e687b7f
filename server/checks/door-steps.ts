import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { credentialSteps } from './credential-steps.ts';
import type { Distribution } from './distribution.ts';
import { splitAddress, type Refusal } from './door-words.ts';
import { serverLog, serverStatus } from './server-steps.ts';

/** The first steps for a refusal, fitting the distribution where it is known. */
export function refusalSteps(refusal: Refusal, door: ApiDoorFact, distribution: Distribution, now: number): Step[] {
  const { address } = door;
  const { host } = splitAddress(address);
  switch (refusal) {
    case 'refused':
    case 'unreachable':
    case 'timeout':
    case 'dns':
    case 'silent':
    case 'reset':
      return reachSteps(refusal, address, distribution);
    case 'unauthorized':
    case 'no-credentials':
      return credentialSteps(door, distribution, now);
    case 'forbidden':
      return [
        { say: 'See who we are to the API', command: 'kubectl auth whoami' },
        { say: 'Ask what we may', command: 'kubectl auth can-i get /readyz' },
        { say: 'Bind us to the ClusterRole system:public-info-viewer, which allows /readyz and /version' },
      ];
    case 'untrusted':
      return untrustedSteps(address, distribution);
    case 'wrong-name':
      return [
        {
          say: 'See which names the certificate has',
          command: showCertificate(address, '-subject -ext subjectAltName'),
        },
        distribution === 'k3s' || distribution === 'rke2'
          ? {
              say: `Add "tls-san: [${host}]" to /etc/rancher/${distribution}/config.yaml on the servers and restart them`,
            }
          : { say: 'Use one of those names in the kubeconfig, or have a certificate issued for this one' },
      ];
    case 'certificate-expired':
      return expiredSteps(address, distribution);
    case 'certificate-not-yet-valid':
      return [
        { say: 'Compare the clocks: run this on the wall and on the server', command: 'date -u' },
        { say: 'Is the clock of the server kept in time?', command: 'timedatectl status' },
        { say: 'See from when to when it is valid', command: showCertificate(address, '-dates') },
      ];
    case 'unexpected':
      return [
        { say: 'See what answers there', command: command`curl -k -m 10 ${httpsUrl(address, '/version')}` },
        { say: 'See which server the kubeconfig names', command: 'kubectl config view --minify' },
      ];
  }
}

/** Nobody answers: from the wall towards the server. */
function reachSteps(
  refusal: 'refused' | 'unreachable' | 'timeout' | 'dns' | 'silent' | 'reset',
  address: string,
  distribution: Distribution,
): Step[] {
  const { host, port } = splitAddress(address);
  switch (refusal) {
    case 'refused':
      return [...serverStatus(distribution), ...serverLog(distribution)];
    case 'unreachable':
    case 'timeout':
      return [
        { say: 'Is the machine there, as seen from the wall?', command: command`ping -c 3 ${host}` },
        { say: 'Is its port open?', command: command`nc -vz -w 5 ${host} ${port || '6443'}` },
        ...serverStatus(distribution),
      ];
    case 'dns':
      return [
        { say: 'Look up the name on the machine of the wall', command: command`getent hosts ${host}` },
        { say: 'See which server the kubeconfig names', command: 'kubectl config view --minify' },
      ];
    case 'silent':
    case 'reset':
      return [
        { say: 'Ask it by hand from the machine of the wall', command: command`curl -vk -m 10 ${httpsUrl(address)}` },
        ...serverStatus(distribution),
        ...serverLog(distribution),
      ];
  }
}

/** The steps when the serving certificate of the API has expired. */
function expiredSteps(address: string, distribution: Distribution): Step[] {
  const see = { say: 'See from when to when it is valid', command: showCertificate(address, '-dates -issuer') };
  switch (distribution) {
    case 'k3s':
    case 'rke2':
      return [
        { say: 'On the server node: see what has expired', command: `${distribution} certificate check` },
        {
          say: `Restart ${distribution}, which renews what has expired`,
          command: `systemctl restart ${distribution === 'k3s' ? 'k3s' : 'rke2-server'}`,
        },
        {
          say: `Is the old one still shown? Delete the Secret ${distribution}-serving in kube-system, then restart again`,
        },
        see,
      ];
    case 'talos':
      return [
        { say: 'Talos renews it by itself while its clock is right: compare the clocks', command: 'talosctl time' },
        see,
      ];
    case 'kubeadm':
    case 'unknown':
      return [
        see,
        { say: 'With kubeadm, on the server: see what has expired', command: 'kubeadm certs check-expiration' },
        {
          say: 'Renew all, then restart the static pods of the control plane',
          command: 'kubeadm certs renew all',
        },
        ...(distribution === 'unknown'
          ? [{ say: 'With k3s: a restart renews what has expired', command: 'systemctl restart k3s' }]
          : []),
      ];
  }
}

function untrustedSteps(address: string, distribution: Distribution): Step[] {
  const kubeconfig = { k3s: '/etc/rancher/k3s/k3s.yaml', rke2: '/etc/rancher/rke2/rke2.yaml' };
  return [
    { say: 'See who issued the certificate', command: showCertificate(address, '-subject -issuer -dates') },
    distribution === 'k3s' || distribution === 'rke2'
      ? { say: `Was the cluster set up anew? Then copy ${kubeconfig[distribution]} to the wall again` }
      : { say: 'Was the cluster set up anew? Then copy its kubeconfig to the wall again: it holds the CA to trust' },
    { say: 'Is it the right machine? A wrong address or a proxy in between shows another certificate' },
  ];
}

function showCertificate(address: string, show: string): string {
  const { host, port } = splitAddress(address);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port || '443'}`;
  return command`openssl s_client -connect ${target} </dev/null 2>/dev/null | openssl x509 -noout ` + show;
}

function httpsUrl(address: string, path = '/readyz'): string {
  return `https://${address}${path}`;
}
