/** Lengths of time in ms. */
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The moment at which built snapshots are taken: Thursday 1 October 2026, 12:00 UTC. */
export const noon = Date.UTC(2026, 9, 1, 12, 0, 0);
