import noHeartbeat from '#server/checks/nodes/no-heartbeat.ts';
import type { HeartbeatMemory } from '#server/checks/heartbeat-memory.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { aLease } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { noon, second } from '#test/builders/time.ts';

/** A play in which node nuc0 renews every 10 s while it lives, judged every second. */
export interface HeartbeatPlay {
  now: number;
  alive: boolean;
  /** Laid over each snapshot: a door that is not ready, a source that is not fresh. */
  parts: SnapshotParts;
  /** Goes on by so many seconds. */
  seconds(count: number): void;
  /** Nobody judges for so long; the lease goes on if the node is alive. */
  away(ms: number): void;
  /** Our process starts again: memory is kept, elapsed time is not. */
  restart(): void;
  snapshot(): Snapshot;
  memory(): ReadonlyMap<string, HeartbeatMemory>;
}

/** Begins at noon with nothing remembered; the first renewal comes after 2 s. */
export function heartbeatPlay(): HeartbeatPlay {
  const remembers = noHeartbeat.remembers!;
  let memory: ReadonlyMap<string, unknown> = new Map();
  let renewals = 0;
  let last: number | null = null;
  let nextAt = noon + 2 * second;

  function judge(): void {
    const snapshot = play.snapshot();
    // As the engine counts it: nothing the first time, at most 5 s.
    const elapsedMs = last === null ? 0 : Math.min(5 * second, play.now - last);
    last = play.now;
    memory = new Map(
      [...remembers.subjects(snapshot)].map((name) => [
        name,
        remembers.remember(memory.get(name), name, snapshot, elapsedMs),
      ]),
    );
  }

  function live(): void {
    for (; nextAt <= play.now; nextAt += 10 * second) if (play.alive) renewals += 1;
  }

  const play: HeartbeatPlay = {
    now: noon,
    alive: true,
    parts: {},
    seconds(count) {
      for (let i = 0; i < count; i += 1) {
        play.now += second;
        live();
        judge();
      }
    },
    away(ms) {
      play.now += ms;
      live();
    },
    restart() {
      last = null;
    },
    snapshot: () =>
      aSnapshot({
        now: play.now,
        nodes: [aNode()],
        leases: [aLease({ renewTime: `the node's clock, beat ${renewals}` })],
        ...play.parts,
      }),
    memory: () => memory as ReadonlyMap<string, HeartbeatMemory>,
  };
  judge();
  return play;
}
