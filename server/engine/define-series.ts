import type { Area } from '#shared/area.ts';
import type { Subject } from '#shared/finding.ts';
import type { SeriesUnit } from '#shared/history.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { Snapshot } from './snapshot.ts';

/** One value of a moment; `subject` is null for the area as a whole. */
export interface Measured {
  subject: Subject | null;
  value: number;
}

/**
 * Values that are sampled from the snapshot every 15 s and kept for two years. A tile lists those of its area; that is all it
 * takes to have one.
 */
export interface SeriesRule {
  /** `nodes/disk`: its series are called that, and `nodes/disk|Node/nuc0` for a subject. */
  series: `${Area}/${string}`;
  unit: SeriesUnit;
  /** For people: "Disk of nuc0". */
  title(subject: Subject | null): string;
  /** The kinds it is measured by: it is read only while all their sources but those of single facts (`kubelet/NODE`) are fresh. */
  needs: FactKind[];
  /** What is known now, and nothing for what is not: a fact whose own source is not fresh has no value. */
  read(snapshot: Snapshot): Iterable<Measured>;
  /** Never let go to make room for others: volumes, and what checks compare with. */
  lasting?: true;
  /** The check whose settings `warn` and `bad` are drawn as lines. */
  limitsOf?: `${Area}/${string}`;
}

/** Declares series with their types checked; throws nothing. */
export function defineSeries(rule: SeriesRule): SeriesRule {
  return rule;
}
