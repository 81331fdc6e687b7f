import { describe, expect, test } from 'vitest';
import notReady from '#server/checks/workloads/not-ready.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod, anEvent } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { hour, minute, noon, second } from '#test/builders/time.ts';
import { aContainer, anEnd, aStatefulSet } from '#test/builders/workloads.ts';

/** A pod of StatefulSet default/web that has been running for an hour and is not ready for 5 minutes. */
function unready(part: Partial<PodFact> = {}): PodFact {
  const containers = [aContainer({ ready: false, state: { is: 'running', startedAt: noon - hour } })];
  return aPod({ ready: false, readyChangedAt: noon - 5 * minute, containers, ...part });
}

const verdictOf = (parts: SnapshotParts) => theVerdict(notReady, aSnapshot(parts));

const unhealthy = (message: string, part: Parameters<typeof anEvent>[0] = {}) =>
  anEvent({ reason: 'Unhealthy', message, lastAt: noon - 10 * second, ...part });

describe('a workload', () => {
  test('whose pods are all ready is fine', () => {
    expect(verdictOf({ pods: [aPod()] }).level).toBe('ok');
  });

  test('with one of three pods not ready is a warning with the probe that fails, since it is not', () => {
    const pods = [aPod({ name: 'web-1' }), aPod({ name: 'web-2' }), unready()];
    const message = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
    const verdict = verdictOf({ pods, events: [unhealthy(message)] });
    expect(verdict.level).toBe('warn');
    expect(sentence(verdict)).toBe(
      'web: 1 of 3 pods has not been ready for 5 min: its readiness probe gets status 503',
    );
    expect(evidenceOf(verdict)).toEqual([message, 'web-0 on nuc0']);
    expect(verdict.startedAt).toBe(noon - 5 * minute);
    expect(verdict.subject).toEqual({ kind: 'StatefulSet', namespace: 'default', name: 'web' });
  });

  test('without any ready pod is bad', () => {
    const pods = [unready(), unready({ name: 'web-1', readyChangedAt: noon - 9 * minute })];
    const verdict = verdictOf({ pods });
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'web: 2 of 2 pods have not been ready for 9 min']);
  });

  test('with one pod is told by its name alone', () => {
    const verdict = verdictOf({ pods: [unready()] });
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'web has not been ready for 5 min']);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n default logs web-0 -c web --tail=50',
      'kubectl -n default describe pod web-0',
    ]);
  });

  test('is given two minutes for each pod, or what is set', () => {
    const pods = [unready({ readyChangedAt: noon - minute })];
    expect(verdictOf({ pods }).level).toBe('ok');
    expect(theVerdict(notReady, aSnapshot({ pods }), { settings: { for: 30 * second } }).level).toBe('bad');
    expect(notReady.for?.({ for: 30 * second })).toBe(30 * second);
  });

  test('is given them anew after a restart', () => {
    const containers = [aContainer({ ready: false, state: { is: 'running', startedAt: noon - minute } })];
    expect(verdictOf({ pods: [unready({ containers })] }).level).toBe('ok');
  });

  test('of which a container starts, crashes or waits for its image is told elsewhere', () => {
    const waiting = (reason: string) => aContainer({ ready: false, state: { is: 'waiting', reason, message: '' } });
    const ended = aContainer({ ready: false, state: { is: 'terminated', ...anEnd() } });
    for (const container of [waiting('CrashLoopBackOff'), waiting('ImagePullBackOff'), ended]) {
      expect(verdictOf({ pods: [unready({ containers: [aContainer({ ready: false }), container] })] }).level).toBe(
        'ok',
      );
    }
    expect(verdictOf({ pods: [unready({ phase: 'Pending' })] }).level).toBe('ok');
  });

  test('names the containers that are not ready where a pod has several', () => {
    const containers = [
      aContainer({ name: 'setup', role: 'init', ready: false, state: { is: 'terminated', ...anEnd({ exitCode: 0 }) } }),
      aContainer({ name: 'proxy', role: 'sidecar' }),
      aContainer({ ready: false }),
    ];
    expect(evidenceOf(verdictOf({ pods: [unready({ containers })] }))).toEqual([
      'of web-0: container web',
      'web-0 on nuc0',
    ]);
  });

  test('whose node is lost says so, though all its containers were ready', () => {
    const nodes = [aNode({ conditions: { Ready: goneQuiet() } })];
    const verdict = verdictOf({ nodes, pods: [unready({ containers: [aContainer()] })] });
    expect(sentence(verdict)).toBe('web has not been ready for 5 min: its node nuc0 is not ready');
  });

  test('on its way out is fine, and so are pods on their way out', () => {
    expect(verdictOf({ pods: [unready({ deletingAt: noon })] }).level).toBe('ok');
    const going = aStatefulSet({ name: 'web', deletingAt: noon });
    expect(verdictOf({ statefulSets: [going], pods: [unready()] }).level).toBe('ok');
  });

  test('without a time of its own is told without one', () => {
    const containers = [aContainer({ ready: false, state: { is: 'running', startedAt: null } })];
    const verdict = verdictOf({ pods: [unready({ containers, readyChangedAt: null, createdAt: null })] });
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'web is not ready']);
    expect(verdict).not.toHaveProperty('startedAt');
  });

  test('of Jobs is none of this area', () => {
    expect(judged(notReady, aSnapshot({ pods: [unready({ owner: { kind: 'Job', name: 'backup' } })] }))).toEqual([]);
  });
});

describe('the reason', () => {
  const why = (...events: ReturnType<typeof anEvent>[]) => sentence(verdictOf({ pods: [unready()], events }));

  test('is the newest of the readiness or startup probe, and only then of another', () => {
    const liveness = unhealthy('Liveness probe failed: x', { key: 'a', lastAt: noon });
    const old = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 500', {
      key: 'b',
      lastAt: noon - minute,
    });
    const young = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404', { key: 'c' });
    expect(why(liveness, old, young)).toContain('its readiness probe gets status 404');
    expect(why(liveness)).toContain('its liveness probe says "x"');
  });

  test('is not that of a pod of this name before, or of long ago', () => {
    const old = unhealthy('Readiness probe failed: x', { lastAt: noon - 2 * hour });
    expect(why(old)).toBe('web has not been ready for 5 min');
  });
});

describe('a pod that stands alone', () => {
  test('is judged like others, also a static one', () => {
    const name = 'etcd-kmaster';
    const verdict = verdictOf({ pods: [unready({ name, owner: null, isStatic: true, namespace: 'kube-system' })] });
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', 'etcd-kmaster has not been ready for 5 min']);
    expect(verdict.subject.kind).toBe('Pod');
  });

  test('and failed is a warning with its exit code and how to be rid of it', () => {
    const state = { is: 'terminated', ...anEnd({ finishedAt: noon - hour, message: 'no such table' }) } as const;
    const failed = unready({
      name: 'import',
      owner: null,
      phase: 'Failed',
      containers: [aContainer({ ready: false, state })],
    });
    const verdict = verdictOf({ pods: [failed] });
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'import ended 60 min ago and is not started again: exit code 1',
    ]);
    expect(evidenceOf(verdict)).toEqual(['no such table', 'import on nuc0']);
    expect(commandsOf(verdict)).toContain('kubectl -n default delete pod import');
    const late = verdictOf({ pods: [{ ...failed, reason: 'DeadlineExceeded', message: 'Pod was active too long' }] });
    expect(sentence(late)).toContain('it ran longer than it may');
    const odd = verdictOf({ pods: [{ ...failed, containers: [], createdAt: null, reason: '', message: '' }] });
    expect(sentence(odd)).toBe('import has ended and is not started again: why is not told');
  });

  test('and taken away is left over, which is no failure', () => {
    const evicted = unready({ owner: null, phase: 'Failed', reason: 'Evicted' });
    expect(judged(notReady, aSnapshot({ pods: [evicted] }))).toEqual([]);
  });
});

describe('pods that are not ready explain', () => {
  const snapshot = aSnapshot({ pods: [unready()] });
  const cause = theVerdict(notReady, snapshot);

  test('what their own workload lacks, and nothing else', () => {
    const effect = (check: `workloads/${string}`, name: string) =>
      anEffect(check, { subject: { kind: 'StatefulSet', namespace: 'default', name }, level: 'bad' });
    expect(explains(notReady, cause, effect('workloads/replicas-missing', 'web'), snapshot)).toBe(true);
    expect(explains(notReady, cause, effect('workloads/rollout-stuck', 'web'), snapshot)).toBe(true);
    expect(explains(notReady, cause, effect('workloads/replicas-missing', 'other'), snapshot)).toBe(false);
    expect(explains(notReady, cause, effect('workloads/crash-looping', 'web'), snapshot)).toBe(false);
  });
});
