import { certificateText } from './certificate-text.ts';
import { timeOf } from './read-raw.ts';

/** A certificate that k3s or RKE2 warns of in an event about its node. */
export interface EventCertificate {
  /** "kubelet/client-kubelet.crt". */
  file: string;
  /** Its subject: "CN=system:node:nuc0,O=system:nodes". */
  certificate: string;
  is: 'expiring' | 'expired' | 'not-yet-valid';
  /** When it ends or ended, or from when it is valid (epoch ms). */
  at: number;
}

/** Reasons of the events that tell of certificates one by one. */
export const certificateReasons: ReadonlySet<string> = new Set([
  'CertificateExpirationWarning',
  'CACertificateExpirationWarning',
]);

const mostSearched = 20_000;
const mostEntries = 100;

// Joined by line breaks, by commas in older versions, and subjects hold commas too: each is found for itself. All parts
// are bounded, so that a hostile message costs little.
const entry =
  /([\w.-]{1,64}\/[\w.-]{1,128}): certificate ([^\n]{0,1000}?) (will expire within \d{1,6} days at|expired at|is not valid before) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d))/g;

/** The certificates that the whole message of such an event names, in its order, each once; at most 100. */
export function certificatesIn(message: unknown): EventCertificate[] {
  if (typeof message !== 'string') return [];
  const found = new Map<string, EventCertificate>();
  for (const [, file, certificate, words = '', time] of message.slice(0, mostSearched).matchAll(entry)) {
    const at = timeOf(time);
    if (at === null) continue;
    const one: EventCertificate = {
      file: certificateText(file),
      certificate: certificateText(certificate),
      is: stateOf(words),
      at,
    };
    found.set(JSON.stringify(one), one);
    if (found.size === mostEntries) break;
  }
  return [...found.values()];
}

function stateOf(words: string): EventCertificate['is'] {
  if (words.startsWith('will')) return 'expiring';
  return words.startsWith('expired') ? 'expired' : 'not-yet-valid';
}
