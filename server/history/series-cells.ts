import type { MeasuredSum } from './history.ts';

/** Minimum, average and maximum of steps of time that follow each other, and how many samples each stands for (0: none). */
export interface Cells {
  min: Float32Array;
  average: Float32Array;
  max: Float32Array;
  /** At most 240, the samples of an hour. */
  count: Uint8Array;
  /** All of it as it is kept: 13 bytes a step, in the order above. */
  bytes: Uint8Array;
}

const bytesOfStep = 13;

/** Cells in which nothing was measured. */
export function emptyCells(length: number): Cells {
  return cellsOn(new ArrayBuffer(length * bytesOfStep), length);
}

/** The cells that were kept as `bytes`; what is missing at their end was not measured. */
export function cellsOf(bytes: Uint8Array, length: number): Cells {
  const cells = emptyCells(length);
  cells.bytes.set(bytes.subarray(0, length * bytesOfStep));
  return cells;
}

function cellsOn(buffer: ArrayBuffer, length: number): Cells {
  return {
    min: new Float32Array(buffer, 0, length),
    average: new Float32Array(buffer, 4 * length, length),
    max: new Float32Array(buffer, 8 * length, length),
    count: new Uint8Array(buffer, 12 * length, length),
    bytes: new Uint8Array(buffer),
  };
}

/** Samples (NaN: not measured) as cells of `per` samples each. */
export function cellsOfSamples(samples: Float32Array, per: number): Cells {
  const cells = emptyCells(samples.length / per);
  for (let cell = 0; cell < cells.count.length; cell += 1) {
    const sum = emptySum();
    for (let i = cell * per; i < (cell + 1) * per; i += 1) addSample(sum, samples[i] ?? NaN);
    putSum(cells, cell, sum);
  }
  return cells;
}

/** Cells as fewer cells of `per` each. */
export function folded(cells: Cells, per: number): Cells {
  const into = emptyCells(cells.count.length / per);
  for (let cell = 0; cell < into.count.length; cell += 1) {
    const sum = emptySum();
    for (let i = cell * per; i < (cell + 1) * per; i += 1) addCell(sum, cells, i);
    putSum(into, cell, sum);
  }
  return into;
}

/**
 * Puts `from` into `into` from step `offset` on. Where both have a cell, that of more samples stays: a clock that was set back
 * measures a time again, and a minute of that is no reason to forget what an hour of it was.
 */
export function putBetter(into: Cells, offset: number, from: Cells): void {
  for (let i = 0; i < from.count.length; i += 1) {
    const at = offset + i;
    if (at >= into.count.length || (from.count[i] ?? 0) <= (into.count[at] ?? 0)) continue;
    into.min[at] = from.min[i] ?? NaN;
    into.average[at] = from.average[i] ?? NaN;
    into.max[at] = from.max[i] ?? NaN;
    into.count[at] = from.count[i] ?? 0;
  }
}

/** Of no time yet. */
export function emptySum(): MeasuredSum {
  return { min: Infinity, max: -Infinity, sum: 0, count: 0 };
}

/** Adds one sample; NaN is none. */
export function addSample(sum: MeasuredSum, value: number): void {
  if (Number.isNaN(value)) return;
  sum.min = Math.min(sum.min, value);
  sum.max = Math.max(sum.max, value);
  sum.sum += value;
  sum.count += 1;
}

/** Adds one of the cells, its average by how many samples it stands for. */
export function addCell(sum: MeasuredSum, cells: Cells, index: number): void {
  const count = cells.count[index] ?? 0;
  if (count === 0) return;
  sum.min = Math.min(sum.min, cells.min[index] ?? NaN);
  sum.max = Math.max(sum.max, cells.max[index] ?? NaN);
  sum.sum += (cells.average[index] ?? NaN) * count;
  sum.count += count;
}

function putSum(cells: Cells, index: number, { min, max, sum, count }: MeasuredSum): void {
  if (count === 0) return;
  cells.min[index] = min;
  cells.average[index] = sum / count;
  cells.max[index] = max;
  cells.count[index] = count;
}

/** Numbers that were kept as bytes; SQLite may give them at a place where numbers cannot lie. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const count = Math.floor(bytes.byteLength / 4);
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, count);
  return new Float32Array(bytes.slice().buffer, 0, count);
}

/** Numbers as bytes, without a copy. */
export function bytesOf(floats: Float32Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
}
