import type { Snapshot } from '#server/engine/snapshot.ts';
import type { EventFact } from '#server/facts/event.ts';
import { seenAt } from './events-about.ts';

/** What k3s or RKE2 last said of the certificates of one node. */
export interface CertificateEvents {
  /** The newest warning of certificates that a restart renews. */
  leafs: EventFact | null;
  /** The newest warning of authorities. */
  authorities: EventFact | null;
  /** When it last said that all is well (epoch ms), 0 if it did not. */
  fineAt: number;
}

/** By the names of the nodes: the UID in these events is the node's name too. */
export function certificateEvents(snapshot: Snapshot): ReadonlyMap<string, CertificateEvents> {
  const events = snapshot.facts('event');
  const before = kept.get(events);
  if (before !== undefined) return before;
  const found = new Map<string, CertificateEvents>();
  for (const event of events.values()) {
    if (event.about.kind !== 'Node' || !event.component.endsWith('-cert-monitor')) continue;
    const told = found.get(event.about.name) ?? { leafs: null, authorities: null, fineAt: 0 };
    found.set(event.about.name, withOne(told, event));
  }
  kept.set(events, found);
  return found;
}

/** Two checks ask for each node, and events change less often. */
const kept = new WeakMap<ReadonlyMap<string, EventFact>, ReadonlyMap<string, CertificateEvents>>();

function withOne(told: CertificateEvents, event: EventFact): CertificateEvents {
  switch (event.reason) {
    case 'CertificateExpirationWarning':
      return { ...told, leafs: newer(told.leafs, event) };
    case 'CACertificateExpirationWarning':
      return { ...told, authorities: newer(told.authorities, event) };
    case 'CertificateExpirationOK':
      return { ...told, fineAt: Math.max(told.fineAt, seenAt(event)) };
    default:
      return told;
  }
}

function newer(before: EventFact | null, event: EventFact): EventFact {
  return before === null || seenAt(event) > seenAt(before) ? event : before;
}
