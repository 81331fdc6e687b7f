import type { Effect, Explains, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { isNewer } from './certificate-renewal.ts';
import { insideRefusals } from './inside-refusals.ts';
import { issuedSubject, seenCertificates, type SeenCertificate } from './seen-certificates.ts';
import { sameSubject } from './subjects.ts';

/** Of hosts that show the same certificate the first by name explains what is wrong with it at the others. */
export function explainsSharers(check: string): Explains {
  const about = ({ subject }: Effect, snapshot: Snapshot): string | null => {
    const root = seenAs(subject, snapshot)?.root ?? null;
    return root === null ? null : subjectId(root);
  };
  return {
    checks: [check],
    countedInWords: true,
    about,
    when: (cause, effect, snapshot) => about(effect, snapshot) === subjectId(cause.subject),
  };
}

/** A Certificate of cert-manager explains what is wrong with the host that shows what its Secret holds. */
export function explainsItsHosts(...checks: string[]): Explains {
  return {
    checks,
    about: issuedOf,
    when: (cause, effect, snapshot) =>
      cause.subject.kind === 'Certificate' && issuedOf(effect, snapshot) === subjectId(cause.subject),
  };
}

/**
 * A certificate out of its time explains that programs of the cluster do not accept it: they name the very second in which it
 * ended or begins. `date` is that of a certificate.
 */
export function explainsInside(
  when: 'expired' | 'not-yet-valid',
  date: (seen: SeenCertificate) => number | null,
): Explains {
  return {
    checks: ['certificates/refused-inside'],
    when({ subject, key, level }: Verdict, effect, snapshot) {
      if (level !== 'bad') return false;
      const refusal = insideRefusals(snapshot).find((each) => sameSubject(each.subject, effect.subject));
      const said = refusal?.distrust.cause === when ? refusal.distrust.at : null;
      const seen = seenCertificates(snapshot).find((each) => sameSubject(each.subject, subject) && each.key === key);
      const at = seen === undefined ? null : date(seen);
      return said !== null && at !== null && Math.floor(at / 1_000) === Math.floor(said / 1_000);
    },
  };
}

/** The Certificate whose Secret a host shows, as the id of a subject; null where there is none or the host shows an older one. */
function issuedOf({ subject }: Effect, snapshot: Snapshot): string | null {
  const seen = seenAs(subject, snapshot);
  if (seen === undefined || seen.issued === null) return null;
  return isNewer(seen.issued.notAfter, seen.notAfter) ? null : subjectId(issuedSubject(seen.issued));
}

/** A host's certificate, undefined for what is no host, or has shown none. */
function seenAs({ kind, name }: Effect['subject'], snapshot: Snapshot): SeenCertificate | undefined {
  if (kind !== 'Host') return undefined;
  const hosts = kept.get(snapshot) ?? hostsOf(snapshot);
  kept.set(snapshot, hosts);
  return hosts.get(name);
}

/** Each rule asks for each effect, of which there can be hundreds. */
const kept = new WeakMap<Snapshot, ReadonlyMap<string, SeenCertificate>>();

function hostsOf(snapshot: Snapshot): ReadonlyMap<string, SeenCertificate> {
  const hosts = seenCertificates(snapshot).filter(({ where }) => where === 'host');
  return new Map(hosts.map((seen) => [seen.subject.name, seen]));
}
