import { createHistoryMemory } from '#server/history/history-memory.ts';
import type { History } from '#server/history/history.ts';
import type { Kept } from '#server/history/keeper.ts';

/** A history in memory that also counts how often it was asked to save. What it holds went through JSON, as on disk. */
export function memoryKeeper(): History & {
  saves: { id: string; when: string }[];
  /** It lives in the time of this clock from now on. */
  setClock(clock: () => number): void;
} {
  let now = Date.now;
  const identities = new Map<string, string>();
  const pasts = new Map<string, string>();
  const saves: { id: string; when: string }[] = [];
  return {
    ...createHistoryMemory(() => now()),
    problem: '',
    saves,
    setClock(clock) {
      now = clock;
    },
    identityBehind: (server) => identities.get(server) ?? '',
    rememberIdentity: (server, id) => void identities.set(server, id),
    load: (id) => JSON.parse(pasts.get(id) ?? emptyKept) as Kept,
    save(id, kept, when) {
      saves.push({ id, when });
      pasts.set(id, JSON.stringify(kept));
    },
    close: () => undefined,
  };
}

const emptyKept = JSON.stringify({ episodes: [], acknowledgements: [], memories: {}, figures: [] } satisfies Kept);
