/** What is wrong with the demo's API server and the way to it. All of it can hold at once. */
export interface ApiFaults {
  /** Nobody listens. */
  refused: boolean;
  /** Somebody listens and says nothing. */
  silent: boolean;
  /** Our credentials are no longer taken; since when, epoch ms. */
  unauthorizedSince: number | null;
  /** Resources that we may not read. */
  forbidden: ReadonlySet<string>;
  /** Parts of `/readyz` that fail. */
  failingParts: readonly string[];
  /** The serving certificate shown in new handshakes ran out then, epoch ms. */
  certificateExpiredAt: number | null;
  /** The cluster has another authority since then, epoch ms: whoever connects anew with the one we know trusts nobody. */
  authorityExchangedAt: number | null;
  /** Added to each answer's latency, ms. */
  slowMs: number;
}

export const noFaults: ApiFaults = {
  refused: false,
  silent: false,
  unauthorizedSince: null,
  forbidden: new Set(),
  failingParts: [],
  certificateExpiredAt: null,
  authorityExchangedAt: null,
  slowMs: 0,
};

/** Whether kubelets and controllers can write: they cannot while the API server or its storage is away. */
export function acceptsWrites(faults: ApiFaults): boolean {
  return !faults.refused && !faults.silent && !storageIsDead(faults);
}

/** What has to be read from storage is never answered then. */
export function storageIsDead(faults: ApiFaults): boolean {
  return faults.failingParts.some((part) => part.startsWith('etcd'));
}
