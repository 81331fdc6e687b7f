import type { X509Certificate } from 'node:crypto';
import { certificatesIn } from './endpoint.ts';

/**
 * True if a chain that leads to nobody trusted names an authority that bears the name of one of `ca` (PEM): then the cluster
 * has got a new authority since the kubeconfig was written. k3s and RKE2 write the moment of its making behind an `@`, kubeadm
 * calls each of them `kubernetes`.
 */
export function namesNewAuthority(shown: readonly X509Certificate[], ca: string): boolean {
  const ours = new Set(certificatesIn(ca).map(({ subject }) => withoutMoment(subject)));
  return shown.some(({ issuer }) => ours.has(withoutMoment(issuer)));
}

function withoutMoment(name: string): string {
  return name.replaceAll(/@\d+$/gm, '');
}
