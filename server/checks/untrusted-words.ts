import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { say, type Say } from '#shared/say.ts';
import type { Distrust } from './certificate-distrust.ts';
import { andMoreHosts } from './certificate-words.ts';
import { splitAddress } from './door-words.ts';
import { shorten } from './shorten.ts';

/** The sentence of why a server is not trusted; `others` more hosts show the same certificate. */
export function distrustSay(distrust: Distrust, server: TlsServerFact, others: number): Say {
  const { certificate, is, message, protocol } = server;
  const host = `${shorten(server.name, 80)}${andMoreHosts(others)}`;
  const issuer = shorten(certificate?.issuer ?? '', 100) || 'nobody named';
  if (is === 'kubelet')
    return say('the kubelet of {host} shows a certificate of a stranger: {issuer}', { host, issuer });
  switch (distrust) {
    case 'default': {
      const shows = others === 0 ? 'shows' : 'show';
      return say(`{host} ${shows} the Ingress controller's own default certificate: {why}`, {
        host,
        why: whyDefault(server),
      });
    }
    case 'self-signed':
      return say(`${whoever(server)} does not trust {host}: the certificate is self-signed`, { host });
    case 'unknown-issuer':
      return say(`${whoever(server)} does not trust {host}: it does not know who signed the certificate, {issuer}`, {
        host,
        issuer,
      });
    case 'incomplete':
      return say('not everybody trusts {host}: the certificate of {missing} is missing from its chain', {
        host,
        missing: shorten(lastIssuer(certificate), 100) || 'its issuer',
      });
    case 'wrong-name':
      return say(`${whoever(server)} does not trust {host}: the certificate is for {names}`, {
        host,
        names: namesOf(certificate),
      });
    case 'not-believed':
      return say(`${whoever(server)} does not trust {host}: {message}`, {
        host,
        message: shorten(message, 200) || 'the certificate is not to be believed',
      });
    case 'old-protocol':
      return say('{host} speaks only {protocol}, which browsers refuse', { host, protocol: spoken(protocol) });
  }
}

/** The control plane's own servers are no browser's business. */
function whoever({ name }: TlsServerFact): string {
  return insidePorts.has(splitAddress(name).port) ? 'the wall' : 'a browser';
}

/** API server, RKE2's supervisor, kubelet, etcd. */
const insidePorts: ReadonlySet<string> = new Set(['6443', '9345', '10250', '2379', '2380']);

function whyDefault({ namedBy, secret }: TlsServerFact): string {
  const [first] = namedBy.filter(({ kind }) => kind !== 'Configuration');
  if (first === undefined) return 'it has none for this name';
  const named = `${first.kind} ${first.namespace === null ? '' : `${first.namespace}/`}${first.name}`;
  const problem = secret === null ? 'names no Secret for it' : 'names a Secret that is missing or wrong';
  return shorten(`${named} ${problem}`, 200);
}

/** Whose certificate would have to come next. */
function lastIssuer(certificate: ShownCertificate | null): string {
  return (certificate?.chain.at(-1) ?? certificate)?.issuer ?? '';
}

/** "a.example, b.example and 3 more". */
function namesOf(certificate: ShownCertificate | null): string {
  const names = certificate?.names ?? [];
  if (names.length === 0) return 'no name at all';
  const listed = names.slice(0, 3).map((name) => shorten(name, 60));
  return `${listed.join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

function spoken(protocol: string): string {
  if (protocol === 'TLSv1') return 'TLS 1.0';
  if (protocol === 'TLSv1.1') return 'TLS 1.1';
  return 'outdated TLS';
}
