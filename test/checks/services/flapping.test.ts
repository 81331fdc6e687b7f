import { describe, expect, test } from 'vitest';
import flapping from '#server/checks/services/flapping.ts';
import { rememberOutcome, type OutcomeMemory } from '#server/checks/outcome-memory.ts';
import { anEffect, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, minute, noon, second } from '#test/builders/time.ts';

const key = 'Host/git.example';

/** What is remembered of git.example after it was down and up at these minutes before noon. */
function after(...minutesAgo: number[]): OutcomeMemory {
  let memory = rememberOutcome(undefined, key, aSnapshot({ now: noon - 7 * hour, serviceProbes: [aServiceProbe()] }));
  minutesAgo.forEach((ago, i) => {
    const now = noon - ago * minute;
    const probe = aServiceProbe({ outcome: i % 2 === 0 ? 'down' : 'up', outcomeSince: now - 5 * second });
    memory = rememberOutcome(memory, key, aSnapshot({ now, serviceProbes: [probe] }));
  });
  return memory;
}

function verdictAt(memory: OutcomeMemory, now = noon, settings?: Record<string, number>) {
  const snapshot = aSnapshot({ now, serviceProbes: [aServiceProbe()] });
  return theVerdict(flapping, snapshot, { memory: new Map([[key, memory]]), ...(settings && { settings }) });
}

describe('services/flapping', () => {
  test('down for the third time within an hour is a warning, and twice down and up is none', () => {
    expect(verdictAt(after(40, 30, 20, 15)).level).toBe('ok');
    const verdict = verdictAt(after(40, 30, 20, 15, 10));
    expect(verdict).toMatchObject({ level: 'warn', startedAt: noon - 40 * minute - 5 * second });
    expect(sentence(verdict)).toBe('git.example changed between up and down 5 times since 11:19');
  });

  test('five changes in more than an hour are no flapping', () => {
    expect(verdictAt(after(100, 60, 30, 20, 10)).level).toBe('ok');
  });

  test('how many and how long can be set', () => {
    expect(verdictAt(after(40, 30, 20), noon, { changes: 2 }).level).toBe('warn');
    expect(verdictAt(after(40, 30, 20, 15, 10), noon, { within: 20 * minute }).level).toBe('ok');
  });

  test('it calms an hour after the last change, and not before', () => {
    const memory = after(40, 30, 20, 15, 10);
    expect(verdictAt(memory, noon + 49 * minute).level).toBe('warn');
    expect(verdictAt(memory, noon + 50 * minute).level).toBe('ok');
  });

  test('the wrong content and down are both not up: from one to the other nothing changes', () => {
    const down = after(10);
    const now = noon - 5 * minute;
    const probe = aServiceProbe({ outcome: 'wrong-content', outcomeSince: now });
    expect(rememberOutcome(down, key, aSnapshot({ now, serviceProbes: [probe] }))).toBe(down);
  });

  test('what is remembered is bounded, forgotten after six hours, and else the same object', () => {
    const many = after(...Array.from({ length: 50 }, (_, i) => 100 - i));
    expect(many.changes).toHaveLength(24);
    const snapshot = aSnapshot({ serviceProbes: [aServiceProbe()] });
    expect(rememberOutcome(many, key, snapshot)).toBe(many);
    const later = aSnapshot({ now: noon + 6 * hour, serviceProbes: [aServiceProbe()] });
    expect(rememberOutcome(many, key, later).changes).toEqual([]);
  });

  test('those that change together behind one entrance are told by the first', () => {
    const serviceProbes = ['a.example', 'b.example'].map((host) => aServiceProbe({ host, outcomeSince: noon }));
    serviceProbes.push(aServiceProbe({ host: 'c.example', outcomeSince: noon - 10 * minute }));
    const snapshot = aSnapshot({ serviceProbes });
    const memory = new Map(serviceProbes.map((probe) => [probe.key, after(40, 30, 20, 15, 10)]));
    const [a, b, c] = judged(flapping, snapshot, { memory });
    expect(sentence(a!)).toMatch(/^a\.example and 1 more changed between up and down 5 times/);
    expect(sentence(b!)).toMatch(/^b\.example changed/);
    expect(explains(flapping, a!, anEffect('services/flapping', b!), snapshot)).toBe(true);
    expect(explains(flapping, b!, anEffect('services/flapping', a!), snapshot)).toBe(false);
    expect(explains(flapping, a!, anEffect('services/flapping', c!), snapshot)).toBe(false);
  });
});
