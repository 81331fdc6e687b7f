import type { FactKind, FactTypes } from '#server/facts/fact.ts';
import type { Intern } from '#server/facts/read-raw.ts';
import type { RightsFact } from '#server/facts/rights.ts';

/** One kind that is list-watched: a row of the table of kinds. */
export interface KindRow<K extends FactKind = FactKind> {
  /** Name of the source: `nodes`. */
  source: string;
  /** The kind of fact it brings. */
  kind: K;
  /** `/api/v1/nodes`. */
  path: string;
  /** Selectors sent with every request: `{ fieldSelector: "..." }`. */
  query?: Readonly<Record<string, string>>;
  /**
   * Keys of lists and objects, wherever they stand, of which the fact uses nothing: they are cut out before an object of
   * some size is parsed. `managedFields` always is.
   */
  unused?: readonly string[];
  /** Whether a check cannot do without it. */
  required: boolean;
  /** The rule to add where the right is missing. */
  rule: RightsFact['rule'];
  /** What is not seen without it, in words: "node readiness, versions and pressure". */
  buys: string;
  /** The fact of a raw object, null if it is not wanted or has no name. Pure; never throws, whatever the object. */
  fact(raw: unknown, source: string, intern: Intern): FactTypes[K] | null;
  /** Only the newest are kept. */
  newest?: {
    most: number;
    /** Epoch ms by which a fact is new or old. */
    at(fact: FactTypes[K]): number;
  };
}

/** Ties the type of a row's fact to its kind. */
export function kindRow<K extends FactKind>(row: KindRow<K>): KindRow<K> {
  return row;
}

/** A row that the wall can do without, of what stands under `/apis/GROUP/VERSION/RESOURCE`; `group` "" is the core API. */
export function optionalKind<K extends FactKind>(
  { group, version, resource }: { group: string; version: string; resource: string },
  row: Omit<KindRow<K>, 'path' | 'required' | 'rule'>,
): KindRow<K> {
  return {
    ...row,
    path: group === '' ? `/api/${version}/${resource}` : `/apis/${group}/${version}/${resource}`,
    required: false,
    rule: { group, resource, verbs: ['list', 'watch'] },
  };
}
