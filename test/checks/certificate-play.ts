import type { Check } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EventFact } from '#server/facts/event.ts';
import { anEvent } from '#test/builders/facts.ts';
import { day, minute, noon } from '#test/builders/time.ts';

/** A warning of k3s about a node: how many days each of its certificates has left at noon, and when it was said. */
export interface Warning {
  leftDays: number[];
  saidAt?: number;
  reason?: 'CertificateExpirationWarning' | 'CACertificateExpirationWarning';
  /** Of the certificate with this number. */
  name?: (i: number) => string;
}

/** The event of such a warning; of no certificate: one in which no date was found. */
export function warningOf(
  node: string,
  {
    leftDays,
    saidAt = noon - 10 * minute,
    reason = 'CertificateExpirationWarning',
    name = (i) => `CN=system:component-${i}`,
  }: Warning,
): EventFact {
  return ofMonitor(node, {
    reason,
    saidAt,
    certificates: leftDays.map((left, i) => ({
      file: `kubelet/${i}.crt`,
      certificate: name(i),
      is: left < 0 ? 'expired' : 'expiring',
      at: noon + left * day,
    })),
  });
}

/** The event by which k3s says, once after a start, that all is well. */
export function fineOf(node: string, saidAt: number): EventFact {
  return { ...ofMonitor(node, { reason: 'CertificateExpirationOK', saidAt }), type: 'Normal' };
}

function ofMonitor(
  node: string,
  { reason, saidAt, certificates }: { reason: string; saidAt: number; certificates?: EventFact['certificates'] },
): EventFact {
  return anEvent({
    key: `default/${node}.${reason}.${saidAt}`,
    reason,
    message: '',
    about: { kind: 'Node', namespace: null, name: node },
    component: 'k3s-cert-monitor',
    firstAt: saidAt,
    lastAt: saidAt,
    ...(certificates !== undefined && { certificates }),
  });
}

/** What a check remembers after it has seen a snapshot. */
export function remembered(
  { remembers }: Check,
  snapshot: Snapshot,
  before: ReadonlyMap<string, unknown> = new Map(),
): Map<string, unknown> {
  const subjects = [...(remembers?.subjects(snapshot) ?? [])];
  return new Map(subjects.map((each) => [each, remembers?.remember(before.get(each), each, snapshot, 0)]));
}
