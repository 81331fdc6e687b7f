import type { Connection, TlsLook, TlsTarget } from '#server/cluster/connection.ts';
import { shownCertificateNamed } from './shown-certificates.ts';

/** A connection whose looks are in the test's hands. */
export interface TlsPlay extends Pick<Connection, 'lookAtTls' | 'onReplaced'> {
  /** Hosts in the order in which they were looked at. */
  readonly asked: string[];
  /** How often a host was looked at. */
  times(host: string): number;
  /** The most looks at once so far. */
  peak(): number;
  /** What the looks at a host come to from now on, by what they are told; by default a trusted certificate. */
  answer: (target: TlsTarget, time: number) => TlsLook | Promise<TlsLook>;
  replace(what: string): void;
}

/** One that answers at the end of the turn unless a test says otherwise. */
export function tlsPlay(): TlsPlay {
  const listeners = new Set<(what: string) => void>();
  const asked: string[] = [];
  let open = 0;
  let peak = 0;
  const times = (host: string) => asked.filter((each) => each === host).length;
  const play: TlsPlay = {
    asked,
    times,
    peak: () => peak,
    answer: ({ host }) => trusted(host),
    async lookAtTls(target) {
      asked.push(target.host);
      open += 1;
      peak = Math.max(peak, open);
      const look = await play.answer(target, times(target.host));
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return look;
    },
    onReplaced(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replace: (what) => listeners.forEach((listener) => listener(what)),
  };
  return play;
}

/** A look that is fine. */
export function trusted(host: string, more: Partial<TlsLook['certificate'] & object> = {}): TlsLook {
  const certificate = { ...shownCertificateNamed(host), ...more };
  return { outcome: 'trusted', trouble: '', message: '', certificate, protocol: 'TLSv1.3' };
}

/** A handshake that timed out. */
export const timedOut: TlsLook = {
  ...{ outcome: 'no-handshake', trouble: 'timeout', certificate: null, protocol: '' },
  message: 'no connection to git.example:443 within 10 s',
};
