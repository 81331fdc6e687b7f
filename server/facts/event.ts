import { certificateReasons, certificatesIn, type EventCertificate } from './event-certificates.ts';
import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, messageOf, numberOf, objectOf, textOf, timeOf, type Intern, type Raw } from './read-raw.ts';
import { tellingReasons } from './telling-reasons.ts';

/** A Warning event, or a Normal one with a telling reason. Source: `/api/v1/events`, bounded. */
export interface EventFact extends FactHead {
  type: 'Warning' | 'Normal';
  reason: string;
  message: string;
  /** Kind, namespace and name of what it is about. */
  about: { kind: string; namespace: string | null; name: string };
  component: string;
  count: number;
  firstAt: number | null;
  lastAt: number | null;
  /** Those that k3s or RKE2 warns of; absent for all other events. */
  certificates?: EventCertificate[];
}

/**
 * A raw Event (core/v1, old and new style, or events.k8s.io/v1) as a fact; null if it has no name, or is a Normal one that
 * tells nothing.
 */
export function eventFact(raw: unknown, source: string, intern: Intern = asItIs): EventFact | null {
  const event = objectOf(raw);
  const reason = intern(textOf(event['reason'], 128));
  const isWarning = event['type'] === 'Warning';
  if (!isWarning && !tellingReasons.has(reason)) return null;
  const identity = identityOf(raw);
  if (identity === null) return null;
  const series = objectOf(event['series']);
  const about = objectOf(event['involvedObject'] ?? event['regarding']);
  return {
    key: identity.key,
    uid: identity.uid,
    source,
    type: isWarning ? 'Warning' : 'Normal',
    reason,
    message: intern(messageOf(event['message'] ?? event['note'])),
    about: {
      kind: intern(textOf(about['kind'])),
      namespace: intern(textOf(about['namespace'])) || null,
      name: intern(textOf(about['name'])),
    },
    component: intern(componentOf(event)),
    count: numberOf(series['count'] ?? event['count'] ?? event['deprecatedCount'], 1, 1e9) ?? 1,
    firstAt: firstAt(event),
    lastAt: lastAt(event, series),
    // Of the whole message: what is kept of it is cut.
    ...(certificateReasons.has(reason) && { certificates: certificatesIn(event['message'] ?? event['note']) }),
  };
}

function componentOf(event: Raw): string {
  const source = objectOf(event['source'] ?? event['deprecatedSource']);
  return textOf(source['component']) || textOf(event['reportingComponent'] ?? event['reportingController']);
}

function firstAt(event: Raw): number | null {
  return (
    timeOf(event['firstTimestamp'] ?? event['deprecatedFirstTimestamp']) ??
    timeOf(event['eventTime']) ??
    timeOf(objectOf(event['metadata'])['creationTimestamp'])
  );
}

function lastAt(event: Raw, series: Raw): number | null {
  return (
    timeOf(series['lastObservedTime']) ??
    timeOf(event['lastTimestamp'] ?? event['deprecatedLastTimestamp']) ??
    firstAt(event)
  );
}
