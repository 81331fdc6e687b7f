import { describe, expect, test } from 'vitest';
import namesNotFound from '#server/checks/services/names-not-found.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { aTlsServer, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon, second } from '#test/builders/time.ts';

const lost = (i: number, part: Partial<ServiceProbeFact> = {}) =>
  aServiceProbe({
    ...{ host: `app${i}.example`, outcome: 'down', trouble: 'dns', outcomeSince: noon - 20 * second },
    ...{ upAt: noon - minute, message: 'the name app0.example cannot be resolved (EAI_AGAIN)' },
    ...part,
  });
const found = (i: number, at: number) => aServiceProbe({ host: `ok${i}.example`, upAt: at, askedAt: at });
const said = (...serviceProbes: ServiceProbeFact[]) =>
  judged(namesNotFound, aSnapshot({ serviceProbes })).map((verdict) => sentence(verdict));

describe('services/names-not-found', () => {
  test('three names that cannot be found since any was: it is DNS, for all of them', () => {
    const serviceProbes = [lost(0), lost(1), lost(2), found(0, noon - 40 * second)];
    const verdict = theVerdict(namesNotFound, aSnapshot({ serviceProbes }));
    expect(verdict).toMatchObject({ level: 'bad', startedAt: noon - 20 * second });
    expect(sentence(verdict)).toBe('DNS does not answer: none of 4 names can be resolved');
    expect(evidenceOf(verdict)[0]).toBe('names: app0.example, app1.example, app2.example and 1 more');
  });

  test('two names are no DNS, and one name that is asked at two ports is one', () => {
    expect(said(lost(0), lost(1))).toEqual([]);
    expect(said(lost(0), lost(1), lost(1, { key: 'Host/app1.example:80', port: 80 }))).toEqual([]);
  });

  test('while any name is found DNS answers', () => {
    expect(said(lost(0), lost(1), lost(2), found(0, noon - 5 * second))).toEqual([]);
  });

  test('what needs no DNS says nothing of it', () => {
    const address = aServiceProbe({ host: '10.0.0.5', upAt: noon });
    const fixed = aServiceProbe({
      ...{ host: 'fixed.example', upAt: noon },
      phases: { dnsMs: null, connectMs: 1, tlsMs: 1, firstByteMs: 1, wholeMs: 3 },
    });
    expect(said(lost(0), lost(1), lost(2), address, fixed)).toEqual([
      'DNS does not answer: none of 3 names can be resolved',
    ]);
  });

  test('a DNS that answers, and knows none of them, is told apart', () => {
    const message = 'the name app0.example cannot be resolved (ENOTFOUND)';
    const [text] = said(lost(0, { message }), lost(1, { message }), lost(2, { message }));
    expect(text).toBe('DNS knows none of 3 names');
  });

  test('within a cluster its DNS is to be looked at', () => {
    const pods = [aPod({ namespace: 'kube-system', name: 'coredns-5d4f8c7b9-x' })];
    const serviceProbes = [lost(0), lost(1), lost(2)];
    const commands = commandsOf(theVerdict(namesNotFound, aSnapshot({ pods, serviceProbes })));
    expect(commands).toContain('kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide');
    expect(commands[0]).toBe('getent hosts app0.example');
  });

  test('explains what cannot be found, and nothing else', () => {
    const serviceProbes = [
      lost(0),
      lost(1),
      lost(2),
      aServiceProbe({ outcome: 'down', trouble: 'refused', upAt: null, askedAt: 0 }),
    ];
    const tlsServers = [aTlsServer({ trouble: 'dns' }), aTlsServer({ name: 'b.example', trouble: 'refused' })];
    const snapshot = aSnapshot({ serviceProbes, tlsServers });
    const cause = theVerdict(namesNotFound, snapshot);
    const explained = (check: Parameters<typeof anEffect>[0], name: string) =>
      explains(namesNotFound, cause, anEffect(check, { subject: { kind: 'Host', name }, level: 'bad' }), snapshot);
    expect(explained('services/down', 'app1.example')).toBe(true);
    expect(explained('services/down', 'git.example')).toBe(false);
    expect(explained('certificates/not-shown', 'git.example')).toBe(true);
    expect(explained('certificates/not-shown', 'b.example')).toBe(false);
  });
});
