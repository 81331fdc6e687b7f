import type { FactHead } from './fact.ts';

/** A Warning event, or a Normal one with a telling reason. Source: `/api/v1/events`, bounded. */
export interface EventFact extends FactHead {
  type: 'Warning' | 'Normal';
  reason: string;
  message: string;
  /** Kind, namespace and name of what it is about. */
  about: { kind: string; namespace: string | null; name: string };
  component: string;
  count: number;
  firstAt: number | null;
  lastAt: number | null;
}
