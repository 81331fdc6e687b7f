import type { Random } from './random.ts';
import { rawTime, type RawEvent, type RawObject } from './raw-objects.ts';

/** What an event says, of whom, and who says it. */
export interface EventNote {
  about: RawObject;
  kind: 'Pod' | 'Node' | 'ReplicaSet' | 'StatefulSet' | 'PersistentVolumeClaim';
  reason: string;
  message: string;
  component: string;
  /** The node on which it was seen, if it was seen on one. */
  host?: string;
  type?: 'Normal' | 'Warning';
  /** What is said again and again is one event that counts. */
  repeats?: boolean;
}

/** An event of core v1, as kubelets and controllers still write them. */
export function makeEvent(note: EventNote, random: Random, now: number): RawEvent {
  const { name, namespace, uid } = note.about.metadata;
  const home = namespace ?? 'default';
  const at = rawTime(now);
  return {
    // The suffix is the nanosecond of the first occurrence.
    metadata: { name: `${name}.${random.hex(16)}`, namespace: home, uid: random.uid(), ...metadata(at) },
    involvedObject: {
      kind: note.kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      uid: note.kind === 'Node' && namesItself.includes(note.component) ? name : uid,
      ...apiVersionOf(note.kind),
    },
    reason: note.reason,
    message: note.message,
    source: { component: note.component, ...(note.host === undefined ? {} : { host: note.host }) },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    type: note.type ?? 'Normal',
    eventTime: null,
    reportingComponent: note.component,
    reportingInstance: note.host ?? '',
  };
}

/** The same event, seen once more. */
export function seenAgain(event: RawEvent, now: number): RawEvent {
  return { ...event, lastTimestamp: rawTime(now), count: event.count + 1 };
}

// They name their node by name, not by UID.
const namesItself: readonly string[] = ['kubelet', 'k3s-cert-monitor'];

// Kubelets name nodes without it.
function apiVersionOf(kind: EventNote['kind']) {
  if (kind === 'Node') return {};
  return { apiVersion: kind === 'Pod' || kind === 'PersistentVolumeClaim' ? 'v1' : 'apps/v1' };
}

function metadata(creationTimestamp: string) {
  return { resourceVersion: '', creationTimestamp };
}
