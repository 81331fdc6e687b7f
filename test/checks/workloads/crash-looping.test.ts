import { describe, expect, test } from 'vitest';
import crashLooping from '#server/checks/workloads/crash-looping.ts';
import type { ContainerEnd, ContainerFact, ContainerState } from '#server/facts/container.ts';
import { aPod, anEvent } from '#test/builders/facts.ts';
import { anEffect, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';
import { aContainer, aDeployment, anEnd } from '#test/builders/workloads.ts';
import { backOff, crashing, ended, running, said, verdictOf } from './crashing.ts';

/** What a kubelet shows of a container that ends after two seconds each time, with its back-off, second by second. */
function* crashLoop(seconds: number): Generator<{ now: number; container: ContainerFact }> {
  let restarts = 0;
  let last: ContainerEnd | null = null;
  let now = noon;
  const until = noon + seconds * second;
  while (now < until) {
    const startedAt = now;
    for (; now < startedAt + 2 * second; now += second) {
      yield { now, container: aContainer({ restarts, last, state: { is: 'running', startedAt } }) };
    }
    const end: ContainerEnd = anEnd({ startedAt, finishedAt: now });
    const waitMs = restarts === 0 ? second : Math.min(5 * minute, 10 * second * 2 ** (restarts - 1));
    for (const from = now; now < from + waitMs; now += second) {
      const soon = now < from + 5 * second;
      const shown = soon ? { state: { is: 'terminated' as const, ...end }, last } : { state: backOff, last: end };
      yield { now, container: aContainer({ restarts, ready: false, ...shown }) };
    }
    last = end;
    restarts += 1;
  }
}

describe('a workload', () => {
  test('that runs is fine', () => {
    expect(said(aContainer())).toEqual(['ok', 'web does not crash']);
    const scaledToNothing = aSnapshot({ deployments: [aDeployment({ wanted: 0 })] });
    expect(theVerdict(crashLooping, scaledToNothing).level).toBe('ok');
  });

  test('that crashes is bad, with exit code and restarts', () => {
    expect(said(crashing())).toEqual(['bad', 'web crashes: exit code 1, 7 restarts']);
    const restarted = theVerdict(crashLooping, aSnapshot({ pods: [aPod({ restarts: 7, containers: [crashing()] })] }));
    expect(restarted.series, 'its chart').toEqual(['workloads/restarts|StatefulSet/default/web']);
    expect(verdictOf(crashing()).subject).toEqual({ kind: 'StatefulSet', namespace: 'default', name: 'web' });
  });

  test('is one finding that counts its pods', () => {
    const pods = ['a', 'b', 'c', 'd'].map((name) =>
      aPod({ name, containers: [name === 'b' ? aContainer() : crashing({ restarts: 4 })] }),
    );
    const verdict = theVerdict(crashLooping, aSnapshot({ pods }));
    expect(sentence(verdict)).toBe('web: 3 of 4 pods crash: exit code 1, 12 restarts');
    expect(evidenceOf(verdict)).toContain('a on nuc0, c on nuc0, d on nuc0');
    const all = theVerdict(crashLooping, aSnapshot({ pods: pods.filter(({ name }) => name !== 'b') }));
    expect(sentence(all)).toBe('web: all 3 pods crash: exit code 1, 12 restarts');
    const both = theVerdict(crashLooping, aSnapshot({ pods: pods.filter(({ name }) => name > 'b') }));
    expect(sentence(both)).toBe('web: both pods crash: exit code 1, 8 restarts');
  });

  test('whose pod is being deleted, is left over, or failed and stands alone, does not crash', () => {
    expect(said(crashing(), {}, { deletingAt: noon })[0]).toBe('ok');
    const leftOver = aPod({ phase: 'Failed', containers: [crashing()] });
    expect(judged(crashLooping, aSnapshot({ pods: [leftOver] }))).toEqual([]);
    const failedAlone = aPod({
      owner: null,
      phase: 'Failed',
      containers: [aContainer({ state: ended(), ready: false })],
    });
    expect(theVerdict(crashLooping, aSnapshot({ pods: [failedAlone] })).level).toBe('ok');
    const ofJob = aPod({ owner: { kind: 'Job', name: 'backup' }, containers: [crashing()] });
    expect(judged(crashLooping, aSnapshot({ pods: [ofJob] }))).toEqual([]);
  });
});

describe('before the kubelet says CrashLoopBackOff', () => {
  test('the first end is a warning since it ended', () => {
    const verdict = verdictOf(aContainer({ state: ended(), ready: false }));
    expect([verdict.level, sentence(verdict)]).toEqual(['warn', 'web crashed 60 s ago: exit code 1']);
    expect(verdict.startedAt).toBe(noon - minute);
    expect(evidenceOf(verdict)[0]).toBe('web ran for 2 s and ended at 11:59: exit code 1');
  });

  test('one crash alone is a warning until it has run again for five minutes', () => {
    const once = (ms: number) =>
      aContainer({ restarts: 1, state: running(ms), last: anEnd({ finishedAt: noon - ms }) });
    expect(said(once(2 * minute))).toEqual(['warn', 'web crashed 2 min ago: exit code 1, 1 restart']);
    expect(said(once(5 * minute - 1))[0]).toBe('warn');
    expect(said(once(5 * minute))[0]).toBe('ok');
  });

  test('the second end is bad', () => {
    expect(said(aContainer({ restarts: 1, state: ended(), last: anEnd() }))).toEqual([
      'bad',
      'web crashes: exit code 1, 1 restart',
    ]);
  });

  test('a crash after a long run is no loop, whatever was long ago', () => {
    const longRun = { startedAt: noon - day };
    expect(said(aContainer({ restarts: 5, state: ended(longRun), last: anEnd() }))[0]).toBe('warn');
    const again = aContainer({ restarts: 6, state: running(10 * second), last: anEnd(longRun) });
    expect(said(again)[0]).toBe('warn');
  });
});

describe('while running, ended and waiting alternate', () => {
  test('a crash loop from its beginning is fine, a warning and bad, once each', () => {
    const levels: string[] = [];
    for (const { now, container } of crashLoop(1_500)) {
      const snapshot = aSnapshot({ now, pods: [aPod({ containers: [container] })] });
      const { level } = theVerdict(crashLooping, snapshot);
      if (levels.at(-1) !== level) levels.push(level);
    }
    expect(levels).toEqual(['ok', 'warn', 'bad']);
  });

  test('the level stays', () => {
    const short = anEnd({ startedAt: noon - 80 * second, finishedAt: noon - 60 * second });
    const states: ContainerState[] = [backOff, running(second), running(20 * second), { is: 'terminated', ...short }];
    const verdicts = states.map((state) => said(aContainer({ restarts: 4, state, last: short })));
    expect(new Set(verdicts.map(String))).toEqual(new Set(['bad,web crashes: exit code 1, 4 restarts']));
  });

  test.for([1, 2, 4, 6, 9])('a container that crashes every %s minutes never looks fine', (minutes) => {
    const last = anEnd({ startedAt: noon - hour, finishedAt: noon - hour + minutes * minute });
    for (let ran = 0; ran <= minutes * minute; ran += 10 * second) {
      expect(said(aContainer({ restarts: 4, state: running(ran), last }))[0]).toBe('bad');
    }
  });

  test('one that runs longer than before is on its way back, and fine after five minutes', () => {
    const recovering = (ms: number, part: Partial<ContainerFact> = {}) =>
      aContainer({ restarts: 5, state: running(ms), last: anEnd({ finishedAt: noon - ms }), ...part });
    expect(said(recovering(59 * second))[0]).toBe('bad');
    expect(said(recovering(2 * minute, { last: anEnd() }))).toEqual([
      'warn',
      'web runs again for 2 min, after 5 restarts: exit code 1',
    ]);
    expect(said(recovering(2 * minute, { last: anEnd(), ready: false }))[0]).toBe('bad');
    expect(said(recovering(5 * minute, { last: anEnd() }))[0]).toBe('ok');
  });

  test('one that waits for its image after a crash is judged by how long ago it ended', () => {
    const waiting: ContainerState = { is: 'waiting', reason: 'ImagePullBackOff', message: '' };
    expect(said(crashing({ state: waiting }))[0]).toBe('bad');
    expect(said(crashing({ state: waiting, last: anEnd({ finishedAt: noon - hour, startedAt: null }) }))[0]).toBe('ok');
  });
});

describe('how it ended is told in words', () => {
  test.for([
    [2, 'crashes: exit code 2'],
    [126, 'crashes: its command cannot be run (exit code 126)'],
    [127, 'crashes: its command is not found (exit code 127)'],
    [137, 'crashes: killed (exit code 137)'],
    [139, 'crashes: segmentation fault (exit code 139)'],
    [143, 'crashes: ended by SIGTERM (exit code 143)'],
    [-1, 'crashes: exit code -1'],
    [4_294_967_295, 'crashes: exit code 4294967295'],
    [null, 'crashes: exit code not told'],
  ] as const)('exit code %s', ([exitCode, words]) => {
    expect(said(crashing({ last: anEnd({ exitCode }) }))[1]).toBe(`web ${words}, 7 restarts`);
  });

  test('exit code 0 again and again, though it should go on', () => {
    const last = anEnd({ exitCode: 0, reason: 'Completed' });
    const words = 'web ends again and again: exit code 0 at once, though it should go on, 7 restarts';
    expect(said(crashing({ last }))).toEqual(['bad', words]);
    expect(said(crashing({ state: ended(last), last }))).toEqual(['bad', words]);
    const longer = { ...last, startedAt: noon - 3 * minute };
    expect(said(crashing({ last: longer }))[1]).not.toContain('at once');
  });

  test('exit code 0 once, or of what may end, is fine', () => {
    const done = anEnd({ exitCode: 0, reason: 'Completed' });
    expect(said(aContainer({ restarts: 1, state: running(minute), last: done }))[0]).toBe('ok');
    const bare = { owner: null };
    const succeeded = aContainer({ restarts: 3, state: ended(done), last: anEnd() });
    expect(said(succeeded, {}, bare)[0]).toBe('ok');
    expect(said(aContainer({ role: 'init', restarts: 3, state: ended(done), last: anEnd() }))[0]).toBe('ok');
  });

  test('an end by SIGTERM once is somebody who asked for it', () => {
    const last = anEnd({ exitCode: 143 });
    expect(said(aContainer({ restarts: 1, state: running(second), last }))[0]).toBe('ok');
  });

  test('an end that nobody knows of (a reboot) is no crash', () => {
    const last = anEnd({ exitCode: 255, reason: 'Unknown' });
    expect(said(aContainer({ restarts: 9, state: running(second), last }))[0]).toBe('ok');
    expect(said(crashing({ last }))[0]).toBe('bad');
  });

  test('a kill for more memory than allowed is not told here', () => {
    const last = anEnd({ exitCode: 137, reason: 'OOMKilled' });
    expect(said(crashing({ last }))[0]).toBe('ok');
    expect(said(aContainer({ restarts: 3, state: ended(last), last: anEnd() }))[0]).toBe('ok');
  });

  test('a failed liveness probe is told by its event', () => {
    const events = [
      anEvent({ reason: 'Unhealthy', message: 'Liveness probe failed: HTTP probe failed with statuscode: 500' }),
    ];
    const verdict = verdictOf(crashing({ last: anEnd({ exitCode: 137 }) }), { events });
    expect(sentence(verdict)).toBe('web is killed again and again: its liveness probe fails, 7 restarts');
    expect(evidenceOf(verdict)).toContain('Liveness probe failed: HTTP probe failed with statuscode: 500');
    const once = aContainer({ restarts: 1, state: running(2 * minute), last: anEnd({ exitCode: 137 }) });
    expect(said(once, { events })[1]).toBe('web was killed 60 s ago: its liveness probe fails, 1 restart');
  });

  test('a probe that failed long before, another probe, or an exit code of its own, is not the reason', () => {
    const at = (part: object) => [anEvent({ reason: 'Unhealthy', message: 'Liveness probe failed: x', ...part })];
    const killed = crashing({ last: anEnd({ exitCode: 137 }) });
    expect(said(killed, { events: at({ lastAt: noon - hour }) })[1]).toContain('crashes: killed');
    expect(said(killed, { events: at({ message: 'Readiness probe failed: x' }) })[1]).toContain('crashes: killed');
    expect(said(crashing(), { events: at({}) })[1]).toContain('crashes: exit code 1');
  });
});

describe('a container that cannot be started says why', () => {
  const runc =
    'failed to create containerd task: OCI runtime create failed: runc create failed: unable to start container process: ';
  test.for([
    ['exec: "nosuch": executable file not found in $PATH: unknown', 'its command nosuch is not in its image'],
    ['exec: "/app/run": stat /app/run: no such file or directory: unknown', 'its command /app/run is not in its image'],
    ['exec: "/run.sh": permission denied: unknown', 'its command /run.sh may not be executed'],
    ['exec /app: exec format error', 'its image is for another processor architecture'],
    ['something new', 'its node says "something new"'],
    ['', 'why is not told'],
  ] as const)('%s', ([message, words]) => {
    const end = { reason: 'StartError', exitCode: 128, startedAt: 0, message: message === '' ? '' : runc + message };
    expect(said(crashing({ last: anEnd(end) }))).toEqual(['bad', `web cannot start: ${words}, 7 restarts`]);
    const first = aContainer({ ready: false, state: ended(end) });
    expect(said(first)).toEqual(['warn', `web cannot start: ${words}`]);
  });

  test('while it waits for the runtime, too', () => {
    const state = {
      is: 'waiting',
      reason: 'RunContainerError',
      message: `${runc}exec: "/a": permission denied`,
    } as const;
    expect(said(aContainer({ ready: false, state }))).toEqual([
      'warn',
      'web cannot start: its command /a may not be executed',
    ]);
    expect(said(aContainer({ ready: false, state, restarts: 1, last: null }))[0]).toBe('bad');
  });
});

describe('several containers', () => {
  test('are named, init containers and sidecars too', () => {
    const containers = [aContainer({ name: 'main' }), crashing({ name: 'migrate', role: 'init' })];
    expect(sentence(theVerdict(crashLooping, aSnapshot({ pods: [aPod({ containers })] })))).toBe(
      'web crashes: exit code 1, container migrate, 7 restarts',
    );
  });

  test('of which one loops and one crashed once speak of the loop', () => {
    const containers = [
      aContainer({ name: 'a', state: ended() }),
      crashing({ name: 'b', last: anEnd({ exitCode: 3 }) }),
    ];
    const verdict = theVerdict(crashLooping, aSnapshot({ pods: [aPod({ containers })] }));
    expect(sentence(verdict)).toBe('web crashes: exit code 3, container b, 7 restarts');
  });
});

describe('odd data', () => {
  test('does no harm', () => {
    const odd: Partial<ContainerFact>[] = [
      { last: null },
      { state: null },
      { last: anEnd({ startedAt: null, finishedAt: null, exitCode: null, reason: '' }) },
      { last: anEnd({ startedAt: noon + 900 * day, finishedAt: -1 }), state: running(-400 * day) },
      { last: anEnd({ message: 'x'.repeat(100_000), reason: '' }), name: '', restarts: 1e9 },
    ];
    for (const part of odd) expect(said(crashing(part))[0]).toBe('bad');
    const far = verdictOf(crashing({ name: 'n'.repeat(5000) }), {}, { owner: { kind: 'X', name: 'y'.repeat(5000) } });
    expect(sentence(far).length).toBeLessThan(300);
  });

  test('a run whose beginning is not said is counted from the end before it', () => {
    const state: ContainerState = { is: 'running', startedAt: null };
    expect(said(aContainer({ restarts: 4, state, last: anEnd() }))[0]).toBe('warn');
    expect(said(aContainer({ restarts: 4, state, last: anEnd({ finishedAt: noon - hour }) }))[0]).toBe('ok');
  });
});

describe('a crash explains', () => {
  const snapshot = aSnapshot({ pods: [aPod({ containers: [crashing()] })] });
  const cause = theVerdict(crashLooping, snapshot);
  const effect = (check: `workloads/${string}`, name = 'web') =>
    anEffect(check, { subject: { kind: 'StatefulSet', namespace: 'default', name }, level: 'bad' });

  test('what is missing of the same workload, and that it restarts often', () => {
    for (const file of ['not-ready', 'replicas-missing', 'rollout-stuck', 'restarting-often']) {
      expect(explains(crashLooping, cause, effect(`workloads/${file}`), snapshot)).toBe(true);
    }
    expect(explains(crashLooping, cause, effect('workloads/not-ready', 'other'), snapshot)).toBe(false);
    expect(explains(crashLooping, cause, effect('workloads/out-of-memory'), snapshot)).toBe(false);
  });
});
