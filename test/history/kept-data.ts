import type { Kept } from '#server/history/keeper.ts';

export const at = Date.UTC(2026, 3, 1, 12);

/** Something of everything that is kept. */
export function someKept(extra: Partial<Kept> = {}): Kept {
  const finding = 'nodes/not-ready|Node/nuc0';
  return {
    episodes: [
      { finding, level: 'bad', since: at, atLeast: true, seenAt: at + 5, say: { template: '{n}', values: { n: 1 } } },
    ],
    acknowledgements: [{ finding, episode: `${finding}@${at}`, at: at + 9, meaning: 'mine' }],
    memories: {
      'nodes/no-heartbeat': { version: 2, subjects: { nuc0: { renewals: 3 }, __proto: null } },
      'storage/emptied': { version: 1, subjects: { "pvc 'x' | \u202e": [1, 'two'] } },
    },
    figures: [{ area: 'nodes', value: '4', rest: 'of 4 ready', asOf: at }],
    ...extra,
  };
}
