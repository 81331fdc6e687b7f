import { certificateStatus, makeCertificate, type Issuance, type Validity } from './make-certificate.ts';
import type { RawIngress } from './raw-web.ts';
import { secretKey, turnsOf, webCertificates, type WebCertificate } from './web-certificates.ts';
import type { World } from './world.ts';

/** The certificates of the web hosts, by `namespace/name` of their Secrets: cert-manager renews its own, the owner buys the others. */
export interface CertificateLife {
  /** Puts all, issued some time ago. */
  furnish(createdAt: number): void;
  /** All are gone. */
  uninstall(): void;
  /** Null where there is no such Secret. */
  validity(secret: string): Validity | null;
  /** Nobody has renewed it: it has so many days left, less than 0 if it has expired. With `why` cert-manager tries in vain. Throws if there is no such. */
  age(secret: string, leftDays: number, why?: string): void;
  /** It is issued anew. Throws if there is no such. */
  renew(secret: string): void;
  /** All are as if nothing had ever gone wrong. */
  restore(): void;
}

interface Kept {
  of: WebCertificate;
  /** As it is if nothing goes wrong, and as it is. */
  usual: Issuance;
  shown: Issuance;
}

const DAY_MS = 86_400_000;
const LOOKS_EVERY_MS = 3_600_000;

/** Ends with the schedule. */
export function createCertificateLife(world: World): CertificateLife {
  const { store, now, schedule } = world;
  const kept = new Map<string, Kept>();
  const known = new Map<string, Issuance>();

  function find(secret: string): Kept {
    const found = kept.get(secret);
    if (!found) throw new Error(`the demo has no certificate ${secret}`);
    return found;
  }

  function show(entry: Kept, shown: Issuance): void {
    entry.shown = shown;
    const { namespace, issuedAs } = entry.of;
    const object = issuedAs === null ? undefined : store.get('certificates', `${namespace}/${issuedAs}`);
    if (object) store.put('certificates', { ...object, status: certificateStatus(shown, now()) });
  }

  function renewDue(): void {
    for (const entry of kept.values()) {
      const { of, usual, shown } = entry;
      if (usual.renewalAt <= now()) entry.usual = issued(of, now(), usual.revision + 1);
      if (shown === usual && shown !== entry.usual) show(entry, entry.usual);
    }
  }

  function put(of: WebCertificate, createdAt: number): void {
    const usual = known.get(secretKey(of)) ?? issuedBefore(of, createdAt, now());
    kept.set(secretKey(of), { of, usual, shown: usual });
    const { namespace, secret, issuedAs } = of;
    if (issuedAs === null) return;
    const owner = issuedAs === secret ? ingressWith(store, namespace, secret) : undefined;
    const certificate = makeCertificate({ ...of, issuedAs }, owner?.metadata ?? null, random, createdAt);
    store.put('certificates', { ...certificate, status: certificateStatus(usual, now()) });
  }

  const random = world.random.fork('certificates');
  schedule.every(LOOKS_EVERY_MS, LOOKS_EVERY_MS, renewDue);

  return {
    furnish(createdAt) {
      for (const of of webCertificates) put(of, createdAt);
    },
    uninstall() {
      // What comes back from a backup is as it was.
      for (const [secret, { usual }] of kept) known.set(secret, usual);
      kept.clear();
    },
    validity: (secret) => kept.get(secret)?.shown.validity ?? null,
    age(secret, leftDays, why) {
      const entry = find(secret);
      const { livesDays } = turnsOf(entry.of);
      const aged = issued(entry.of, now() + 1000 - (livesDays - leftDays) * DAY_MS, entry.usual.revision);
      show(entry, { ...aged, failing: why ?? null });
    },
    renew(secret) {
      const entry = find(secret);
      show(entry, issued(entry.of, now(), entry.usual.revision + 1));
    },
    restore() {
      for (const entry of kept.values()) if (entry.shown !== entry.usual) show(entry, entry.usual);
    },
  };
}

/** The Ingress for which cert-manager fills this Secret. */
function ingressWith(store: World['store'], namespace: string, secret: string): RawIngress | undefined {
  return store.list('ingresses').find(({ metadata, spec }) => {
    return metadata.namespace === namespace && spec.tls?.some(({ secretName }) => secretName === secret);
  });
}

/** What it is when the demo begins: issued anew and anew since it was created. */
function issuedBefore(of: WebCertificate, createdAt: number, now: number): Issuance {
  const { livesDays, renewedDays } = turnsOf(of);
  const at = now - (livesDays - of.leftDays) * DAY_MS;
  return issued(of, at, 1 + Math.floor((at - createdAt) / ((livesDays - renewedDays) * DAY_MS)));
}

/** What is issued at that time. Certificates know no fractions of seconds. */
function issued(of: WebCertificate, at: number, revision: number): Issuance {
  const notBefore = Math.floor(at / 1000) * 1000;
  const { livesDays, renewedDays } = turnsOf(of);
  // A second short of the full days, as certificates count both ends.
  const notAfter = notBefore + livesDays * DAY_MS - 1000;
  const renewalAt = notAfter - renewedDays * DAY_MS;
  return { validity: { notBefore, notAfter }, renewalAt, revision, failing: null };
}
