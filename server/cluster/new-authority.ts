import type { X509Certificate } from 'node:crypto';
import type { AuthorityFingerprints } from '#server/facts/api-handshake.ts';
import { certificatesIn } from './endpoint.ts';

/**
 * Fingerprints to compare if a chain that leads to nobody trusted names an authority that bears the name of one of `ca`
 * (PEM), else null: then the cluster has likely got a new authority since the kubeconfig was written. k3s and RKE2 write the
 * moment of its making behind an `@`, kubeadm calls each of them `kubernetes`.
 */
export function newAuthorityIn(shown: readonly X509Certificate[], ca: string): AuthorityFingerprints | null {
  const names = new Set(shown.map(({ issuer }) => withoutMoment(issuer)));
  const ours = certificatesIn(ca).find(({ subject }) => names.has(withoutMoment(subject)));
  const last = shown.at(-1);
  if (ours === undefined || last === undefined) return null;
  return { shown: fingerprintOf(last), isAuthority: shown.length > 1, ours: fingerprintOf(ours) };
}

/** SHA-256 of the whole certificate, hex in lower case. */
function fingerprintOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '').toLowerCase();
}

function withoutMoment(name: string): string {
  return name.replaceAll(/@\d+$/gm, '');
}
