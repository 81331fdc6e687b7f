import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';
import { targetUrlOf } from './target-url.ts';

/** A snapshot of the cluster's own database by k3s or RKE2 (ETCDSnapshotFile). Source: `/apis/k3s.cattle.io/v1/etcdsnapshotfiles`. */
export interface EtcdSnapshotFact extends FactHead {
  name: string;
  snapshot: string;
  node: string;
  /** `file:///...` or `s3://bucket/...`. */
  location: string;
  ready: boolean | null;
  error: string;
  bytes: number | null;
  takenAt: number | null;
}

/** A raw ETCDSnapshotFile as a fact; null if it has no name. */
export function etcdSnapshotFact(raw: unknown, source: string, intern: Intern = asItIs): EtcdSnapshotFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const { readyToUse } = status;
  const error = objectOf(status['error']);
  return {
    ...{ key: identity.key, uid: identity.uid, source, name: identity.name },
    snapshot: textOf(spec['snapshotName']),
    node: intern(textOf(spec['nodeName'])),
    location: targetUrlOf(spec['location']),
    ready: typeof readyToUse === 'boolean' ? readyToUse : null,
    error: shownMessage(error['message']),
    bytes: quantityOf(status['size'], mostBytes),
    // One that failed has only the time of its error.
    takenAt: meantTimeOf(status['creationTime']) ?? meantTimeOf(error['time']),
  };
}
