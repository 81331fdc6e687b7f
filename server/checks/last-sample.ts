import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { isMeasuredNow, type ClaimUse } from './claim-use.ts';
import { sampleOf, type VolumeSample } from './volume-sample.ts';

/** The last sample of each use, and the node that it was taken of. */
const lastSamples = new WeakMap<ClaimUse, { sample: VolumeSample; node: NodeFact | undefined }>();

// So old at most a time of the kubelet's is surely taken as it is.
const believableMs = 5 * 60_000;

/** What is measured of a claim now, as `sampleOf` tells it: the very same until it is measured anew. */
export function lastSampleOf(use: ClaimUse | undefined, snapshot: Snapshot): VolumeSample | null {
  if (use === undefined) return null;
  const node = snapshot.facts('node').get(use.measuredBy?.node ?? '');
  const before = lastSamples.get(use);
  if (before?.node === node && before !== undefined && isStillSo(before.sample, use, snapshot)) return before.sample;
  const sample = sampleOf(use, snapshot);
  if (sample !== null) lastSamples.set(use, { sample, node });
  return sample;
}

/** True for one that was, and is, dated by the kubelet's own clock, which answers. */
function isStillSo({ at, toldAt }: VolumeSample, use: ClaimUse, snapshot: Snapshot): boolean {
  const { now } = snapshot;
  const isDated = use.stats?.at === toldAt && at === toldAt && toldAt <= now && now - toldAt <= believableMs;
  return isDated && isMeasuredNow(use, snapshot);
}
