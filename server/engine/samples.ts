import type { HistoryAnswer } from '#shared/history.ts';
import { createSeries, sampleMs, type Series } from '#server/history/series.ts';
import type { Snapshot } from './snapshot.ts';

/** A value that is sampled from the snapshot every 15 s; null while nobody knows it. */
interface Sample {
  title: string;
  unit: HistoryAnswer['unit'];
  of(snapshot: Snapshot): number | null;
}

const samples: Record<string, Sample> = {
  'api/latency': { title: 'The API answers in', unit: 'ms', of: apiLatency },
  'nodes/ready': { title: 'Nodes ready', unit: 'count', of: nodesReady },
};

/** The series of one cluster by name. */
export interface Sampled {
  /** Takes a sample if 15 s have passed. */
  sample(snapshot: Snapshot): void;
  /** Null if there is no such series. */
  read(series: string, from: number, to: number, points: number): HistoryAnswer | null;
  clear(): void;
}

/** All series, empty. */
export function createSampled(): Sampled {
  let byName = emptySeries();
  let lastSlot = -1;
  let nothingYet = true;
  return {
    sample(snapshot) {
      const slot = Math.floor(snapshot.now / sampleMs);
      if (slot === lastSlot && !nothingYet) return;
      lastSlot = slot;
      const values = [...byName].map(([name, series]) => ({ series, value: samples[name]?.of(snapshot) ?? null }));
      // Right after the start nothing is known yet: the first slot is not spent on that.
      nothingYet &&= values.every(({ value }) => value === null);
      for (const { series, value } of values) series.record(snapshot.now, value);
    },
    read(series, from, to, points) {
      const sample = Object.hasOwn(samples, series) ? samples[series] : undefined;
      const held = byName.get(series);
      if (sample === undefined || held === undefined) return null;
      return { series, title: sample.title, unit: sample.unit, points: held.read(from, to, points) };
    },
    clear() {
      byName = emptySeries();
      lastSlot = -1;
      nothingYet = true;
    },
  };
}

function emptySeries(): Map<string, Series> {
  return new Map(Object.keys(samples).map((name) => [name, createSeries()]));
}

function apiLatency(snapshot: Snapshot): number | null {
  const door = snapshot.facts('apiDoor').get('api');
  const answered = door?.outcome === 'ready' || door?.outcome === 'not-ready';
  return answered && isFresh(snapshot, door.source) ? door.latencyMs : null;
}

function nodesReady(snapshot: Snapshot): number | null {
  if (!isFresh(snapshot, 'nodes')) return null;
  let ready = 0;
  for (const { conditions } of snapshot.facts('node').values()) if (conditions['Ready']?.status === 'True') ready += 1;
  return ready;
}

function isFresh(snapshot: Snapshot, source: string): boolean {
  return snapshot.sources.get(source)?.fresh === true;
}
