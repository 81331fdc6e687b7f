import type { Snapshot } from '#server/engine/snapshot.ts';
import type { IngressRouteFact } from '#server/facts/ingress-route.ts';
import type { IssuedCertificateFact } from '#server/facts/issued-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { addressOf } from './certificate-words.ts';
import { apiDistribution, nodeDistribution, onlyServer, type Distribution } from './distribution.ts';
import { splitAddress } from './door-words.ts';
import { controllerLog, ingressController, restartController } from './ingress-controller.ts';
import { renewOwnSteps, renewSteps } from './renew-steps.ts';
import { seenCertificates, type SeenCertificate } from './seen-certificates.ts';
import { shorten } from './shorten.ts';

/** Credentials that are renewed by others all the time: that they end soon is their nature. */
export function isRenewedAllTheTime({ credential, notBefore, notAfter }: SeenCertificate): boolean {
  const kind = credential?.kind;
  if (kind === 'token-file' || kind === 'service-account') return true;
  // A plugin gives what lasts minutes or hours; some hand out a certificate of a year, which nobody may renew.
  return kind === 'exec' && (notAfter === null || notBefore === null || notAfter - notBefore <= passingMs);
}

const passingMs = 7 * 86_400_000;

/** Who renews it, in a few words for a table; null where that is not known. */
export function renewedBy(seen: SeenCertificate, snapshot: Snapshot): string | null {
  const { issued, credential } = seen;
  if (issued !== null) return issuedRenewal(issued);
  if (credential !== null && isRenewedAllTheTime(seen)) {
    return { exec: 'credential plugin', 'service-account': 'Kubernetes' }[credential.kind as string] ?? 'its file';
  }
  if (credential?.kind === 'token') return 'by hand';
  if (seen.where !== 'host') return renewedByDistribution(distributionOf(seen, snapshot), seen.where);
  return hostRenewal(seen, snapshot) ?? sharedRenewals(snapshot).get(seen.certificate?.fingerprint ?? '') ?? null;
}

function issuedRenewal({ renewalOff }: IssuedCertificateFact): string {
  return renewalOff ? 'nobody: renewal is off' : 'cert-manager';
}

function hostRenewal({ issued, server }: SeenCertificate, snapshot: Snapshot): string | null {
  if (issued !== null) return issuedRenewal(issued);
  const resolver = server === null ? '' : resolverOf(server, snapshot);
  if (resolver !== '') return `Traefik (${shorten(resolver, 40)})`;
  return server?.secret == null ? null : `whoever writes Secret ${shorten(server.secret, 80)}`;
}

/** By fingerprint: where the objects of one host say nothing, those of another that shows the same certificate do. */
function sharedRenewals(snapshot: Snapshot): ReadonlyMap<string, string> {
  const before = shared.get(snapshot);
  if (before !== undefined) return before;
  const found = new Map<string, string>();
  for (const seen of seenCertificates(snapshot)) {
    const { where, certificate } = seen;
    const by = where === 'host' ? hostRenewal(seen, snapshot) : null;
    if (by !== null && certificate !== null && !found.has(certificate.fingerprint))
      found.set(certificate.fingerprint, by);
  }
  shared.set(snapshot, found);
  return found;
}

/** Asked for each row of the table. */
const shared = new WeakMap<Snapshot, ReadonlyMap<string, string>>();

function renewedByDistribution(distribution: Distribution, where: SeenCertificate['where']): string | null {
  switch (distribution) {
    case 'k3s':
      return 'k3s, when restarted';
    case 'rke2':
      return 'RKE2, when restarted';
    case 'talos':
      return where === 'own' ? 'by hand' : 'Talos';
    case 'kubeadm':
      return where === 'kubelet' ? 'its kubelet' : 'kubeadm, by hand';
    case 'unknown':
      return null;
  }
}

/** The first steps towards a new one, fitting who renews it. */
export function renewalSteps(seen: SeenCertificate, snapshot: Snapshot): Step[] {
  const { where, issued, server } = seen;
  switch (where) {
    case 'api':
      return renewSteps(apiDistribution(snapshot), 'api', onlyServer(snapshot));
    case 'own':
      return ownSteps(seen, snapshot);
    case 'kubelet':
      return renewSteps(distributionOf(seen, snapshot), 'kubelet', nodeOf(seen, snapshot));
    case 'issued':
      return issued === null ? [] : issuedSteps(issued);
    case 'host':
      return server === null ? [] : [...hostSteps(seen, server, snapshot), showStep(server)];
  }
}

function ownSteps(seen: SeenCertificate, snapshot: Snapshot): Step[] {
  const from = shorten(seen.credential?.from ?? '');
  switch (seen.credential?.kind ?? 'none') {
    case 'token':
      return [
        { say: 'Whose token is it?', command: 'kubectl auth whoami' },
        { say: `Have a new one issued and write it into ${from}; the wall takes it up by itself` },
      ];
    case 'token-file':
      return [{ say: `Write a new token into ${from}; the wall takes it up by itself` }];
    case 'service-account':
      return [
        { say: 'Restart the pod of the wall, which gives it a new token; look for it', command: 'kubectl get pods -A' },
      ];
    case 'exec':
      return [{ say: `Run the credential plugin by hand, as the user of the wall: ${from}` }];
    case 'client-certificate':
    case 'none':
      return ownCertificateSteps(seen, snapshot);
  }
}

function ownCertificateSteps({ credential }: SeenCertificate, snapshot: Snapshot): Step[] {
  const address = snapshot.facts('apiDoor').get('api')?.address ?? '';
  if (credential === null) return [];
  return renewOwnSteps(apiDistribution(snapshot), { address, credential }, onlyServer(snapshot));
}

/** What cert-manager says of a Certificate, and how to have it issued anew. */
export function issuedSteps({ namespace, name }: { namespace: string; name: string }): Step[] {
  return [
    {
      say: 'What does cert-manager say of it?',
      command: command`kubectl -n ${namespace} describe certificate ${name}`,
    },
    {
      say: 'Have it issued anew now (with the tool of cert-manager)',
      command: command`cmctl renew --namespace ${namespace} ${name}`,
    },
  ];
}

function hostSteps(seen: SeenCertificate, server: TlsServerFact, snapshot: Snapshot): Step[] {
  const { issued, notAfter } = seen;
  const resolver = resolverOf(server, snapshot);
  if (issued !== null && isNewer(issued.notAfter, notAfter)) {
    return [
      { say: 'cert-manager has renewed it already: the server still shows the old one' },
      ...restartController(ingressController(snapshot)),
    ];
  }
  if (issued !== null) return issuedSteps(issued);
  if (resolver !== '') {
    const say = `Traefik renews it by its resolver ${shorten(resolver, 40)}: what does it say?`;
    return controllerLog(ingressController(snapshot), say, 'acme');
  }
  const secret = server.secret ?? secretOfSharer(server, snapshot);
  return secret === null ? [{ say: placeOf(server) }] : secretSteps(secret);
}

/** Where the object names no Secret, that of another host which shows the same certificate; null if there is none. */
function secretOfSharer({ certificate }: TlsServerFact, snapshot: Snapshot): string | null {
  for (const other of snapshot.facts('tlsServer').values())
    if (other.secret !== null && other.certificate?.fingerprint === certificate?.fingerprint) return other.secret;
  return null;
}

function placeOf({ namedBy, address, name }: TlsServerFact): string {
  const configured = namedBy.every(({ kind }) => kind === 'Configuration');
  const where = shorten(addressOf({ address, name }));
  return configured
    ? `Renew it where it is served, at ${where}: the cluster knows nothing of it`
    : `Renew it in what answers at ${where}: no Secret is named for it`;
}

function secretSteps(secret: string): Step[] {
  const [namespace = '', ...names] = secret.split('/');
  const name = names.join('/');
  return [
    {
      say: `Is there a Certificate of cert-manager that writes Secret ${shorten(secret)}?`,
      command: command`kubectl -n ${namespace} get certificates`,
    },
    {
      say: 'If there is none, put the new certificate and its key into the Secret',
      command: command`kubectl -n ${namespace} create secret tls ${name} --cert=new.crt --key=new.key --dry-run=client -o yaml | kubectl apply -f -`,
    },
  ];
}

/** What a server shows, by hand. */
export function showStep(server: TlsServerFact, show = '-subject -issuer -dates'): Step {
  return {
    say: 'See what it shows',
    command: `${connectTo(server)} </dev/null 2>/dev/null | openssl x509 -noout ${show}`,
  };
}

/** What a server says that shows no certificate: it may never answer, and what it says instead is what is to be seen. */
export function hearStep(server: TlsServerFact): Step {
  return { say: 'See what it says', command: `timeout 10 ${connectTo(server)} </dev/null` };
}

function connectTo(server: TlsServerFact): string {
  const { host, port } = splitAddress(addressOf(server));
  const target = `${host.includes(':') ? `[${host}]` : host}:${port || '443'}`;
  const asked = server.serverName === '' ? '' : command` -servername ${server.serverName}`;
  return command`openssl s_client -connect ${target}` + asked;
}

/** True if cert-manager has one that ends later than what is shown: its Secret was renewed, and nobody took it up. */
export function isNewer(issued: number | null, shown: number | null): boolean {
  // Issuers and issued dates differ by seconds where they mean the same.
  return issued !== null && shown !== null && issued > shown + 3_600_000;
}

/** The ACME resolver of the first of Traefik's routes that name this host, "" if there is none. */
function resolverOf({ namedBy }: TlsServerFact, snapshot: Snapshot): string {
  const routes: ReadonlyMap<string, IngressRouteFact> = snapshot.facts('ingressRoute');
  for (const { kind, namespace, name } of namedBy) {
    const found = kind === 'IngressRoute' ? routes.get(`${namespace}/${name}`)?.tls?.certResolver : undefined;
    if (found !== undefined && found !== '') return found;
  }
  return '';
}

function nodeOf({ subject }: SeenCertificate, snapshot: Snapshot) {
  return snapshot.facts('node').get(subject.name) ?? null;
}

function distributionOf(seen: SeenCertificate, snapshot: Snapshot): Distribution {
  const node = seen.where === 'kubelet' ? nodeOf(seen, snapshot) : null;
  return node === null ? apiDistribution(snapshot) : nodeDistribution(node);
}
