import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { copyKubeconfigSteps } from './copy-kubeconfig.ts';
import { credentialSteps, type AskedOf } from './credential-steps.ts';
import type { Distribution } from './distribution.ts';
import { splitAddress, type Refusal } from './door-words.ts';
import { compareSteps } from './new-authority.ts';
import { renewSteps } from './renew-steps.ts';
import { serverLog, serverStatus } from './server-steps.ts';

/** The first steps for a refusal, fitting the distribution where it is known. `handshake`: the serving certificate as last seen. */
export function refusalSteps(
  refusal: Refusal,
  door: ApiDoorFact,
  asked: AskedOf & { handshake: ApiHandshakeFact | undefined; nodesKeep: boolean },
): Step[] {
  const { address } = door;
  const { distribution, server } = asked;
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
      return credentialSteps(door, asked);
    case 'forbidden':
      return forbiddenSteps;
    case 'untrusted':
      return untrustedSteps(door, asked);
    case 'wrong-name':
      return wrongNameSteps(address, distribution);
    case 'certificate-expired':
      return [...renewSteps(distribution, 'api', server), seeDates(address)];
    case 'certificate-not-yet-valid':
      return [
        { say: 'Compare the clocks: run this on the wall and on the server', command: 'date -u' },
        { say: 'Is the clock of the server kept in time?', command: 'timedatectl status' },
        { say: 'See from when to when it is valid', command: showCertificate(address, '-dates') },
      ];
    case 'too-many-requests':
      return [
        { say: 'On the server node: what is busy?', command: 'top -b -n 1 | head -n 20' },
        {
          say: 'Who asks so much?',
          command: 'kubectl get --raw /debug/api_priority_and_fairness/dump_priority_levels',
        },
        ...serverLog(distribution),
      ];
    case 'failing':
      return [
        { say: 'See all its parts', command: "kubectl get --raw '/readyz?verbose'" },
        ...serverStatus(distribution),
        ...serverLog(distribution),
      ];
    case 'bad-gateway':
    case 'redirected':
    case 'web-page':
    case 'unexpected':
      return elsewhereSteps(refusal, address, distribution);
  }
}

const forbiddenSteps: Step[] = [
  { say: 'See who we are to the API', command: 'kubectl auth whoami' },
  { say: 'Ask what we may', command: 'kubectl auth can-i get /readyz' },
  { say: 'Bind us to the ClusterRole system:public-info-viewer, which allows /readyz and /version' },
];

/** Somebody else answers in the place of the API. */
function elsewhereSteps(
  refusal: 'bad-gateway' | 'redirected' | 'web-page' | 'unexpected',
  address: string,
  distribution: Distribution,
): Step[] {
  const see = { say: 'See what answers there', command: command`curl -ik -m 10 ${httpsUrl(address, '/version')}` };
  const named = { say: 'See which server the kubeconfig names', command: 'kubectl config view --minify' };
  switch (refusal) {
    case 'bad-gateway':
      return [...serverStatus(distribution), see, ...serverLog(distribution)];
    case 'redirected':
      return [
        see,
        named,
        { say: 'Is there a login before it? Put an address into the kubeconfig that leads to the API server itself' },
      ];
    case 'web-page':
    case 'unexpected':
      return [
        see,
        named,
        { say: 'Is it the right machine? A router, a login or another program may have the address or the port' },
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

function seeDates(address: string): Step {
  return { say: 'See from when to when it is valid', command: showCertificate(address, '-dates -issuer') };
}

function wrongNameSteps(address: string, distribution: Distribution): Step[] {
  const { host } = splitAddress(address);
  return [
    { say: 'See which names the certificate has', command: showCertificate(address, '-subject -ext subjectAltName') },
    distribution === 'k3s' || distribution === 'rke2'
      ? { say: `Add "tls-san: [${host}]" to /etc/rancher/${distribution}/config.yaml on the servers and restart them` }
      : { say: 'Use one of those names in the kubeconfig, or have a certificate issued for this one' },
  ];
}

function untrustedSteps(
  { address, credential }: ApiDoorFact,
  { handshake, nodesKeep, distribution }: Parameters<typeof refusalSteps>[2],
): Step[] {
  const see = { say: 'See who issued the certificate', command: showCertificate(address, '-subject -issuer -dates') };
  const copy = (why: string) => copyKubeconfigSteps(why, address, credential, distribution);
  const other = { say: 'Is it the right machine? A wrong address or a proxy in between shows another certificate' };
  if (handshake?.newAuthority === true) {
    const compare = compareSteps(handshake, distribution);
    // Where nodes know nothing of a new authority, it is a stranger until the opposite is known.
    return nodesKeep
      ? [...compare, other, see, ...copy('Only if it is the cluster that has a new authority')]
      : [...compare, ...copy('The cluster has a new authority'), see];
  }
  return [see, other, ...copy('Was the cluster set up anew?')];
}

function showCertificate(address: string, show: string): string {
  const { host, port } = splitAddress(address);
  const target = `${host.includes(':') ? `[${host}]` : host}:${port || '443'}`;
  return command`openssl s_client -connect ${target} </dev/null 2>/dev/null | openssl x509 -noout ` + show;
}

function httpsUrl(address: string, path = '/readyz'): string {
  return `https://${address}${path}`;
}
