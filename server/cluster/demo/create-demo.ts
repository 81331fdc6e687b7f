import type { Connection } from '../connection.ts';
import { createDemoConnection } from './demo-connection.ts';
import { createDemoDoor } from './demo-door.ts';
import type { Network } from '../network.ts';
import { createDemoKubelets } from './demo-kubelets.ts';
import { createDemoNetwork } from './demo-network.ts';
import { createDemoStage } from './demo-stage.ts';
import { createDemoTransport } from './demo-transport.ts';
import { createHomelab } from './homelab.ts';
import { createObjectStore } from './object-store.ts';
import type { DemoPlay } from './demo-play.ts';
import { createDemoPlayer, type DemoPlayer } from './demo-player.ts';
import { createPodLogs } from './pod-logs.ts';
import { createRandom } from './random.ts';
import type { Stage } from './scenario.ts';
import { createSchedule, processTimer, type SetTimer } from './schedule.ts';
import { createWorld } from './world.ts';

/** What a demo is made from. */
export interface DemoOptions {
  /** The time, epoch ms. */
  clock: () => number;
  /** The same seed, clock and requests give the same bytes. */
  seed: number;
  /** What is played (`demoPlay`); nothing bad happens without. */
  play?: DemoPlay;
  /** Timers that go with the clock: the process's own by default. */
  setTimer?: SetTimer;
}

/** A homelab that is not there, seen through the doors of a real one. */
export interface DemoCluster {
  connection: Connection;
  /** What is to be reached from its wall. */
  network: Network;
  /** On which anything can be played besides. */
  stage: Stage;
  /** Plays something else. */
  player: DemoPlayer;
  /** Resolves when the demo is stopped. Rejects if a scenario asks for what the demo does not have. */
  played: Promise<void>;
  /** Ends all requests, streams and timers. */
  stop(): void;
}

const tls = { everyMs: 8000, everyBadMs: 8000, everyFailedMs: 8000, everyNearMs: 8000, againMs: 4000 };
// What a registry holds is looked for again and again: it is empty for 2 min only.
const images = { gapMs: 250, limitMs: 4000, roundMs: 20_000, sampleMs: 10_000 };
const missing = { missingSoonMs: 10_000, missingMs: 10_000, troubledMs: 10_000 };

/** How often a wall looks at what surrounds the demo, which costs nothing, so that a scenario of 3 min shows: see `ProbesLimits`. */
export const demoProbeLimits = {
  tls,
  services: { everyDownMs: 8000 },
  registries: { images: { ...images, ...missing } },
};

const ADDRESS = '192.168.1.10:6443';
// Some months of a quiet cluster.
const FIRST_REVISION = 18_402_117;

export function createDemo({ clock, seed, play, setTimer = processTimer }: DemoOptions): DemoCluster {
  const random = createRandom(seed);
  const schedule = createSchedule(clock, setTimer);
  const door = createDemoDoor();
  const store = createObjectStore(FIRST_REVISION + random.fork('revision').between(0, 99_999));
  const logs = createPodLogs();
  const world = createWorld({ store, schedule, door, logs, random: random.fork('life') });
  const homelab = createHomelab(world);
  const way = { store, logs, schedule, door, address: ADDRESS };
  const transport = createDemoTransport({ ...way, random: random.fork('answers') });
  const { nodes, k3s, web, network, storage } = homelab;
  const { disks, speaks } = nodes;
  const kubelets = createDemoKubelets({
    ...way,
    disks,
    volumes: storage.data,
    k3s,
    speaks,
    random: random.fork('kubelets'),
  });
  const seen = { ...way, k3s, web, network, speaks, now: clock, random: random.fork('connection') };
  const connection = createDemoConnection({ ...seen, transport, kubelets });
  const stage = createDemoStage(homelab, door, clock);
  const { promise: played, resolve, reject } = Promise.withResolvers<void>();
  const parts = { stage, homelab, schedule, random: random.fork('play'), first: play ?? null, failed: reject };
  const player = createDemoPlayer(parts);
  return {
    connection,
    network: createDemoNetwork({ ...seen, random: random.fork('network') }),
    stage,
    player,
    played,
    stop() {
      player.stop();
      connection.close();
      schedule.stop();
      resolve();
    },
  };
}
