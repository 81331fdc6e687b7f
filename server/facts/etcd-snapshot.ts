import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

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
  void [raw, source, intern];
  return null;
}
