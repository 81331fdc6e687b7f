import { subjectId } from '#shared/finding.ts';
import type { SeriesUnit } from '#shared/history.ts';
import { mostSeries, sampleMs, type Sample, type SeriesStore } from '#server/history/history.ts';
import type { SeriesRule } from './define-series.ts';
import type { MeasuredValue } from '#server/http/wall-view.ts';
import { believableSources, type SourcesOf } from './freshness.ts';
import type { Snapshot } from './snapshot.ts';

/** Takes a sample of all series every 15 s. */
export interface Sampler {
  /** Takes one if its time has come. */
  sample(snapshot: Snapshot, into: SeriesStore): void;
  /** The values of the last sample, at most 1,000. */
  measured(): readonly MeasuredValue[];
  /** Another history: its first sample is due. */
  clear(): void;
}

/** A sampler of these rules. `failed` is told of one that throws. */
export function createSampler(
  rules: readonly SeriesRule[],
  sourcesOf: SourcesOf,
  failed: (what: string, error: unknown) => void,
): Sampler {
  let lastSlot = -1;
  let last: { at: number; samples: readonly Sample[] } = { at: 0, samples: [] };
  const units = new Map<string, SeriesUnit>(rules.map(({ series, unit }) => [series, unit]));
  return {
    sample(snapshot, into) {
      const slot = Math.floor(snapshot.now / sampleMs);
      if (slot === lastSlot) return;
      const samples = rules.flatMap((rule) => samplesOf(rule, snapshot, sourcesOf, failed));
      // Right after the start nothing is known yet: the first slot is not spent on that.
      if (samples.length === 0 && lastSlot === -1) return;
      lastSlot = slot;
      last = { at: snapshot.now, samples };
      into.record(snapshot.now, samples);
    },
    measured: () =>
      last.samples.slice(0, mostSeries).map(({ series, value }) => ({
        ...{ series, value, at: last.at },
        unit: units.get(series.split('|', 1)[0]!) ?? 'count',
      })),
    clear() {
      lastSlot = -1;
      last = { at: 0, samples: [] };
    },
  };
}

/** The name of a series: that of its rule, and of its subject if it has one. */
export function seriesName(rule: Pick<SeriesRule, 'series'>, subject: Parameters<SeriesRule['title']>[0]): string {
  return subject === null ? rule.series : `${rule.series}|${subjectId(subject)}`;
}

function samplesOf(
  rule: SeriesRule,
  snapshot: Snapshot,
  sourcesOf: SourcesOf,
  failed: (what: string, error: unknown) => void,
): Sample[] {
  const believed = believableSources(snapshot);
  // Sources of single facts are judged by whoever reads the fact.
  const needed = rule.needs.flatMap((kind) => sourcesOf(kind)).filter((name) => !name.includes('/'));
  if (needed.some((name) => !believed.has(name))) return [];
  try {
    const lasting = rule.lasting === true;
    return [...rule.read(snapshot)]
      .filter(({ value }) => Number.isFinite(value))
      .map(({ subject, value }) => ({ series: seriesName(rule, subject), value, lasting }));
  } catch (error) {
    failed(`series ${rule.series}`, error);
    return [];
  }
}
