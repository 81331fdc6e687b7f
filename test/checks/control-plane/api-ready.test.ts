import { describe, expect, test } from 'vitest';
import apiReady from '#server/checks/control-plane/api-ready.ts';
import type { ApiDoorFact, DoorOutcome } from '#server/facts/api-door.ts';
import { aDoor } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

const since = noon - 2 * minute;

function verdictOf(failingParts: string[], part: Partial<ApiDoorFact> = {}) {
  const door = aDoor({ outcome: 'not-ready', status: 500, outcomeSince: since, readyAt: since, failingParts, ...part });
  return theVerdict(apiReady, aSnapshot({ door }));
}

describe('readiness of the API server', () => {
  test('is fine when it says so', () => {
    const verdict = theVerdict(apiReady, aSnapshot());
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'the API server is ready']);
  });

  test('a dead etcd is named, first among what fails because of it', () => {
    const verdict = verdictOf(['poststarthook/rbac/bootstrap-roles', 'etcd']);
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe(
      'the API server is not ready: etcd does not answer and its start-up step rbac/bootstrap-roles has not finished',
    );
    expect(sentence(verdictOf(['etcd']))).toBe('the API server is not ready: etcd does not answer');
    expect(verdict.startedAt).toBe(since);
    expect(evidenceOf(verdict)).toEqual([
      'HTTP 500 of /readyz',
      'failing: poststarthook/rbac/bootstrap-roles, etcd',
      'last ready 11:58',
    ]);
  });

  test('without any part named it is not ready all the same', () => {
    const verdict = verdictOf([], { status: null, readyAt: null, message: 'reason withheld' });
    expect(sentence(verdict)).toBe('the API server is not ready');
    expect(evidenceOf(verdict)).toEqual(['HTTP no status of /readyz', 'reason withheld']);
  });

  test.for<DoorOutcome>(['refused', 'silent', 'unauthorized', 'certificate-expired'])(
    'is no news when the door says %s, which is told elsewhere',
    (outcome) => {
      expect(judged(apiReady, aSnapshot({ door: aDoor({ outcome }) }))).toEqual([]);
    },
  );

  test('is not judged before it was asked', () => {
    expect(judged(apiReady, aSnapshot({ door: null }))).toEqual([]);
  });

  test('has steps for etcd as the distribution runs it', () => {
    expect(commandsOf(verdictOf(['etcd']))[0]).toBe('df -h /var/lib/rancher');
    expect(commandsOf(verdictOf(['etcd'], { version: '' }))[0]).toBe('crictl ps -a --name etcd');
    expect(commandsOf(verdictOf(['etcd'], { version: 'v1.34.1+rke2r1' }))[1]).toContain('rke2-server');
    const talos = aDoor({ outcome: 'not-ready', failingParts: ['etcd'], version: 'v1.36.4' });
    const snapshot = aSnapshot({ door: talos, nodes: [aNode({ osImage: 'Talos (v1.13.0)' })] });
    expect(commandsOf(theVerdict(apiReady, snapshot))[0]).toBe('talosctl service etcd');
    expect(commandsOf(verdictOf(['shutdown']))[0]).toContain('journalctl -u k3s');
  });

  test('explains what cannot be seen meanwhile', () => {
    const door = aDoor({ outcome: 'not-ready', failingParts: ['etcd'] });
    const snapshot = aSnapshot({ door, sources: { leases: { fresh: false, state: 'stale' } } });
    const effect = anEffect('nodes/unseen', { subject: { kind: 'Source', name: 'leases' }, level: 'unknown' });
    expect(explains(apiReady, theVerdict(apiReady, snapshot), effect, snapshot)).toBe(true);
  });
});
