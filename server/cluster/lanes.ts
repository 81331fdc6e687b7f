import { createHash } from 'node:crypto';
import { createLane, type Lane, type LaneOptions } from './lane.ts';
import type { TransportError } from './transport.ts';
import type { ClientCertificate, Endpoint } from './way-in.ts';

/** The lane that new requests take, and those that are being left. */
export interface Lanes {
  /** Another endpoint or certificate than before opens another lane; streams of the old one live on. */
  laneFor(endpoint: Endpoint, certificate: ClientCertificate | null): Lane;
  /** Of the present lane; null before the first request. */
  readonly protocol: Lane['protocol'] | null;
  /** Ends all lanes with their streams; the next request opens a new one. */
  destroy(failure: TransportError): void;
}

/** No lanes yet. */
export function createLanes(options: Pick<LaneOptions, 'clock' | 'limits'>): Lanes {
  let current: { key: string; lane: Lane } | null = null;
  const all = new Set<Lane>();
  return {
    laneFor(endpoint, certificate) {
      // A hash, so that no key stands about in a second place.
      const key = createHash('sha256')
        .update(JSON.stringify([endpoint, certificate]))
        .digest('hex');
      if (current?.key === key) return current.lane;
      current?.lane.renew();
      // Old lanes are few (one for each rotation) and are forgotten once their last stream has ended.
      for (const lane of all) if (lane.streams === 0) all.delete(lane);
      const lane = createLane({ endpoint, certificate, ...options });
      all.add(lane);
      current = { key, lane };
      return lane;
    },
    get protocol() {
      return current?.lane.protocol ?? null;
    },
    destroy(failure) {
      current = null;
      for (const lane of all) lane.destroy(failure);
      all.clear();
    },
  };
}
