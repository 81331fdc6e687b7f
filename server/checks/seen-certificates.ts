import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { Subject } from '#shared/finding.ts';

/** One certificate wherever it was seen, as the checks of certificates judge it. Times epoch ms. */
export interface SeenCertificate {
  /** Whose findings are about it. */
  subject: Subject;
  /** Tells it apart where a subject has several: `kubelet` for that of a node's kubelet. */
  key?: string;
  where: 'api' | 'kubelet' | 'host' | 'own' | 'issued';
  /** As it stands in a sentence: "git.example", "the API server", "the kubelet of nuc0", "the wall's own client certificate". */
  words: string;
  /** The source of its fact. */
  source: string;
  notBefore: number | null;
  notAfter: number | null;
  /** Null where only dates are known (our own, cert-manager's). */
  certificate: ShownCertificate | null;
  /** How many other hosts show the same one; of those the first by name explains the others. */
  sharedWith: number;
}

/** All certificates of which dates are known: the API's, the kubelets', hosts', our own, cert-manager's. */
export function seenCertificates(_snapshot: Snapshot): readonly SeenCertificate[] {
  return [];
}
