import type { ReadinessGate } from './readiness-gate.ts';

/** Asked now and then, tells whether the gate was seen closed and has opened again since: then waiting is over. */
export function reopenedSince(gate: ReadinessGate): () => boolean {
  let closed = !gate.open;
  return () => {
    if (!gate.open) closed = true;
    return closed && gate.open;
  };
}
