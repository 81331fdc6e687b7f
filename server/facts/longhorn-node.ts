import type { FactHead } from './fact.ts';
import { asItIs, type Intern } from './read-raw.ts';

/** A Node of Longhorn with its disks; not the Node of Kubernetes. Source: `/apis/longhorn.io/v1beta2/nodes`. */
export interface LonghornNodeFact extends FactHead {
  namespace: string;
  name: string;
  allowScheduling: boolean;
  /** `Ready`, `Schedulable`, `MountPropagation`, ... by type. */
  conditions: Readonly<Record<string, { status: string; reason: string; message: string; changedAt: number | null }>>;
  /** At most 32, by name. */
  disks: readonly LonghornDisk[];
}

export interface LonghornDisk {
  name: string;
  path: string;
  availableBytes: number | null;
  maximumBytes: number | null;
  /** Promised to replicas. */
  scheduledBytes: number | null;
  reservedBytes: number | null;
  allowScheduling: boolean;
  ready: { status: string; reason: string; message: string; changedAt: number | null } | null;
  schedulable: { status: string; reason: string; message: string; changedAt: number | null } | null;
  /** What SMART says of the disk below: `PASSED`, `FAILED`, `UNKNOWN` or the raw word; "" where it says nothing. */
  health: string;
  /** What of it is failing, in its words, at most 3. */
  healthTroubles: readonly string[];
}

/** A raw Node of Longhorn as a fact; null if it has no name. */
export function longhornNodeFact(raw: unknown, source: string, intern: Intern = asItIs): LonghornNodeFact | null {
  void [raw, source, intern];
  return null;
}
