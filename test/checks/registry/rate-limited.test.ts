import { expect, test } from 'vitest';
import rateLimited from '#server/checks/registry/rate-limited.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';
import { all, limited, played, refused } from './pulling.ts';

const atHub = (name: string, pods = 1) =>
  played(name, {
    pods,
    image: `docker.io/library/${name}:1`,
    failing: limited(`docker.io/library/${name}:1`, 'registry-1.docker.io'),
  });

test('pods that wait for a limit are one warning of the registry, with who waits', () => {
  const verdict = theVerdict(rateLimited, aSnapshot(all(atHub('nginx', 2), atHub('redis'))));
  expect(verdict).toMatchObject({ level: 'warn', subject: { kind: 'Registry', name: 'docker.io' } });
  expect(sentence(verdict)).toBe("Docker Hub's limit is used up: 3 pods wait for their images");
  expect(evidenceOf(verdict)).toContain('of nginx and redis');
  expect(commandsOf(verdict)[1]).toContain('ratelimitpreview');
});

test('one pod is enough, and is explained by it', () => {
  const snapshot = aSnapshot(all(atHub('nginx'), played('web', { failing: refused('registry.example/web:1.4') })));
  const cause = theVerdict(rateLimited, snapshot);
  expect(sentence(cause)).toBe("Docker Hub's limit is used up: 1 pod waits for its image");
  const explained = ['nginx', 'web'].map((name) => {
    const subject = { kind: 'Deployment', namespace: 'default', name };
    const effect = anEffect('workloads/image-cannot-be-pulled', { subject, level: 'bad' });
    return explains(rateLimited, cause, effect, snapshot);
  });
  expect(explained).toEqual([true, false]);
});

test('a registry that limits the wall itself is a warning, since it began', () => {
  const probe = aRegistryProbe({ trouble: 'limited', limitedSince: noon - minute });
  const verdict = theVerdict(rateLimited, aSnapshot({ registryProbes: [probe] }));
  expect(verdict).toMatchObject({ level: 'warn', startedAt: noon - minute, sources: ['registries'] });
  expect(sentence(verdict)).toBe('registry home answers the wall with 429: its limit is used up');
});

test('both are told once', () => {
  const probe = aRegistryProbe({ name: 'hub', host: 'registry-1.docker.io', limitedSince: noon });
  const verdicts = judged(rateLimited, aSnapshot({ ...all(atHub('nginx')), registryProbes: [probe] }));
  expect(verdicts.map(({ subject }) => subject.name)).toEqual(['hub']);
});

test('who is not limited is not judged', () => {
  expect(judged(rateLimited, aSnapshot({ ...all(played('web')), registryProbes: [aRegistryProbe()] }))).toEqual([]);
});
