import type { FactHead } from './fact.ts';

/** One pod, only what checks and the page use. Source: `/api/v1/pods`. */
export interface PodFact extends FactHead {
  namespace: string;
  name: string;
  node: string | null;
  phase: string;
  ready: boolean;
  /** Kind and name of the controlling owner, null for a bare or static pod. */
  owner: { kind: string; name: string } | null;
  restarts: number;
  createdAt: number | null;
  deletingAt: number | null;
}
