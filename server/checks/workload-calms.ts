/** A workload that has what it wants again is believed after this long (ms), however long it took to be called ill. */
export const workloadCalmsMs = 5_000;
