import type { ContainerEnd, ContainerFact } from '#server/facts/container.ts';

/** How the newest run of a container that has ended did end: the run of now if it is over, else the one before; null if none has. */
export function newestEnd({ state, last }: ContainerFact): ContainerEnd | null {
  return state?.is === 'terminated' ? state : last;
}

/** How many of its runs have ended, as far as restarts tell. */
export function endsOf({ state, restarts }: ContainerFact): number {
  // A restart is counted when the next run begins: between two runs there is one end more.
  return state?.is === 'running' ? restarts : restarts + 1;
}

/** How long that run lasted (ms); 0 where it is not said, and for a run that never began, which the API dates to 1970. */
export function ranMs({ startedAt, finishedAt }: ContainerEnd): number {
  if (startedAt === null || finishedAt === null || startedAt <= 0) return 0;
  return Math.max(0, finishedAt - startedAt);
}

/** How long a container has been running (ms), by its last end where its start is not said; 0 if neither is. */
export function runsMs({ state, last }: ContainerFact, now: number): number {
  if (state?.is !== 'running') return 0;
  const from = state.startedAt ?? last?.finishedAt ?? null;
  return from === null || from <= 0 ? 0 : Math.max(0, now - from);
}

/** True if it was killed because memory ran out. */
export function isOutOfMemory(end: ContainerEnd): boolean {
  return end.reason === 'OOMKilled';
}

/** True if nobody knows how it ended: so it is after a reboot or a loss of its node, which is no failure of its own. */
export function isForgotten({ reason }: ContainerEnd): boolean {
  return reason === 'Unknown' || reason === 'ContainerStatusUnknown';
}
