import { describe, expect, test } from 'vitest';
import unavailable from '#server/checks/control-plane/api-service-unavailable.ts';
import type { ApiServiceFact } from '#server/facts/api-service.ts';
import { anApiService } from '#test/builders/facts.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, minute, noon } from '#test/builders/time.ts';

const verdictOf = (part: Partial<ApiServiceFact>) =>
  theVerdict(unavailable, aSnapshot({ apiServices: [anApiService(part)] }));
const broken = {
  available: 'False',
  reason: 'MissingEndpoints',
  message: 'no endpoints',
  changedAt: noon - minute,
} as const;

describe('an aggregated API', () => {
  test('that answers is fine', () => {
    const verdict = verdictOf({});
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'metrics.k8s.io answers']);
  });

  test('that does not says what is missing without it, why, and who serves it', () => {
    const verdict = verdictOf(broken);
    expect(verdict.level).toBe('warn');
    expect(sentence(verdict)).toBe(
      'metrics.k8s.io is unavailable: no CPU and memory figures (kubectl top), no autoscaling by them',
    );
    expect(evidenceOf(verdict)).toEqual(['MissingEndpoints: no endpoints', 'served by kube-system/metrics-server']);
    expect(verdict.startedAt).toBe(noon - minute);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n kube-system describe service metrics-server',
      'kubectl -n kube-system get pods -o wide',
      'kubectl describe apiservice v1beta1.metrics.k8s.io',
    ]);
  });

  test('of other kinds says what is known of them', () => {
    expect(sentence(verdictOf({ ...broken, name: 'v1beta2.custom.metrics.k8s.io' }))).toContain(
      'no autoscaling by these',
    );
    expect(sentence(verdictOf({ ...broken, name: 'v1.packages.example' }))).toBe(
      'packages.example is unavailable: nothing of it can be read, and namespaces cannot be deleted',
    );
  });

  test('of which nothing was told is unknown', () => {
    const verdict = verdictOf({ available: 'Unknown', reason: '', message: '', changedAt: null, service: '' });
    expect([verdict.level, sentence(verdict)]).toEqual(['unknown', 'whether metrics.k8s.io answers has not been told']);
    expect(evidenceOf(verdict)).toEqual(['served by its service']);
    expect(commandsOf(verdict)).toEqual(['kubectl describe apiservice v1beta1.metrics.k8s.io']);
  });

  test('must be so for a minute, and each is judged for itself', () => {
    expect(unavailable.for?.({ for: minute })).toBe(minute);
    const apiServices = [anApiService(), anApiService({ ...broken, name: 'v1.b.example' })];
    expect(judged(unavailable, aSnapshot({ apiServices })).map(({ level }) => level)).toEqual(['ok', 'warn']);
  });

  test('with a hostile name and an absurd date stays harmless', () => {
    const verdict = verdictOf({ ...broken, name: 'v1.$(reboot).x', service: "kube;system/a'b", changedAt: noon + day });
    expect(commandsOf(verdict)).toEqual([
      "kubectl -n 'kube;system' describe service 'a'\\''b'",
      "kubectl -n 'kube;system' get pods -o wide",
      "kubectl describe apiservice 'v1.$(reboot).x'",
    ]);
    expect(verdict).not.toHaveProperty('startedAt');
  });
});
