import volumeEmptied from '#server/checks/storage/volume-emptied.ts';
import { createMemories } from '#server/engine/memories.ts';
import { runCheck } from '#server/engine/run-checks.ts';
import { aNodeStats, aPod } from '#test/builders/facts.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume, aVolumeStats } from '#test/builders/storage.ts';
import { noon } from '#test/builders/time.ts';

/** How long a judgement of so many claims takes, as the engine judges: where nothing has changed, and where all were measured anew. CPU time of one, ms: other programs do not count. */
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
  const spent = { same: 0, anew: 0 };
  const turns = 100;
  for (let turn = 0; turn < turns + 10; turn += 1) {
    const snapshot = at(noon + turn * 60_000);
    for (const which of ['anew', 'same'] as const) {
      // Another judgement of the same facts, a moment later.
      const judgedAt = which === 'anew' ? snapshot : { ...snapshot, now: snapshot.now + 1_000 };
      const from = process.cpuUsage();
      before = runCheck(volumeEmptied, 'storage', before, {
        ...{ snapshot: judgedAt, config: config as never, memories, sourcesOf: () => [], failed: thrown },
      });
      const { user, system } = process.cpuUsage(from);
      // The first ones are compiled meanwhile.
      if (turn >= 10) spent[which] += (user + system) / 1_000;
    }
  }
  return { sameMs: spent.same / turns, newMs: spent.anew / turns };
}

function thrown(check: string, error: unknown): void {
  throw new Error(`${check} failed`, { cause: error });
}
