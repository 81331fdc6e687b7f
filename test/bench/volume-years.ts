import volumeEmptied from '#server/checks/storage/volume-emptied.ts';
import type { CheckContext, Remembers } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { acknowledgeVolume, type VolumeMemory } from '#server/checks/volume-memory.ts';
import { row, table } from './report.ts';
import {
  happen,
  makeVolumes,
  snapshotOf,
  statsOf,
  type SimulatedNode,
  type SimulatedVolume,
} from './volume-cluster.ts';
import { between, randomOf, type Random } from './volume-lives.ts';
import { benchVolumeCycles } from './volume-cycles.ts';
import { judgingOf } from './volume-judging.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const remembers = volumeEmptied.remembers as Remembers<VolumeMemory>;
const begun = Date.UTC(2026, 0, 1);
/** One a volume and month, but for December: 20 volumes are lost ten times each. */
const plantEveryMs = 30 * day;

const days = Number(process.env['VOLUME_DAYS'] ?? 365);

/** What a year came to. */
interface Year {
  raised: string[];
  planted: number;
  found: number;
  missed: string[];
  /** From the first measurement that shows it to red, and from the loss itself. */
  toRed: number[];
  fromLoss: number[];
}

/** A year of 20 volumes without and one with 200 losses, for each seed of `VOLUME_SEEDS`; then 500 claims. */
export function benchVolumes(): void {
  const seeds = (process.env['VOLUME_SEEDS'] ?? '1').split(',').map(Number);
  for (const seed of seeds) {
    const calm = liveYear(seed, false);
    const lossy = liveYear(seed, true);
    for (const line of [...calm.raised, ...lossy.raised]) console.log(`false alarm: ${line}`);
    for (const line of lossy.missed) console.log(`missed: ${line}`);
    table(`a generated year of 20 volumes, seed ${seed}`, [
      row('false alarms in a year without losses', '0', calm.raised.length, null, ''),
      row('false alarms in a year with losses', '0', lossy.raised.length, null, ''),
      row('planted losses', '200', lossy.planted, null, ''),
      row('found', '200', lossy.found, null, ''),
      row('red after the first newer measurement was read, at most', '10', Math.max(...lossy.toRed) / 1_000, null, 's'),
      row('red after the loss itself, median', '-', median(lossy.fromLoss) / 1_000, null, 's'),
    ]);
    if (calm.raised.length + lossy.raised.length > 0 || lossy.found !== lossy.planted) process.exitCode = 1;
  }
  const judging = judgingOf(500);
  table('judging 500 claims by storage/volume-emptied alone', [
    row('a cycle, nothing changed', '10', judging.sameMs, null, 'ms'),
    row('a cycle, all measured anew', '10', judging.newMs, null, 'ms'),
  ]);
  benchVolumeCycles();
}

function liveYear(seed: number, withLosses: boolean): Year {
  const random = randomOf(seed * 7_919 + (withLosses ? 1 : 0));
  const volumes = makeVolumes(random);
  const nodes: SimulatedNode[] = [0, 1, 2].map(() => ({ boot: 0, silentUntil: 0, ahead: 0 }));
  const wall = new Wall();
  const year: Year = { raised: [], planted: 0, found: 0, missed: [], toRed: [], fromLoss: [] };
  const losses = withLosses
    ? volumes.filter(({ expectShrink }) => !expectShrink).map((volume, i) => new Losses(volume, i, year))
    : [];
  let at = 0;
  let wallOffUntil = 0;
  let wallAhead = 0;
  while (at < days * day) {
    const ms = Math.round(between(random, 2 * minute, 8 * minute));
    at += ms;
    for (const { life } of volumes) life.step(at, ms);
    happen(volumes, nodes, at, ms, random);
    for (const each of losses) each.step(at, random);
    measure(volumes, nodes, at, random);
    if (random() < (ms / day) * 0.2) wallOffUntil = at + between(random, 0, random() < 0.2 ? 2 * day : 20 * minute);
    if (random() < (ms / day) * 0.02) wallAhead = random() < 0.7 ? 0 : between(random, -hour, 2 * hour);
    if (at < wallOffUntil) {
      wall.restart();
      continue;
    }
    const now = begun + at + wallAhead;
    wall.judge(snapshotOf(volumes, nodes, now, at));
    for (const volume of volumes) {
      const plant = losses.find((each) => each.volume === volume);
      if (plant?.isOpen === true) plant.look(wall, nodes, at, now);
      else if (wall.isRed(volume.key)) {
        year.raised.push(
          `seed ${seed}, ${volume.life.kind} ${volume.key}, day ${(at / day).toFixed(2)}: ${wall.words(volume.key)}`,
        );
        wall.acknowledge(volume.key, 'seen', now);
      }
    }
  }
  return year;
}

function measure(
  volumes: readonly SimulatedVolume[],
  nodes: readonly SimulatedNode[],
  at: number,
  random: Random,
): void {
  for (const volume of volumes) {
    const node = nodes[volume.node];
    if (node === undefined || volume.downUntil > at || node.silentUntil > at) continue;
    volume.measured = statsOf(volume, begun + at + node.ahead - Math.round(between(random, 0, 80_000)));
  }
}

/** The wall as far as volumes go: what it remembers, through JSON at each restart. */
class Wall {
  #memory = new Map<string, VolumeMemory>();

  judge(snapshot: Snapshot): void {
    const after = new Map<string, VolumeMemory>();
    for (const key of remembers.subjects(snapshot)) {
      after.set(key, remembers.remember(this.#memory.get(key), key, snapshot, 0));
    }
    for (const [key, memory] of this.#memory) {
      if (!after.has(key) && remembers.keeps?.(memory, snapshot) === true) after.set(key, memory);
    }
    this.#memory = after;
    this.#snapshot = snapshot;
  }

  #snapshot: Snapshot | null = null;

  restart(): void {
    this.#memory = new Map(
      Object.entries(JSON.parse(JSON.stringify(Object.fromEntries(this.#memory))) as Record<string, VolumeMemory>),
    );
  }

  isRed(key: string): boolean {
    const loss = this.#memory.get(key)?.loss ?? null;
    return loss !== null && this.#verdictOf(key)?.level === 'bad';
  }

  words(key: string): string {
    return JSON.stringify(this.#verdictOf(key)?.say.values);
  }

  acknowledge(key: string, meaning: 'seen' | 'restored', at: number): void {
    const memory = this.#memory.get(key);
    if (memory !== undefined) this.#memory.set(key, acknowledgeVolume(memory, meaning, at));
  }

  #verdictOf(key: string) {
    const memory = this.#memory.get(key);
    if (this.#snapshot === null || memory === undefined) return undefined;
    const context = {
      ...{ settings: {}, memory: new Map([[key, memory]]), memoryOf: () => new Map(), moments: [], trend: () => [] },
    };
    return volumeEmptied.judge(this.#snapshot, context as unknown as CheckContext<never, unknown>)[0];
  }
}

/** The losses of one volume, one after the other: planted, found or missed, restored two days later. */
class Losses {
  volume: SimulatedVolume;
  isOpen = false;
  #nextAt: number;
  #lostAt = 0;
  #count = 0;
  #seenSamples = 0;
  #firstSeenAt: number | null = null;
  #lastTold: number | null = null;
  #restoreAt = 0;
  #isFound = false;
  #what = '';
  #year: Year;

  constructor(volume: SimulatedVolume, place: number, year: Year) {
    this.volume = volume;
    this.#year = year;
    this.#nextAt = 5 * day + place * 1.5 * day;
  }

  step(at: number, random: Random): void {
    if (this.isOpen || at < this.#nextAt || this.#year.planted >= 200 || !isSomething(this.volume)) return;
    this.#plant(at, random);
    this.#nextAt += plantEveryMs;
  }

  #plant(at: number, random: Random): void {
    const { volume } = this;
    const sort = sorts[this.#count % sorts.length]!;
    this.#count += 1;
    this.#year.planted += 1;
    this.#what = `${sort.name} of ${volume.life.kind} ${volume.key}, day ${(at / day).toFixed(2)}, of ${JSON.stringify(volume.life.contents)}`;
    volume.lost = sort.left(volume, random);
    if (sort.isRemounted) volume.podUid += 1;
    if (sort.isReplaced === true) volume.volumeName += 1;
    if (sort.isMoved === true) volume.node = (volume.node + 1) % 3;
    volume.downUntil = Math.max(volume.downUntil, at + sort.downMs * random());
    if (sort.isRemounted) volume.measured = null;
    Object.assign(this, { isOpen: true });
    this.#lostAt = at;
    this.#restoreAt = at + 2 * day;
    this.#isFound = false;
    this.#firstSeenAt = null;
    this.#lastTold = volume.measured?.at ?? null;
    this.#seenSamples = 0;
  }

  look(wall: Wall, nodes: readonly SimulatedNode[], at: number, now: number): void {
    const { volume } = this;
    const told = volume.measured?.at ?? null;
    const isNew =
      told !== null &&
      told !== this.#lastTold &&
      volume.downUntil <= at &&
      (nodes[volume.node]?.silentUntil ?? 0) <= at;
    if (isNew) {
      this.#seenSamples += 1;
      this.#firstSeenAt ??= at;
      this.#lastTold = told;
    }
    if (!this.#isFound && wall.isRed(volume.key)) {
      this.#isFound = true;
      this.#year.found += 1;
      this.#year.toRed.push(at - (this.#firstSeenAt ?? at));
      this.#year.fromLoss.push(at - this.#lostAt);
    }
    if (at < this.#restoreAt || this.#seenSamples < 2) return;
    if (!this.#isFound) this.#year.missed.push(this.#what);
    volume.lost = null;
    volume.measured = null;
    wall.acknowledge(volume.key, 'restored', now);
    this.isOpen = false;
    // What was restored must have been there again before it can be lost again.
    this.#nextAt = Math.max(this.#nextAt, at + 4 * day);
  }
}

/** An empty log has nothing to lose. */
function isSomething({ life: { contents } }: SimulatedVolume): boolean {
  return contents.bytes >= 120e6 || contents.files >= 20;
}

interface Sort {
  name: string;
  isRemounted: boolean;
  isReplaced?: true;
  isMoved?: true;
  /** The pod is down for so long at most. */
  downMs: number;
  left(volume: SimulatedVolume, random: Random): { bytes: number; files: number };
}

const nothing = () => ({ bytes: 0, files: 0 });
/** What a program makes anew of its own on a blank volume, as far as it had more. */
const begunAnew = ({ life }: SimulatedVolume, random: Random) => {
  const { bytes, files } = life.contents;
  return bytes > 400e6 && files > 100
    ? { bytes: bytes * between(random, 0.002, 0.05), files: files * between(random, 0.01, 0.15) }
    : nothing();
};

const sorts: readonly Sort[] = [
  { name: 'blank after a remount', isRemounted: true, downMs: 5 * minute, left: nothing },
  { name: 'deleted in place', isRemounted: false, downMs: 0, left: nothing },
  { name: 'blank, with its pod down for hours', isRemounted: true, downMs: 10 * hour, left: nothing },
  { name: 'another volume', isRemounted: true, isReplaced: true, downMs: hour, left: nothing },
  { name: 'blank on another node', isRemounted: true, isMoved: true, downMs: hour, left: nothing },
  { name: 'blank and begun anew', isRemounted: true, downMs: 5 * minute, left: begunAnew },
  {
    name: 'all files but one large one',
    isRemounted: true,
    downMs: minute,
    // Where nobody counts files only bytes can tell.
    left: ({ life, fileSystem }) =>
      fileSystem.inodes !== null && life.contents.files > 1_000 ? { bytes: life.contents.bytes, files: 20 } : nothing(),
  },
];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
