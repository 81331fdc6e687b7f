export type SourceState =
  'syncing' | 'synced' | 'stale' | 'forbidden' | 'absent' | 'unauthorized' | 'untrusted' | 'unreachable' | 'failing';

/** How one feed or probe stands. Times are epoch ms. */
export interface SourceStatus {
  /** `nodes`, `pods`, `leases`, `events`, `apiservices`, `api-door`, `api-handshake`, `kubelet/nuc0`. */
  name: string;
  state: SourceState;
  /** Since when it is in this state. */
  since: number;
  /** When its data were last known to be true; null if never. */
  freshAt: number | null;
  /** In words that can stand in a sentence: "403 Forbidden: nodes is forbidden ...". */
  reason?: string;
  /** How often it had to begin anew, by reason: `{ "410": 2, "connection lost": 1 }`. */
  restarts?: Record<string, number>;
}
