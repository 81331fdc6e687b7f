import { setImmediate as nextTurn } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';

/** PEM of all whom Node and the system trust, each once. Node keeps what it has read: only the first call costs. */
export function systemAuthorities(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

/** Has them read in two parts, since together they would hold up everything else for 65 ms (measured). */
export async function readSystemAuthorities(): Promise<void> {
  getCACertificates('default');
  await nextTurn();
  getCACertificates('system');
  await nextTurn();
}
