import { k3sCertificates, k3sMetrics, k3sWarning, type K3sCertificate } from './k3s-monitor.ts';
import { machineOf, machines } from './machines.ts';
import type { Validity } from './make-certificate.ts';
import { keyOf } from './object-store.ts';
import type { World } from './world.ts';

/** The certificates that k3s issues, and renews when it starts. */
export interface K3sLife {
  /** When the cluster's authorities were made, epoch ms: k3s writes it into their names. */
  readonly madeAt: number;
  /**
   * Of all certificates of a node's k3s; on the server node those of the API server are among them. With another
   * authority, made at `exchangedAt`, all are issued anew.
   */
  of(node: string, exchangedAt?: number | null): Validity;
  /** k3s has been running there since long ago: its certificates have so many days left, and its monitor says so. */
  age(node: string, leftDays: number): void;
  /** k3s is restarted there, and renews. */
  restart(node: string): void;
  /** Every k3s was restarted some weeks ago; where it was not so the monitor says that all is well. */
  restore(): void;
  /** What the kubelet's `/metrics` holds of them. */
  metrics(node: string): string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const LIVES_DAYS = 365;
const WINDOW_DAYS = 120;
// How often k3s looks at its files.
const LOOKS_EVERY_MS = 1_800_000;
const MONITOR = 'k3s-cert-monitor';
// From the start of k3s until its monitor looks for the first time.
const FIRST_LOOK_MS = 9000;

/** Ends with the schedule. */
export function createK3sLife(world: World): K3sLife {
  const { store, schedule, now } = world;
  const begunAt = now();
  const madeAt = wholeSecond(begunAt - (machines[0]?.ageHours ?? 0) * HOUR_MS);
  const others = new Map<string, Validity>();

  /** k3s lets a certificate hold since its authority does, whenever it is issued. */
  const until = (notAfter: number): Validity => ({ notBefore: madeAt, notAfter: wholeSecond(notAfter) });
  const issuedAt = (at: number) => until(at + LIVES_DAYS * DAY_MS);
  const usual = (node: string) => others.get(node) ?? issuedAt(begunAt - machineOf(node).upHours * HOUR_MS);
  const of = (node: string, exchangedAt: number | null = null) =>
    exchangedAt === null ? usual(node) : { ...issuedAt(exchangedAt), notBefore: exchangedAt };

  function certificatesOf(node: string): K3sCertificate[] {
    return k3sCertificates(node, machineOf(node).controlPlane, madeAt, of(node).notAfter);
  }

  function look(node: string): void {
    const about = store.get('nodes', node);
    if (!about || !world.door.acceptsWrites || of(node).notAfter - now() > WINDOW_DAYS * DAY_MS) return;
    const message = k3sWarning(certificatesOf(node), now(), WINDOW_DAYS);
    const said = { reason: 'CertificateExpirationWarning', type: 'Warning', component: MONITOR } as const;
    world.note({ ...said, about, kind: 'Node', host: node, message, repeats: true });
  }

  function tellFine(node: string): void {
    const about = store.get('nodes', node);
    const message = 'Node and Certificate Authority certificates managed by k3s are OK';
    const said = { reason: 'CertificateExpirationOK', component: MONITOR, host: node, message } as const;
    if (about) world.note({ ...said, about, kind: 'Node' });
  }

  schedule.every(LOOKS_EVERY_MS, LOOKS_EVERY_MS, () => {
    for (const { metadata } of store.list('nodes')) look(metadata.name);
  });

  return {
    madeAt,
    of,
    age(node, leftDays) {
      others.set(node, until(now() + leftDays * DAY_MS));
      look(node);
    },
    restart(node) {
      others.set(node, issuedAt(now()));
      world.later(FIRST_LOOK_MS, () => tellFine(node));
    },
    restore() {
      for (const event of store.list('events')) {
        if (event.source.component === MONITOR) store.remove('events', keyOf(event));
      }
      for (const node of others.keys()) tellFine(node);
      others.clear();
    },
    metrics(node) {
      const lookedAt = begunAt + Math.floor((now() - begunAt) / LOOKS_EVERY_MS) * LOOKS_EVERY_MS;
      return k3sMetrics(certificatesOf(node), lookedAt);
    },
  };
}

/** Certificates know no fractions of seconds. */
function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}
