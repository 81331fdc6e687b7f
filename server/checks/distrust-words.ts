/** Why a program of the cluster does not accept a certificate. */
export type DistrustCause = 'expired' | 'not-yet-valid' | 'unknown-issuer' | 'wrong-name' | 'other';

/** What a message of a Go program says of a certificate that it did not accept. */
export interface Distrust {
  cause: DistrustCause;
  /** When it ended or begins (epoch ms), null where that is not said. */
  at: number | null;
  /** Whom it should be for, "" where that is not said. */
  wanted: string;
}

// As long as facts let messages be.
const mostRead = 1_000;

/** Reads what Go's crypto/x509 says within a longer message: `... x509: certificate has expired ...`; null if it says nothing. */
export function readDistrust(message: string): Distrust | null {
  const [, said] = /x509: ([^]*)$/.exec(message.slice(0, mostRead)) ?? [];
  if (said === undefined) return null;
  const after = /current time \S+ is after (\S+)/.exec(said);
  if (after !== null) return { ...nothing, cause: 'expired', at: dateOf(after[1]) };
  const before = /current time \S+ is before (\S+)/.exec(said);
  if (before !== null) return { ...nothing, cause: 'not-yet-valid', at: dateOf(before[1]) };
  if (/certificate has expired/.test(said)) return { ...nothing, cause: 'expired' };
  if (/signed by unknown authority|self.signed certificate/i.test(said)) return { ...nothing, cause: 'unknown-issuer' };
  const name =
    /is valid for [^]*?, not ([^\s,;"]+)/.exec(said) ??
    /not valid for any names, but wanted to match ([^\s,;"]+)/.exec(said) ??
    /cannot validate certificate for ([^\s,;"]+)/.exec(said);
  if (name !== null) return { ...nothing, cause: 'wrong-name', wanted: name[1] ?? '' };
  if (/legacy Common Name/i.test(said)) return { ...nothing, cause: 'wrong-name' };
  return nothing;
}

const nothing: Distrust = { cause: 'other', at: null, wanted: '' };

function dateOf(text = ''): number | null {
  const at = text.length <= 40 ? Date.parse(text.replace(/[^0-9Z]+$/, '')) : NaN;
  return Number.isFinite(at) ? at : null;
}
