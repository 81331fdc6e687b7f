import type { FactHead } from './fact.ts';

/** One right that a feed needs and whether we have it, as the API's answers to the feed show it. */
export interface RightsFact extends FactHead {
  /** Name of the feed: `nodes`. */
  feed: string;
  required: boolean;
  granted: boolean;
  /** The rule to add: group "" is the core API. */
  rule: { group: string; resource: string; verbs: string[]; namespace?: string };
  /** What is not seen without it: "node readiness, versions and pressure". */
  buys: string;
  /** What the API said: `nodes is forbidden: User "x" cannot list ...`. */
  message: string;
  since: number;
}
