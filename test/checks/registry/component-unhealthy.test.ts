import { describe, expect, test } from 'vitest';
import componentUnhealthy from '#server/checks/registry/component-unhealthy.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

const names = ['core', 'database', 'jobservice', 'portal', 'redis', 'registry', 'registryctl', 'trivy'];

const harbor = (ill: Record<string, string> = {}, part: Partial<RegistryProbeFact> = {}) =>
  aRegistryProbe({
    kind: 'harbor',
    components: names.map((name) => ({ name, healthy: !(name in ill), error: ill[name] ?? '' })),
    unhealthySince: Object.keys(ill).length === 0 ? null : noon - minute,
    ...part,
  });
const judgedOf = (probe: RegistryProbeFact) => theVerdict(componentUnhealthy, aSnapshot({ registryProbes: [probe] }));

describe('Harbor', () => {
  test('whose parts are all healthy is fine', () => {
    const verdict = judgedOf(harbor());
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'all 8 parts of registry home are healthy']);
  });

  test('without its database and redis is bad, as one finding with the error of each', () => {
    const verdict = judgedOf(harbor({ database: 'failed to check database: EOF', redis: '' }));
    expect(verdict).toMatchObject({ level: 'bad', startedAt: noon - minute, sources: ['registries'] });
    expect(sentence(verdict)).toBe("Harbor's database and redis are unhealthy");
    expect(evidenceOf(verdict)).toEqual(['database: failed to check database: EOF', 'redis says no more']);
    expect(commandsOf(verdict)).toContain('curl -sS https://registry.example/api/v2.0/health');
  });

  test.for(['core', 'registry', 'registryctl', 'database', 'redis'])('needs its %s', (name) => {
    expect(judgedOf(harbor({ [name]: '' })).level).toBe('bad');
  });

  test.for(['portal', 'jobservice', 'trivy'])('without its %s goes on serving images', (name) => {
    const verdict = judgedOf(harbor({ [name]: '' }));
    expect([verdict.level, sentence(verdict)]).toEqual(['warn', `Harbor's ${name} is unhealthy`]);
  });

  test('that nobody reaches says nothing of its parts: what is known is of before', () => {
    const part = { outcome: 'down', trouble: 'refused' } as const;
    const gone = aSnapshot({ registryProbes: [harbor({ core: '' }, part)] });
    expect(judged(componentUnhealthy, gone)).toEqual([]);
  });

  test('that answers with an error is explained by its parts', () => {
    const part = { outcome: 'down', trouble: 'status', status: 500 } as const;
    const probe = harbor({ database: '' }, part);
    const cause = judgedOf(probe);
    const effect = (name: string) => anEffect('registry/down', { subject: { kind: 'Registry', name }, level: 'bad' });
    const snapshot = aSnapshot({ registryProbes: [probe] });
    expect(explains(componentUnhealthy, cause, effect('home'), snapshot)).toBe(true);
    expect(explains(componentUnhealthy, cause, effect('other'), snapshot)).toBe(false);
    expect(explains(componentUnhealthy, { ...cause, level: 'warn' }, effect('home'), snapshot)).toBe(false);
  });

  test('of which there are two is told by name', () => {
    const probes = [harbor({ core: '' }), harbor({ redis: '' }, { name: 'lab', key: 'Registry/lab' })];
    expect(judged(componentUnhealthy, aSnapshot({ registryProbes: probes })).map((each) => sentence(each))).toEqual([
      "registry home: Harbor's core is unhealthy",
      "registry lab: Harbor's redis is unhealthy",
    ]);
  });
});

test('a registry without parts is not judged', () => {
  expect(judged(componentUnhealthy, aSnapshot({ registryProbes: [aRegistryProbe()] }))).toEqual([]);
});
