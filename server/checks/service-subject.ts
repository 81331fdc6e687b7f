import type { ServiceFact } from '#server/facts/service.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Effect } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId, type Subject } from '#shared/finding.ts';

/** Whose findings are about a probe: `Probe/gitea`, `Host/git.example:8443`. */
export function probeSubject({ key }: Pick<ServiceProbeFact, 'key'>): Subject {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The probe that an effect is about, undefined if it is about none. */
export function probeOf({ subject }: Pick<Effect, 'subject'>, snapshot: Snapshot): ServiceProbeFact | undefined {
  if (subject.kind !== 'Host' && subject.kind !== 'Probe') return undefined;
  return snapshot.facts('serviceProbe').get(subjectId(subject));
}

/** A Service of Kubernetes as subject, by `namespace/name`. */
export function serviceSubject(key: ServiceFact['key']): Subject {
  const slash = key.indexOf('/');
  return { kind: 'Service', namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
