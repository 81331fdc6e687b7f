import { machineOf } from './machines.ts';

/** How full the disks of the demo's machines are. */
export interface NodeDisks {
  /** Bytes, now. */
  used(node: string): number;
  /** From now on something writes so much to it, until it is cleaned; at once it is used to `fromShare` (0 to 1). */
  fill(node: string, bytesPerHour: number, fromShare?: number): void;
  /** What filled it is gone. */
  clean(node: string): void;
  cleanAll(): void;
}

const HOUR_MS = 3_600_000;
/** Shares that are used while nothing fills them. */
const usual: Readonly<Record<string, number>> = { kmaster: 0.41, nuc0: 0.38, nuc1: 0.57, nuc2: 0.46 };
const USUAL_SHARE = 0.12;
// Logs are written and rotated: hardly to be seen, and never a trend.
const WAVE_SHARE = 0.0005;
const WAVE_MS = 2 * HOUR_MS;

/** Disks on which life goes on. `now` gives epoch ms. */
export function createNodeDisks(now: () => number): NodeDisks {
  const filling = new Map<string, { since: number; bytesPerHour: number; fromShare: number }>();
  return {
    used(node) {
      const capacity = machineOf(node).diskKi * 1024;
      const wave = WAVE_SHARE * Math.sin((now() / WAVE_MS) * 2 * Math.PI);
      const usualShare = usual[node] ?? USUAL_SHARE;
      const nothing = { since: now(), bytesPerHour: 0, fromShare: usualShare };
      const { since, bytesPerHour, fromShare } = filling.get(node) ?? nothing;
      const written = (bytesPerHour * (now() - since)) / HOUR_MS;
      return Math.min(capacity, Math.round(capacity * (fromShare + wave) + written));
    },
    fill: (node, bytesPerHour, fromShare = usual[node] ?? USUAL_SHARE) =>
      void filling.set(node, { since: now(), bytesPerHour, fromShare }),
    clean: (node) => void filling.delete(node),
    cleanAll: () => filling.clear(),
  };
}
