import type { DoorAnswer } from './door-answer.ts';

/** How the door stands by the newest asking that was answered. Times epoch ms. */
export interface DoorState extends DoorAnswer {
  askedAt: number;
  outcomeSince: number;
  readyAt: number | null;
  latencyMs: number | null;
}

/** What follows when an asking of `askedAt` that took `tookMs` came to `answer`; `before` null the first time. Pure. */
export function nextDoorState(
  before: DoorState | null,
  askedAt: number,
  answer: DoorAnswer,
  tookMs: number,
): DoorState {
  return {
    ...answer,
    askedAt,
    outcomeSince: before?.outcome === answer.outcome ? before.outcomeSince : askedAt,
    readyAt: answer.outcome === 'ready' ? askedAt : (before?.readyAt ?? null),
    latencyMs: answer.status === null ? (before?.latencyMs ?? null) : Math.round(tookMs),
  };
}

// Right after a start hooks that are not done make lists fail that will soon work; a hook that never gets done must not blind the wall.
const startMs = 20_000;

/**
 * Whether it makes sense to list and watch: the API answers, with whatever. Not if it refuses our credentials for
 * everything, not if somebody else answers for it (who knows no `/readyz` is no API server), and not while it cannot reach etcd, since every list would hang.
 */
export function letsThrough({ outcome, status, failingParts, outcomeSince, askedAt }: DoorState): boolean {
  if (status === null || outcome === 'unauthorized') return false;
  if (outcome === 'redirected' || outcome === 'bad-gateway') return false;
  if (outcome === 'web-page' || outcome === 'unexpected') return false;
  if (outcome !== 'not-ready') return true;
  const storage = failingParts.length === 0 || failingParts.some((part) => part.startsWith('etcd'));
  return !storage && askedAt - outcomeSince >= startMs;
}

/** True if it is an API server that answered, and one that knows us: who turns everybody away may be anybody. */
export function provesAnApi({ outcome }: DoorState): boolean {
  return ['ready', 'not-ready', 'forbidden', 'failing'].includes(outcome);
}

/** Why nothing is listed and watched, in the owner's words. */
export function closedReason({ outcome, message }: DoorState): string {
  if (outcome === 'unauthorized') return 'the API refuses our credentials';
  const isStranger = outcome === 'web-page' || outcome === 'redirected' || outcome === 'unexpected';
  return isStranger ? `what answers is not a Kubernetes API: ${message}` : message;
}
