import type { Area } from './area.ts';
import type { Level } from './level.ts';
import type { Say } from './say.ts';

/** What a verdict is about. `kind` as Kubernetes writes it (Node, Pod), or ours (Source, Cluster, Endpoint). */
export interface Subject {
  kind: string;
  namespace?: string;
  name: string;
}

/** What was seen: `value` a measured figure, `log` a line of a log, `text` anything else. `text` is `say` rendered when judged. */
export interface Evidence {
  kind: 'text' | 'value' | 'log';
  text: string;
  say: Say;
}

/** A first step: what to do, and the command to copy (already quoted for a POSIX shell). */
export interface Step {
  say: string;
  command?: string;
}

/** What an owner meant: seen it, it was me, it is restored. */
export type Meaning = 'seen' | 'mine' | 'restored';

export const meanings: readonly Meaning[] = ['seen', 'mine', 'restored'];

/** A verdict that is not ok, as the wall tells it. Times are epoch ms. */
export interface Finding {
  /** `check|Kind/namespace/name[|key]`: survives re-creation of the object. */
  id: string;
  /** `id@since`: what acknowledgements and messages belong to. */
  episode: string;
  /** `area/file`, such as `nodes/not-ready`. */
  check: string;
  area: Area;
  level: Exclude<Level, 'ok'>;
  /** The level before the source went stale; only where `level` is unknown. */
  lastLevel?: Exclude<Level, 'ok' | 'unknown'>;
  subject: Subject;
  /** `say` rendered when it was judged. */
  sentence: string;
  say: Say;
  since: number;
  /** True if it was so when we first looked: it began at `since` or earlier. */
  atLeast?: true;
  /** At most 3 of 200 characters; `GET /api/findings/ID` has the rest. */
  evidence: Evidence[];
  steps: Step[];
  /** The finding that explains this one, or null. */
  cause: string | null;
  /** How many findings this one explains, directly or not; not counted: that nothing more is known of its own subject. */
  explains: number;
  /** Names of the series that show it. */
  series: string[];
  /** True if it blinds the wall, as only what is bad does: an acknowledgement is noted and does not calm it. */
  blinds?: true;
  /** True if only an acknowledgement ends it. */
  latch?: true;
  acknowledged?: { at: number; meaning: Meaning };
}

/** `check|Kind/namespace/name[|key]`. Cluster-wide subjects have no namespace: `check|Node/nuc0`. */
export function findingId(check: string, subject: Subject, key?: string): string {
  return `${check}|${subjectId(subject)}${key === undefined ? '' : `|${key}`}`;
}

/** `Kind/namespace/name` or `Kind/name`. */
export function subjectId({ kind, namespace, name }: Subject): string {
  return namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;
}
