import volumeEmptied from '#server/checks/storage/volume-emptied.ts';
import { createMemories } from '#server/engine/memories.ts';
import { runCheck } from '#server/engine/run-checks.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';
import { noon } from '#test/builders/time.ts';

/** How long a judgement of so many claims takes, as the engine judges: where nothing has changed, and where all were measured anew. Medians, ms. */
export function judgingOf(count: number): { sameMs: number; newMs: number } {
  const memories = createMemories({}, [volumeEmptied]);
  const names = Array.from({ length: count }, (_, i) => `claim-${i}`);
  const more = {
    persistentVolumeClaim: names.map((name) => aClaim({ namespace: 'home', name, volume: `pvc-${name}` })),
    persistentVolume: names.map((name) => aPersistentVolume({ name: `pvc-${name}` })),
  };
  const pods = names.map((name) => aPod({ namespace: 'home', name: `${name}-0`, claims: [name] }));
  const at = (now: number) =>
    aSnapshot({
      ...{ now, more, pods, sources: { 'kubelet/nuc0': {} } },
      nodeStats: [
        aNodeStats({
          volumes: names.map((claim) => aVolumeStats({ namespace: 'home', claim, pod: `${claim}-0`, at: now - 5_000 })),
        }),
      ],
    });
  const config = { checks: {}, ignore: [], timeZone: 'UTC', clusterName: '' };
  let before: ReturnType<typeof runCheck> | undefined;
  const same: number[] = [];
  const anew: number[] = [];
  for (let turn = 0; turn < 60; turn += 1) {
    const snapshot = at(noon + turn * 60_000);
    for (const times of [anew, same]) {
      // Another judgement of the same facts, a moment later.
      const judgedAt = times === anew ? snapshot : { ...snapshot, now: snapshot.now + 1_000 };
      const from = performance.now();
      before = runCheck(volumeEmptied, 'storage', before, {
        ...{ snapshot: judgedAt, config: config as never, memories, sourcesOf: () => [], failed: thrown },
      });
      times.push(performance.now() - from);
    }
  }
  return { sameMs: middle(same), newMs: middle(anew) };
}

function thrown(check: string, error: unknown): void {
  throw new Error(`${check} failed`, { cause: error });
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
