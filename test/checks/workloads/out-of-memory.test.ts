import { describe, expect, test } from 'vitest';
import crashLooping from '#server/checks/workloads/crash-looping.ts';
import outOfMemory from '#server/checks/workloads/out-of-memory.ts';
import type { ContainerEnd, ContainerFact, ContainerState } from '#server/facts/container.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aNodeStats, aPod, anEvent } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon, second } from '#test/builders/time.ts';
import { aContainer, aCrashLog, anEnd } from '#test/builders/workloads.ts';

const aKill = (part: Partial<ContainerEnd> = {}) => anEnd({ reason: 'OOMKilled', exitCode: 137, ...part });
const running = (ms: number): ContainerState => ({ is: 'running', startedAt: noon - ms });
const backOff: ContainerState = { is: 'waiting', reason: 'CrashLoopBackOff', message: '' };

/** A container with a limit of 16Mi that was killed four times, a minute ago for the last time. */
const killed = (part: Partial<ContainerFact> = {}) =>
  aContainer({ memoryLimit: '16Mi', restarts: 4, state: running(50 * second), last: aKill(), ...part });
const verdictOf = (container: ContainerFact, parts: SnapshotParts = {}, pod: Partial<PodFact> = {}) =>
  theVerdict(outOfMemory, aSnapshot({ pods: [aPod({ containers: [container], ...pod })], ...parts }));
const said = (container: ContainerFact, parts: SnapshotParts = {}, pod: Partial<PodFact> = {}) => {
  const verdict = verdictOf(container, parts, pod);
  return [verdict.level, sentence(verdict)];
};

describe('a workload', () => {
  test('that was never killed is fine, also if it crashed', () => {
    expect(said(aContainer())).toEqual(['ok', 'web has enough memory']);
    expect(said(aContainer({ restarts: 9, state: backOff, last: anEnd({ exitCode: 137 }) }))[0]).toBe('ok');
  });

  test('that was killed is bad, with the limit as written', () => {
    expect(said(killed())).toEqual([
      'bad',
      'web was killed for using more than its 16Mi of memory, 4 restarts, last 60 s ago',
    ]);
  });

  test('that was killed shows its memory, where kubelets are asked', () => {
    const series = (parts: SnapshotParts) => verdictOf(killed(), parts).series;
    expect(series({ nodeStats: [aNodeStats()] })?.[0]).toBe('workloads/memory|StatefulSet/default/web');
    expect(series({})?.filter((name) => name.startsWith('workloads/memory'))).toEqual([]);
  });

  test('that was killed once says when', () => {
    const words = 'web was killed 60 s ago for using more than its 16Mi of memory';
    const first = verdictOf(killed({ restarts: 0, state: { is: 'terminated', ...aKill() }, last: null, ready: false }));
    expect([first.level, sentence(first)]).toEqual(['bad', words]);
    expect(first.startedAt).toBe(noon - minute);
    expect(said(killed({ restarts: 1 }))).toEqual(['bad', words]);
    expect(verdictOf(killed())).not.toHaveProperty('startedAt');
  });

  test('without a limit says that its node ran out', () => {
    expect(said(killed({ memoryLimit: null }))[1]).toBe(
      'web was killed because node nuc0 ran out of memory, 4 restarts, last 60 s ago',
    );
    expect(said(killed({ memoryLimit: null }), {}, { node: null })[1]).toContain('because the node ran out of memory');
  });

  test('with a limit, on a node that ran out at that moment, says so', () => {
    const about = { kind: 'Node', namespace: null, name: 'nuc0' };
    const event = (lastAt: number) => ({ events: [anEvent({ reason: 'SystemOOM', about, lastAt })] });
    expect(said(killed(), event(noon - 50 * second))[1]).toContain('because node nuc0 ran out of memory');
    expect(said(killed(), event(noon - hour))[1]).toContain('its 16Mi of memory');
  });

  test('is one finding that counts its pods', () => {
    const pods = ['a', 'b', 'c'].map((name) =>
      aPod({ name, containers: [name === 'c' ? aContainer() : killed({ restarts: 2 })] }),
    );
    const verdict = theVerdict(outOfMemory, aSnapshot({ pods }));
    expect(sentence(verdict)).toBe(
      'web: 2 of 3 pods were killed for using more than their 16Mi of memory, 4 restarts, last 60 s ago',
    );
    expect(evidenceOf(verdict)).toContain('a on nuc0, b on nuc0');
    const all = theVerdict(outOfMemory, aSnapshot({ pods: pods.slice(0, 2) }));
    expect(sentence(all)).toContain('web: both pods were killed');
  });

  test('names the container where there are several, init containers too', () => {
    const containers = [killed({ name: 'index', role: 'init', state: backOff }), aContainer()];
    const verdict = theVerdict(outOfMemory, aSnapshot({ pods: [aPod({ containers })] }));
    expect(sentence(verdict)).toContain('of memory, container index, 4 restarts');
  });

  test('whose pod is being deleted is not judged by it', () => {
    expect(said(killed(), {}, { deletingAt: noon })[0]).toBe('ok');
  });
});

describe('how long it is told', () => {
  const once = (ms: number, part: Partial<ContainerFact> = {}) =>
    killed({
      restarts: 1,
      state: running(ms - second),
      last: aKill({ startedAt: noon - day, finishedAt: noon - ms }),
      ...part,
    });

  test('bad for ten minutes, then a warning, and fine after an hour', () => {
    expect(said(once(10 * minute - 1))[0]).toBe('bad');
    expect(said(once(10 * minute))[0]).toBe('warn');
    expect(said(once(hour - 1))[0]).toBe('warn');
    expect(said(once(hour))[0]).toBe('ok');
  });

  test('a second kill within the hour stays bad', () => {
    const again = (ran: number) =>
      once(30 * minute, {
        restarts: 2,
        last: aKill({ startedAt: noon - 30 * minute - ran, finishedAt: noon - 30 * minute }),
      });
    expect(said(again(20 * minute))[0]).toBe('bad');
    expect(said(again(2 * hour))[0]).toBe('warn');
  });

  test('while running, killed and waiting alternate it stays bad', () => {
    const states: ContainerState[] = [running(second), { is: 'terminated', ...aKill() }, backOff];
    expect(states.map((state) => said(killed({ state }))[0])).toEqual(['bad', 'bad', 'bad']);
    const old = aKill({ startedAt: noon - 3 * hour, finishedAt: noon - 2 * hour });
    expect(said(killed({ state: backOff, last: old }))[0]).toBe('bad');
  });

  test('a crash that comes after it is told by the other check, and this one goes on', () => {
    const container = killed({ state: { is: 'terminated', ...anEnd({ finishedAt: noon - second }) } });
    const snapshot = aSnapshot({ pods: [aPod({ containers: [container] })] });
    expect(theVerdict(outOfMemory, snapshot).level).toBe('bad');
    expect(theVerdict(crashLooping, snapshot).level).toBe('bad');
    const onlyKilled = aSnapshot({ pods: [aPod({ containers: [killed()] })] });
    expect(theVerdict(crashLooping, onlyKilled).level).toBe('ok');
  });
});

describe('the evidence', () => {
  test('has the measured value and the last lines of the log', () => {
    const verdict = verdictOf(killed(), { crashLogs: [aCrashLog({ lines: ['indexing 40000 files'] })] });
    expect(evidenceOf(verdict)).toEqual([
      'web ran for 2 s and ended at 11:59: killed (exit code 137), 4 restarts',
      'indexing 40000 files',
    ]);
  });
});

describe('the first steps', () => {
  test('see what it uses, raise the limit, read the log', () => {
    expect(commandsOf(verdictOf(killed()))).toEqual([
      'kubectl -n default top pod web-0 --containers',
      'kubectl -n default set resources statefulset/web -c web --limits=memory=32Mi',
      'kubectl -n default logs web-0 -c web --previous --tail=50',
    ]);
  });

  test.for([
    ['1.5Gi', '3Gi'],
    ['512M', '1024M'],
    ['134217728', '268435456'],
  ])('twice %s is %s', ([memoryLimit, doubled]) => {
    expect(commandsOf(verdictOf(killed({ memoryLimit: memoryLimit! })))[1]).toContain(`--limits=memory=${doubled}`);
  });

  test.for(['', '0', 'much', '1e3', '16Mi; reboot'])('of a limit "%s" nothing is doubled', (memoryLimit) => {
    expect(commandsOf(verdictOf(killed({ memoryLimit }))).join()).not.toContain('set resources');
  });

  test('of what kubectl cannot change as a whole, only say it', () => {
    const verdict = verdictOf(killed(), {}, { owner: null });
    expect(commandsOf(verdict).join()).not.toContain('set resources');
    expect(verdict.steps?.map((step) => step.say)).toContain('Raise its limit where it is written, if it needs more');
  });

  test('look at the node where that ran out', () => {
    expect(commandsOf(verdictOf(killed({ memoryLimit: null }), {}, { node: 'a b' })).slice(0, 2)).toEqual([
      'kubectl top pods -A --sort-by=memory',
      "kubectl describe node 'a b'",
    ]);
  });
});

describe('odd data', () => {
  test('does no harm', () => {
    expect(said(killed({ last: aKill({ startedAt: null, finishedAt: null }) }))).toEqual([
      'bad',
      'web was killed for using more than its 16Mi of memory, 4 restarts, last 50 s ago',
    ]);
    const nowhere = killed({ state: null, last: aKill({ startedAt: null, finishedAt: null, exitCode: null }) });
    expect(said(nowhere)).toEqual(['bad', 'web was killed for using more than its 16Mi of memory, 4 restarts']);
    expect(said(killed({ last: aKill({ finishedAt: noon + 900 * day }) }))[0]).toBe('bad');
    const long = killed({ memoryLimit: 'x'.repeat(64), name: 'y'.repeat(253) });
    expect(said(long, {}, { node: 'z'.repeat(253) })[1]!.length).toBeLessThan(200);
  });
});

describe('a kill explains', () => {
  test('that the same workload restarts often and is not ready', () => {
    const snapshot = aSnapshot({ pods: [aPod({ containers: [killed()] })] });
    const cause = theVerdict(outOfMemory, snapshot);
    const { subject } = cause;
    for (const file of ['restarting-often', 'not-ready', 'replicas-missing', 'rollout-stuck']) {
      expect(explains(outOfMemory, cause, anEffect(`workloads/${file}`, { subject, level: 'warn' }), snapshot)).toBe(
        true,
      );
    }
    const other = anEffect('workloads/crash-looping', { subject, level: 'bad' });
    expect(explains(outOfMemory, cause, other, snapshot)).toBe(false);
  });
});
