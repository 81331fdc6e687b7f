import { describe, expect, test } from 'vitest';
import { commandsOf, evidenceOf, sentence } from '#test/builders/judged.ts';
import { aContainer, aCrashLog, anEnd, aStatefulSet } from '#test/builders/workloads.ts';
import { crashing, ended, said, verdictOf } from './crashing.ts';

describe('the log', () => {
  const log = (...lines: string[]) => ({ crashLogs: [aCrashLog({ lines })] });

  test('gives its telling lines after the measured value, and all of them at last', () => {
    const verdict = verdictOf(crashing(), log('starting', 'FATAL: cannot go on', 'bye', 'really bye'));
    expect(evidenceOf(verdict)).toEqual([
      'web ran for 2 s and ended at 11:59: exit code 1, 7 restarts',
      'FATAL: cannot go on',
      'really bye',
      'its last lines in full:',
      'starting',
      'FATAL: cannot go on',
      'bye',
      'really bye',
    ]);
    expect(verdict.evidence?.map(({ kind }) => kind).slice(0, 3)).toEqual(['value', 'log', 'log']);
  });

  test('with a known fatal line says what it means', () => {
    const lines = log(
      'LOG:  database system was shut down at 2026-10-01',
      'PANIC:  could not locate a valid checkpoint record',
      'LOG:  startup process (PID 28) was terminated by signal 6: Aborted',
      'LOG:  aborting startup due to startup process failure',
    );
    const verdict = verdictOf(crashing(), lines);
    expect(sentence(verdict)).toBe('web crashes: its write-ahead log is damaged (exit code 1, 7 restarts)');
    expect(evidenceOf(verdict)[1]).toBe('PANIC:  could not locate a valid checkpoint record');
    expect(commandsOf(verdict)).toEqual([
      `kubectl -n default patch statefulset/web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","command":["sleep","infinity"],"args":null,"livenessProbe":null,"readinessProbe":null,"startupProbe":null}]}}}}'`,
      'kubectl -n default delete pod web-0',
      `kubectl -n default exec web-0 -c web -- sh -c 'tar cf - "$PGDATA"' > data.tar`,
      `kubectl -n default exec web-0 -c web -- sh -c 'su postgres -c "$(command -v pg_resetwal) -f $PGDATA"'`,
      'kubectl -n default rollout undo statefulset/web',
      'kubectl -n default logs web-0 -c web --previous --tail=50',
      'kubectl -n default describe pod web-0',
    ]);
    expect(verdict.steps?.map((step) => step.say).join()).toContain('the last transactions can be lost');
  });

  test('is shown as it was written, without colours and what could make it read other than it is', () => {
    const verdict = verdictOf(crashing(), log('\u001b[31mERROR\u001b[0m  a\tb\u202e c\u0007  '));
    expect(evidenceOf(verdict)[1]).toBe('ERROR  a b  c');
  });

  test('that is not there, empty or refused leaves the rest', () => {
    for (const parts of [{}, log(), { crashLogs: [aCrashLog({ lines: [], problem: 'not permitted' })] }]) {
      const verdict = verdictOf(crashing(), parts);
      expect(sentence(verdict)).toBe('web crashes: exit code 1, 7 restarts');
      expect(evidenceOf(verdict)).toEqual(['web ran for 2 s and ended at 11:59: exit code 1, 7 restarts']);
    }
  });

  test('is replaced by what the container said of its end', () => {
    const last = anEnd({ message: 'line one\nopen /etc/app/config.yaml: no such file or directory' });
    const verdict = verdictOf(crashing({ last }));
    expect(sentence(verdict)).toContain('the file /etc/app/config.yaml is missing (exit code 1');
    expect(evidenceOf(verdict)).toContain('line one open /etc/app/config.yaml: no such file or directory');
  });

  test('says nothing of a container that never ran', () => {
    const last = anEnd({ reason: 'StartError', exitCode: 128, message: 'exec format error' });
    expect(said(crashing({ last }), log('no space left on device'))[1]).toContain('for another processor');
  });
});

describe('the first steps', () => {
  test('fit what it is', () => {
    expect(commandsOf(verdictOf(crashing()))).toEqual([
      'kubectl -n default logs web-0 -c web --previous --tail=50',
      'kubectl -n default describe pod web-0',
    ]);
  });

  test('offer the version before only where it is known that there is one', () => {
    const undo = 'kubectl -n default rollout undo statefulset/web';
    const of = (rollingOut: boolean) => ({ statefulSets: [aStatefulSet({ name: 'web', rollingOut })] });
    expect(commandsOf(verdictOf(crashing(), of(true)))).toContain(undo);
    expect(commandsOf(verdictOf(crashing(), of(false))).join()).not.toContain('rollout');
    expect(commandsOf(verdictOf(crashing(), {}, { owner: null })).join()).not.toContain('rollout');
  });

  test('ask for the present run where there is none before', () => {
    expect(commandsOf(verdictOf(aContainer({ state: ended() })))[0]).toBe(
      'kubectl -n default logs web-0 -c web --tail=50',
    );
  });

  test('quote hostile names', () => {
    const verdict = verdictOf(crashing({ name: 'a;b' }), {}, { name: 'x$(id)', namespace: 'n s' });
    expect(commandsOf(verdict)[0]).toBe("kubectl -n 'n s' logs 'x$(id)' -c 'a;b' --previous --tail=50");
  });
});
