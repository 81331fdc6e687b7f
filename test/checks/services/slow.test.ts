import { describe, expect, test } from 'vitest';
import slow from '#server/checks/services/slow.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { anEffect, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';

const phases = { dnsMs: 4_812, connectMs: 3, tlsMs: 20, firstByteMs: 210, wholeMs: 5_061 };
const slowProbe = (part: Partial<ServiceProbeFact> = {}) => aServiceProbe({ phases, slowProbes: 3, ...part });
const verdictOf = (part: Partial<ServiceProbeFact>, settings?: Record<string, number>) =>
  theVerdict(slow, aSnapshot({ serviceProbes: [slowProbe(part)] }), settings && { settings });

describe('services/slow', () => {
  test('says which part takes the time', () => {
    const verdict = verdictOf({});
    expect(verdict.level).toBe('warn');
    expect(sentence(verdict)).toBe('git.example is slow: DNS takes 4.8 s of 5.1 s');
    const app = { dnsMs: null, connectMs: 3, tlsMs: 20, firstByteMs: 7_900, wholeMs: 8_000 };
    expect(sentence(verdictOf({ phases: app }))).toBe('git.example is slow: the first byte takes 7.9 s of 8 s');
    const page = { ...app, firstByteMs: 100 };
    expect(sentence(verdictOf({ phases: page }))).toBe('git.example is slow: the rest of the page takes 7.9 s of 8 s');
    const bare = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, wholeMs: 4_000 };
    expect(sentence(verdictOf({ phases: bare }))).toBe('git.example is slow: 4 s');
    expect(sentence(verdictOf({ phases: null }))).toBe('git.example is slow: over 3 s');
  });

  test('two slow answers are none, unless that is enough by the configuration', () => {
    expect(verdictOf({ slowProbes: 2 }).level).toBe('ok');
    expect(verdictOf({ slowProbes: 2 }, { probes: 2 }).level).toBe('warn');
  });

  test('what is down is not slow as well', () => {
    expect(verdictOf({ outcome: 'down', trouble: 'timeout' }).level).toBe('ok');
  });

  test('where DNS takes the time of several the first by name tells it for all', () => {
    const names = ['b.example', 'a.example', 'c.example'];
    const app = { dnsMs: 1, connectMs: 3, tlsMs: 20, firstByteMs: 7_900, wholeMs: 8_000 };
    const serviceProbes = [...names.map((host) => slowProbe({ host })), slowProbe({ host: 'd.example', phases: app })];
    const snapshot = aSnapshot({ serviceProbes });
    const verdicts = judged(slow, snapshot);
    const [b, a, , d] = verdicts;
    expect(sentence(a!)).toBe('a.example and 2 more are slow: DNS takes 4.8 s of 5.1 s');
    expect(explains(slow, a!, anEffect('services/slow', b!), snapshot)).toBe(true);
    expect(explains(slow, b!, anEffect('services/slow', a!), snapshot)).toBe(false);
    expect(explains(slow, a!, anEffect('services/slow', d!), snapshot)).toBe(false);
  });
});
