import { mostSeries } from './history.ts';
import { bytesOf, floatsOf } from './series-cells.ts';
import { Statements, ticksOfHour, ticksRoom } from './series-tables.ts';

/** The running hour of a cluster: `run` tells its rows from left-overs, `hour` is in hours since 1970, null before the first tick. */
export interface Run {
  cluster: number;
  run: number;
  hour: number | null;
}

/** What was measured of some slots in the running hour. */
export interface RunningHour {
  /** The places in the hour of the ticks that were recorded. */
  places: number[];
  /** Of each slot asked for, by place; NaN where nothing was measured. */
  samples: Float32Array[];
}

// A row of always the same length is overwritten in place; so many slots more are room for new series.
const slotsMore = 32;

/** So many slots there are in an hour: series that come and go take new ones, since the rows of the hour hold the old ones' values. */
export const mostSlots = 2 * mostSeries;

/** Writes what the slots measured at a tick, in place of what was written at the same tick before. `slots`: how many there are. */
export function putTick(
  statements: Statements,
  { cluster, run }: Run,
  tick: number,
  values: ReadonlyMap<number, number>,
  slots: number,
): void {
  const body = new Float32Array(Math.ceil(slots / slotsMore) * slotsMore).fill(NaN);
  for (const [slot, value] of values) body[slot] = value;
  statements
    .of('INSERT OR REPLACE INTO series_ticks (id, run, tick, body) VALUES (?, ?, ?, ?)')
    .run(cluster * ticksRoom + (tick % ticksOfHour), run, tick, bytesOf(body));
}

/** What was measured of these slots in the running hour. */
export function readRunningHour(statements: Statements, run: Run, slots: readonly number[]): RunningHour {
  const first = Math.min(...slots);
  const samples = slots.map(() => new Float32Array(ticksOfHour).fill(NaN));
  if (slots.length === 0 || run.hour === null) return { places: [], samples };
  const rows = rowsOf(statements, run, first, Math.max(...slots) - first + 1);
  const places = rows.map(({ tick }) => tick % ticksOfHour);
  for (const { tick, body } of rows) {
    const values = floatsOf(body);
    slots.forEach((slot, i) => (samples[i]![tick % ticksOfHour] = values[slot - first] ?? NaN));
  }
  return { places, samples };
}

/** The newest tick at which each slot was measured in the running hour; slots that were not are left out. */
export function newestTicks(statements: Statements, run: Run): ReadonlyMap<number, number> {
  const newest = new Map<number, number>();
  for (const { tick, body } of rowsOf(statements, run, 0, mostSlots)) {
    floatsOf(body).forEach((value, slot) => {
      if (!Number.isNaN(value)) newest.set(slot, Math.max(tick, newest.get(slot) ?? 0));
    });
  }
  return newest;
}

function rowsOf(statements: Statements, { cluster, run }: Run, firstSlot: number, slots: number) {
  const from = cluster * ticksRoom;
  return statements
    .of(`SELECT tick, substr(body, ?, ?) AS body FROM series_ticks WHERE id BETWEEN ? AND ? AND run = ?`)
    .all(firstSlot * 4 + 1, slots * 4, from, from + ticksRoom - 1, run) as { tick: number; body: Uint8Array }[];
}
