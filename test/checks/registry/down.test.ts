import { describe, expect, test } from 'vitest';
import down from '#server/checks/registry/down.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { anEffect, commandsOf, evidenceOf, explains, sentence, theVerdict } from '#test/builders/judged.ts';
import { anIngress } from '#test/builders/routes.ts';
import { aRegistryProbe, aService } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';
import { all, notFound, played, refused } from './pulling.ts';

const dead = (part: Partial<RegistryProbeFact> = {}) =>
  aRegistryProbe({
    ...{ outcome: 'down', outcomeSince: noon - minute, trouble: 'refused', message: 'refused the connection' },
    ...{ status: null, misses: 7, upAt: noon - 2 * minute },
    ...part,
  });
const found = { name: 'registry.example', key: 'Registry/registry.example', configured: false } as const;

const judgedOf = (probe: RegistryProbeFact, parts: SnapshotParts = {}, memory?: ReadonlyMap<string, unknown>) =>
  theVerdict(down, aSnapshot({ registryProbes: [probe], ...parts }), memory && { memory });
const tellingOf = (...given: Parameters<typeof judgedOf>) => {
  const verdict = judgedOf(...given);
  return [verdict.level, sentence(verdict)];
};

describe('a registry', () => {
  test('that answers is fine, also when it limits us', () => {
    expect(tellingOf(aRegistryProbe())).toEqual(['ok', 'registry home answers']);
    const limits = aRegistryProbe({ trouble: 'limited', message: 'answers 429', limitedSince: noon });
    expect(tellingOf(limits)[0]).toBe('ok');
  });

  test('that does not is bad, with the reason, since the first miss', () => {
    const verdict = judgedOf(dead());
    expect(verdict).toMatchObject({ level: 'bad', startedAt: noon - minute, sources: ['registries'] });
    expect(sentence(verdict)).toBe('registry home is down: registry.example refused the connection');
    expect(verdict.series).toEqual(['registry/latency|Registry/home', 'registry/reachable|Registry/home']);
  });

  test('without words of the probe is told in ours', () => {
    expect(tellingOf(dead({ message: '', trouble: 'timeout' }))[1]).toContain(
      'registry.example did not answer in time',
    );
    expect(tellingOf(dead({ message: '', trouble: 'status', status: 503 }))[1]).toContain(
      'registry.example answers 503',
    );
  });

  test('is told in the words of the probe where these say more', () => {
    const said = (part: Partial<RegistryProbeFact>) => tellingOf(dead(part))[1];
    const expired = 'the certificate of registry.example has expired';
    expect(said({ trouble: 'tls', message: expired })).toBe(`registry home is down: ${expired}`);
    expect(said({ trouble: 'status', message: 'answers 503 Service Unavailable (nginx)' })).toBe(
      'registry home is down: registry.example answers 503 Service Unavailable (nginx)',
    );
    const resolved = 'the name in registry.example cannot be resolved (ENOTFOUND)';
    expect(said({ trouble: 'dns', message: resolved })).toContain('registry.example is not known to the DNS');
    const unanswered = 'the name registry.example cannot be resolved (EAI_AGAIN)';
    expect(said({ trouble: 'dns', message: unanswered })).toContain('cannot be resolved: DNS does not answer');
    expect(evidenceOf(judgedOf(dead({ trouble: 'dns', message: resolved })))).toContain(resolved);
  });

  test('that refuses our login lives, and is a warning', () => {
    const refuses = aRegistryProbe({
      trouble: 'refused-login',
      message: 'it does not accept user ci',
      login: 'refused',
    });
    expect(tellingOf(refuses)).toEqual(['warn', 'registry home: it does not accept user ci']);
  });

  test('that we were told of is bad even if it never answered', () => {
    expect(tellingOf(dead({ upAt: null }))[0]).toBe('bad');
  });
});

describe('a registry that nobody told us of', () => {
  const unreached = dead({ ...found, upAt: null, trouble: 'dns', message: 'the name cannot be resolved' });

  test('and that never answered is only a warning: nodes may reach it', () => {
    const verdict = judgedOf(unreached);
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'the wall does not reach registry.example, nodes may: it is not known to the DNS that the wall asks',
    ]);
    expect(evidenceOf(verdict)).toContain('the wall has never reached it, yet no pod fails to pull from it');
  });

  test('is bad once nodes cannot pull from it either, though not for a tag that is not there', () => {
    const failing = all(played('web', { pods: 2, failing: refused('registry.example/web:1.4') }));
    const verdict = judgedOf(unreached, failing);
    expect([verdict.level, sentence(verdict)]).toEqual([
      'bad',
      'registry.example is down: it is not known to the DNS that the wall asks',
    ]);
    expect(evidenceOf(verdict)).toContain('2 pods cannot pull from it either');
    const typo = all(played('web', { failing: notFound('registry.example/web:1.4') }));
    expect(tellingOf(unreached, typo)[0]).toBe('warn');
    const elsewhere = all(played('web', { image: 'ghcr.io/web:1', failing: refused('ghcr.io/web:1', 'ghcr.io') }));
    expect(tellingOf(unreached, elsewhere)[0]).toBe('warn');
  });

  test('is bad once it has answered before, across a restart of the wall too', () => {
    expect(tellingOf(dead(found))[0]).toBe('bad');
    const { subjects, remember } = down.remembers!;
    const before = aSnapshot({ registryProbes: [aRegistryProbe(found)] });
    const memory = new Map([...subjects(before)].map((key) => [key, remember(undefined, key, before, 0)]));
    const after = aSnapshot({ registryProbes: [unreached] });
    const kept = new Map([...memory].map(([key, was]) => [key, remember(was, key, after, 0)]));
    expect(tellingOf(unreached, {}, kept)[0]).toBe('bad');
    expect(remember(undefined, unreached.key, after, 0)).toBe(false);
  });
});

describe('evidence', () => {
  const probe = dead({ mirrors: ['docker.io'] });

  test('says who takes images from it, or through it', () => {
    const own = played('web');
    const hub = played('db', { image: 'postgres:17' });
    const other = played('cat', { image: 'ghcr.io/cat:1' });
    const none = played('off', { pods: 0, part: { wanted: 0 } });
    const said = evidenceOf(judgedOf(probe, all(own, hub, other, none)));
    expect(said[0]).toBe('2 workloads take images from it: db and web');
    expect(said).toContain('images of docker.io come through it');
    expect(evidenceOf(judgedOf(dead(), all(own)))[0]).toBe('web takes images from it');
  });

  test('says what was asked and when it answered last', () => {
    const said = evidenceOf(judgedOf(dead()));
    expect(said).toContain('asked: https://registry.example/ at 10.0.0.5:443');
    expect(said.some((each) => each.startsWith('it answered last'))).toBe(true);
    expect(evidenceOf(judgedOf(dead({ upAt: null, address: '' })))).toContain(
      'it has not answered since the wall started',
    );
  });
});

describe('the first steps', () => {
  test('fit the trouble', () => {
    expect(commandsOf(judgedOf(dead()))[0]).toBe('nc -vz -w 5 registry.example 443');
    expect(commandsOf(judgedOf(dead({ host: 'registry.example:5000' })))[0]).toBe('nc -vz -w 5 registry.example 5000');
    expect(commandsOf(judgedOf(dead({ trouble: 'dns' })))[0]).toBe('getent hosts registry.example');
    expect(commandsOf(judgedOf(dead({ trouble: 'status' })))[0]).toBe('curl -sSi https://registry.example/v2/');
    expect(commandsOf(judgedOf(dead({ trouble: 'tls' })))[0]).toBe('curl -svo /dev/null https://registry.example/v2/');
  });

  test('look at the workload that is the registry', () => {
    const own = played('registry', { namespace: 'infra', image: 'registry:3' });
    const parts = {
      ...all(own),
      services: [aService({ namespace: 'infra', name: 'registry' })],
      ingresses: [
        anIngress({
          ...{ namespace: 'infra', name: 'registry', hosts: ['registry.example'] },
          backends: [{ host: 'registry.example', path: '/', service: 'registry' }],
        }),
      ],
    };
    expect(commandsOf(judgedOf(dead(), parts))).toContain('kubectl -n infra logs deployment/registry --tail 50');
    expect(commandsOf(judgedOf(dead(), parts))).toContain('kubectl -n infra get deployment/registry');
  });

  test('have names of strangers in quotes', () => {
    const host = "reg';rm -rf /;'";
    expect(commandsOf(judgedOf(dead({ trouble: 'dns', host })))[0]).toBe(`getent hosts 'reg'\\'';rm -rf /;'\\'''`);
  });
});

describe('causes', () => {
  const probe = dead({ mirrors: ['docker.io'] });
  const snapshot = aSnapshot({ registryProbes: [probe, aRegistryProbe({ name: 'other', host: 'other.example' })] });
  const cause = judgedOf(probe);
  const registry = (name: string) => ({ kind: 'Registry', name });

  test('it explains what cannot be pulled from it, or through it as a mirror', () => {
    const explained = (name: string, key: string) =>
      explains(
        down,
        cause,
        anEffect('registry/pull-failing', { subject: registry(name), level: 'bad', key }),
        snapshot,
      );
    expect(explained('home', 'unreachable')).toBe(true);
    expect(explained('docker.io', 'untrusted')).toBe(true);
    expect(explained('home', 'unauthorised')).toBe(false);
    expect(explained('other', 'unreachable')).toBe(false);
    expect(explained('ghcr.io', 'unreachable')).toBe(false);
    const limit = (name: string) =>
      explains(down, cause, anEffect('registry/rate-limited', { subject: registry(name), level: 'warn' }), snapshot);
    expect([limit('docker.io'), limit('ghcr.io')]).toEqual([true, false]);
  });

  test('it explains that its images are not known, and that its host is down as a service', () => {
    const images = (level: 'unknown' | 'bad') =>
      explains(down, cause, anEffect('registry/images-missing', { subject: registry('home'), level }), snapshot);
    expect([images('unknown'), images('bad')]).toEqual([true, false]);
    const service = (name: string) =>
      explains(down, cause, anEffect('services/down', { subject: { kind: 'Host', name }, level: 'bad' }), snapshot);
    expect([service('registry.example'), service('git.example')]).toEqual([true, false]);
  });

  test('a warning that nodes may reach it explains nothing', () => {
    const unreached = dead({ ...found, upAt: null });
    const seen = aSnapshot({ registryProbes: [unreached] });
    const effect = anEffect('registry/pull-failing', {
      ...{ subject: registry('registry.example'), level: 'bad', key: 'unreachable' },
    });
    expect(explains(down, judgedOf(unreached), effect, seen)).toBe(false);
    expect(explains(down, { ...judgedOf(unreached), level: 'bad' }, effect, seen)).toBe(true);
  });
});
