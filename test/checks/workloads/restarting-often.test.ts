import { describe, expect, test } from 'vitest';
import restartingOften from '#server/checks/workloads/restarting-often.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';
import { aContainer, aCrashLog, anEnd } from '#test/builders/workloads.ts';

/** A pod that has restarted so often, at `at` for the last time, and runs since. */
const restarted = (restarts: number, at: number, part: Partial<PodFact> = {}) =>
  aPod({
    restarts,
    containers: [aContainer({ restarts, last: anEnd({ startedAt: at - hour, finishedAt: at }) })],
    ...part,
  });

/** Judges a workload time after time, as the engine does. */
function play() {
  const remembers = restartingOften.remembers!;
  let memory = new Map<string, unknown>();
  let judgedBefore = false;
  return {
    memory: () => memory,
    /** Our process starts again: memory is kept. */
    restart() {
      memory = new Map(JSON.parse(JSON.stringify([...memory])) as [string, unknown][]);
      judgedBefore = false;
    },
    judge(now: number, pods: PodFact[], parts: SnapshotParts = {}) {
      const snapshot = aSnapshot({ now, pods, ...parts });
      const elapsedMs = judgedBefore ? second : 0;
      judgedBefore = true;
      memory = new Map(
        [...remembers.subjects(snapshot)].map((id) => [
          id,
          remembers.remember(memory.get(id), id, snapshot, elapsedMs),
        ]),
      );
      const verdict = theVerdict(restartingOften, snapshot, { memory });
      return { level: verdict.level, sentence: sentence(verdict, now), verdict };
    },
  };
}

describe('a workload', () => {
  test('that never restarted is fine and not remembered', () => {
    const game = play();
    expect(game.judge(noon, [aPod()])).toMatchObject({ level: 'ok', sentence: 'web does not restart often' });
    expect(game.memory().size).toBe(0);
  });

  test('with fifty old restarts is fine: only the last of them is known of', () => {
    const game = play();
    expect(game.judge(noon, [restarted(50, noon - minute)]).level).toBe('ok');
    expect(game.judge(noon + second, [restarted(50, noon - minute)]).level).toBe('ok');
  });

  test('that restarts four times within an hour is a warning, until an hour after', () => {
    const game = play();
    game.judge(noon, [aPod()]);
    for (const i of [1, 2, 3]) {
      expect(game.judge(noon + i * 10 * minute, [restarted(i, noon + i * 10 * minute)]).level).toBe('ok');
    }
    const last = noon + 40 * minute;
    const pods = [restarted(4, last)];
    expect(game.judge(last, pods)).toMatchObject({
      level: 'warn',
      sentence: 'web restarted 4 times in the last hour: exit code 1',
    });
    expect(game.judge(last, pods).verdict.series).toEqual(['workloads/restarts|StatefulSet/default/web']);
    expect(game.judge(noon + 70 * minute, pods).level).toBe('warn');
    expect(game.judge(noon + 70 * minute + 1, pods).level).toBe('ok');
  });

  test('is told of the stretch that is counted, where that is no hour', () => {
    const young = restarted(5, noon - minute, { createdAt: noon - 20 * minute });
    const snapshot = aSnapshot({ pods: [young] });
    const memory = new Map<string, unknown>();
    const verdict = theVerdict(restartingOften, snapshot, { memory, settings: { within: 30 * minute } });
    expect(sentence(verdict)).toContain('restarted 5 times in the last 30 min: ');
  });

  test('whose restarts are further apart is fine', () => {
    const game = play();
    for (let i = 0; i < 30; i += 1) {
      const at = noon + i * 21 * minute;
      expect(game.judge(at, [restarted(i, at, { createdAt: noon - day })]).level).toBe('ok');
    }
  });

  test('whose pod was made within the hour has all its restarts within it', () => {
    const young = restarted(5, noon - minute, { createdAt: noon - 30 * minute });
    expect(play().judge(noon, [young]).sentence).toBe('web restarted 5 times in the last hour: exit code 1');
    const fromTheFuture = restarted(5, noon - minute, { createdAt: noon + day });
    expect(play().judge(noon, [fromTheFuture]).level).toBe('ok');
  });

  test('of which each pod restarted once, as in an upgrade of all nodes, is fine', () => {
    const pods = Array.from({ length: 10 }, (_, i) => restarted(1, noon - i * minute, { name: `web-${i}` }));
    expect(play().judge(noon, pods).level).toBe('ok');
  });

  test('is one finding that counts its pods', () => {
    const pods = [5, 9, 0].map((count, i) =>
      restarted(count, noon - minute, { name: `web-${i}`, createdAt: noon - 40 * minute }),
    );
    const { sentence: words, verdict } = play().judge(noon, pods);
    expect(words).toBe('web: 2 of 3 pods restart often, up to 9 times in the last hour: exit code 1');
    expect(evidenceOf(verdict)).toContain('web-1 on nuc0, web-0 on nuc0');
  });

  test('whose pod is replaced begins anew', () => {
    const game = play();
    game.judge(noon, [restarted(50, noon - minute)]);
    const other = restarted(3, noon, { uid: 'another', createdAt: noon - day });
    expect(game.judge(noon + second, [other]).level).toBe('ok');
    expect(JSON.stringify([...game.memory()])).not.toContain('uid-default-web-0');
  });

  test('whose pod is being deleted is not judged by it', () => {
    const going = restarted(9, noon - minute, { createdAt: noon - 30 * minute, deletingAt: noon });
    expect(play().judge(noon, [going]).level).toBe('ok');
  });
});

describe('what is remembered', () => {
  const often = (game: ReturnType<typeof play>) => {
    game.judge(noon, [aPod()]);
    for (const i of [1, 2, 3]) game.judge(noon + i * minute, [restarted(i, noon + i * minute)]);
  };

  test('outlives our own restart', () => {
    const game = play();
    often(game);
    game.restart();
    expect(game.judge(noon + 5 * minute, [restarted(4, noon + 4 * minute)]).level).toBe('warn');
  });

  test('counts of what happened while nobody watched only what has a time of its own', () => {
    const game = play();
    often(game);
    game.restart();
    const pod = restarted(40, noon + 4 * minute);
    expect(game.judge(noon + 5 * hour, [pod]).level).toBe('ok');
    const timeless = aPod({ restarts: 50, containers: [aContainer({ restarts: 50 })] });
    game.restart();
    expect(game.judge(noon + 5 * hour, [timeless]).level).toBe('ok');
  });

  test('counts what happens before our eyes even if no time is told', () => {
    const game = play();
    const pod = (restarts: number) => aPod({ restarts, containers: [aContainer({ restarts })] });
    for (let i = 1; i <= 4; i += 1) game.judge(noon + i * second, [pod(i)]);
    expect(game.judge(noon + 9 * second, [pod(5)]).level).toBe('warn');
  });

  test('is the same object while nothing restarts, and bounded', () => {
    const game = play();
    game.judge(noon, [restarted(1, noon)]);
    const before = game.memory().get('StatefulSet/default/web');
    game.judge(noon + second, [restarted(1, noon)]);
    expect(game.memory().get('StatefulSet/default/web')).toBe(before);
    const many = Array.from({ length: 300 }, (_, i) => `web-${i}`);
    for (let i = 1; i < 40; i += 1) {
      game.judge(
        noon + i * minute,
        many.map((name) => restarted(i, noon + i * minute, { name })),
      );
    }
    expect(JSON.stringify([...game.memory()]).length).toBeLessThan(20_000);
  });

  test('counts that go down, and odd times, do no harm', () => {
    const game = play();
    game.judge(noon, [restarted(9, noon)]);
    expect(game.judge(noon + second, [restarted(2, noon)]).level).toBe('ok');
    for (const at of [noon + 900 * day, -1, Number.NaN]) game.judge(noon + 2 * second, [restarted(3, at)]);
    expect(game.judge(noon + 3 * second, [aPod({ restarts: 4, containers: [] })]).level).toBe('ok');
  });
});

describe('why it restarts is told', () => {
  const young = { createdAt: noon - 30 * minute };
  const said = (end: object, parts: SnapshotParts = {}) =>
    play().judge(
      noon,
      [restarted(5, noon, { ...young, containers: [aContainer({ restarts: 5, last: anEnd(end) })] })],
      parts,
    );

  test.for([
    [{ exitCode: 139 }, 'segmentation fault (exit code 139)'],
    [{ exitCode: 137, reason: 'OOMKilled' }, 'killed for its memory'],
    [{ exitCode: 255, reason: 'Unknown' }, 'its node does not know why'],
    [{ exitCode: 0, startedAt: noon - hour }, 'exit code 0, though it should go on'],
  ] as const)('%s', ([end, words]) => {
    expect(said(end).sentence).toBe(`web restarted 5 times in the last hour: ${words}`);
  });

  test('with what its last lines mean, and the steps for that', () => {
    const crashLogs = [aCrashLog({ lines: ['dial tcp 10.0.0.5:5432: connect: connection refused'] })];
    const { sentence: words, verdict } = said({}, { crashLogs });
    expect(words).toBe('web restarted 5 times in the last hour: 10.0.0.5:5432 refuses connections (exit code 1)');
    expect(commandsOf(verdict)).toContain('kubectl get services,pods -A -o wide');
    expect(evidenceOf(verdict)).toContain('dial tcp 10.0.0.5:5432: connect: connection refused');
  });

  test('with the times that are known', () => {
    expect(evidenceOf(said({}).verdict)[0]).toBe('restarted at 11:59');
  });
});
