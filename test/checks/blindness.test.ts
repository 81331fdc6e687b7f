import { describe, expect, test } from 'vitest';
import { blindness } from '#server/checks/blindness.ts';
import { apiSubject } from '#server/checks/subjects.ts';
import type { DoorOutcome } from '#server/facts/api-door.ts';
import type { Subject } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { aDoor } from '#test/builders/facts.ts';
import { anEffect } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';

const cause = { subject: apiSubject, level: 'bad' as const, say: say('the API is blind') };

function explained(check: `certificates/${string}`, subject: Subject, outcome: DoorOutcome, key?: string): boolean {
  const effect = anEffect(check, { subject, level: 'unknown', ...(key === undefined ? {} : { key }) });
  return blindness.when(cause, effect, aSnapshot({ door: aDoor({ outcome }) }));
}

const host = { kind: 'Host', name: 'git.example' };
const node = { kind: 'Node', name: 'nuc0' };

describe('an API that is blind, and certificates', () => {
  test('explains that nobody knows of those that cert-manager issues', () => {
    expect(
      explained('certificates/expiring', { kind: 'Certificate', namespace: 'default', name: 'web' }, 'unauthorized'),
    ).toBe(true);
  });

  test.for(['unreachable', 'timeout', 'dns', 'silent', 'refused'] as const)(
    'explains that hosts and kubelets show none where it cannot be reached itself: %s',
    (outcome) => {
      expect(explained('certificates/not-shown', host, outcome)).toBe(true);
      expect(explained('certificates/not-shown', node, outcome, 'kubelet')).toBe(true);
    },
  );

  test.for(['unauthorized', 'forbidden', 'certificate-expired', 'unexpected'] as const)(
    'does not explain it where it answers: %s',
    (outcome) => {
      expect(explained('certificates/not-shown', host, outcome)).toBe(false);
      expect(explained('certificates/not-shown', node, outcome, 'kubelet')).toBe(false);
    },
  );

  test('explains nothing of what handshakes and our own credentials tell', () => {
    for (const subject of [host, apiSubject, { kind: 'Credential', name: 'wall' }])
      expect(explained('certificates/expiring', subject, 'refused'), subject.kind).toBe(false);
    expect(explained('certificates/expiring', node, 'refused', 'kubelet')).toBe(false);
    expect(explained('certificates/authority-expiring', node, 'refused'), 'told by the API').toBe(true);
  });
});
