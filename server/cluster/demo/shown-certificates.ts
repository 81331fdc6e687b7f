import { createHash } from 'node:crypto';
import type { ShownAuthority, ShownCertificate } from '#server/facts/shown-certificate.ts';
import { authorityEnds, authorityName } from './k3s-monitor.ts';
import { machines } from './machines.ts';
import type { Validity } from './make-certificate.ts';
import { DOMAIN, REGISTRY } from './web-hosts.ts';
import type { WebCertificate } from './web-certificates.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const NAS_FIRST_ISSUED_AT = Date.parse('2025-02-03T21:17:40Z');

/** What Traefik shows of a web certificate: leaf and intermediates, as they stand in its Secret. */
export function webShown(of: WebCertificate, validity: Validity): ShownCertificate {
  const { names } = of;
  const commonName = names[0] ?? '';
  const chain = of.issuer === 'Sectigo' ? sectigo() : letsEncrypt();
  const issuer = chain[0]?.subject ?? '';
  return shown({ subject: `CN=${commonName}`, names: [...names], issuer, ...validity, keyType: 'RSA 2048', chain });
}

/** The serving certificate of a node's kubelet. `madeAt`: when the authority was made that signs it. */
export function kubeletShown(node: string, address: string, validity: Validity, madeAt: number): ShownCertificate {
  return k3sShown(`CN=${node}`, [node, 'localhost', '127.0.0.1', address], validity, madeAt);
}

/** The serving certificate of the API server. */
export function apiShown(validity: Validity, madeAt: number): ShownCertificate {
  const { name = '', address = '' } = machines[0] ?? {};
  const services = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  const addresses = ['10.43.0.1', '127.0.0.1', address];
  return k3sShown('O=k3s, CN=k3s', [name, ...services, 'localhost', ...addresses], validity, madeAt);
}

/** What Traefik makes for itself where nobody has given it a certificate for a name. */
export function traefikShown(startedAt: number): ShownCertificate {
  const subject = 'CN=TRAEFIK DEFAULT CERT';
  const validity = { notBefore: startedAt, notAfter: startedAt + YEAR_MS };
  const names = ['0c1f2a7e1d3b5e7f.traefik.default'];
  const certificate = shown({ subject, names, issuer: subject, ...validity, keyType: 'RSA 2048', chain: [] });
  return { ...certificate, selfSigned: true, chainIs: 'self-signed' };
}

/** What the NAS shows for its names, which it renews itself when a third of its 90 days is left. */
export function nasShown(now: number): ShownCertificate {
  const turnMs = 60 * DAY_MS;
  const notBefore = NAS_FIRST_ISSUED_AT + Math.floor((now - NAS_FIRST_ISSUED_AT) / turnMs) * turnMs;
  const validity = { notBefore, notAfter: notBefore + 90 * DAY_MS - 1000 };
  const names = [`nas.${DOMAIN}`, REGISTRY];
  const [subject, chain] = [`CN=${names[0]}`, letsEncrypt()];
  return shown({ subject, names, issuer: chain[0]?.subject ?? '', ...validity, keyType: 'EC P-256', chain });
}

function k3sShown(subject: string, names: string[], validity: Validity, madeAt: number): ShownCertificate {
  const authority = `CN=${authorityName('server', madeAt)}`;
  const dates = { notBefore: madeAt, notAfter: authorityEnds(madeAt) };
  const chain = [{ subject: authority, issuer: authority, ...dates, selfSigned: true }];
  return shown({ subject, names, issuer: authority, ...validity, keyType: 'EC P-256', chain });
}

type Known = Pick<ShownCertificate, 'subject' | 'names' | 'issuer' | 'notBefore' | 'notAfter' | 'keyType' | 'chain'>;

/** Certificates that are alike in all are the same one. */
function shown(known: Known): ShownCertificate {
  const fingerprint = createHash('sha256').update(JSON.stringify(known)).digest('hex');
  const commonName = /CN=([^,]*)/.exec(known.subject)?.[1] ?? '';
  return { ...known, fingerprint, commonName, selfSigned: false, chainIs: 'complete' };
}

/** Their generation of September 2025, whose root is signed by the one that browsers have had for long. */
function letsEncrypt(): ShownAuthority[] {
  const root = 'C=US, O=ISRG, CN=Root YR';
  return [
    authority("C=US, O=Let's Encrypt, CN=YR2", root, '2025-09-03', '2028-09-02'),
    authority(root, 'C=US, O=Internet Security Research Group, CN=ISRG Root X1', '2025-09-03', '2032-09-02'),
  ];
}

function sectigo(): ShownAuthority[] {
  const issuer = 'C=GB, O=Sectigo Limited, CN=Sectigo Public Server Authentication';
  return [authority(`${issuer} CA DV R36`, `${issuer} Root R46`, '2021-03-22', '2036-03-21')];
}

function authority(subject: string, issuer: string, from: string, to: string): ShownAuthority {
  const dates = { notBefore: Date.parse(`${from}T00:00:00Z`), notAfter: Date.parse(`${to}T23:59:59Z`) };
  return { subject, issuer, ...dates, selfSigned: false };
}
