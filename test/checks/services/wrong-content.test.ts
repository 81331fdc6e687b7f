import { describe, expect, test } from 'vitest';
import wrongContent from '#server/checks/services/wrong-content.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { sentence, theVerdict } from '#test/builders/judged.ts';
import { aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

const verdictOf = (part: Partial<ServiceProbeFact>) =>
  theVerdict(wrongContent, aSnapshot({ serviceProbes: [aServiceProbe(part)] }));
const wrong = (part: Partial<ServiceProbeFact>) =>
  verdictOf({ outcome: 'wrong-content', outcomeSince: noon - minute, misses: 2, ...part });

describe('services/wrong-content', () => {
  test('the first-run page of a program that has lost its data is called so', () => {
    const verdict = wrong({ trouble: 'text-forbidden', message: 'shows "initial configuration"' });
    expect(verdict).toMatchObject({ level: 'bad', startedAt: noon - minute });
    expect(sentence(verdict)).toBe('git.example shows the first-run page: "initial configuration" is on it');
    expect(verdict.steps?.[0]?.say).toContain('lost its data');
  });

  test('another text that must not be there is no first-run page', () => {
    const verdict = wrong({ trouble: 'text-forbidden', message: 'shows "maintenance"' });
    expect(sentence(verdict)).toBe('git.example shows what it should not: "maintenance" is on it');
  });

  test('a text that is missing is named, with what is shown instead', () => {
    const missing = { trouble: 'text-missing', message: 'does not show "explore"' } as const;
    expect(sentence(wrong({ ...missing, title: 'Welcome' }))).toBe(
      'git.example does not show "explore" (its title: "Welcome")',
    );
    expect(sentence(wrong({ ...missing, title: '' }))).toBe('git.example does not show "explore"');
  });

  test('a first-run page without the text leads to the same first step', () => {
    const missing = { trouble: 'text-missing', message: 'does not show "explore"' } as const;
    expect(wrong({ ...missing, title: 'Installation - Gitea' }).steps?.[0]?.say).toContain('lost its data');
    expect(wrong({ ...missing, title: 'Sign in' }).steps?.[0]?.say).not.toContain('lost its data');
  });

  test('a value of JSON is told as the probe says it', () => {
    const message = 'says "down" at status.database, not "ok"';
    expect(sentence(wrong({ trouble: 'json', message }))).toBe(`git.example ${message}`);
    expect(sentence(wrong({ trouble: 'json', message: '' }))).toBe('git.example shows something else than it should');
  });

  test('what is up or down is nothing wrong here', () => {
    expect(verdictOf({}).level).toBe('ok');
    expect(verdictOf({ outcome: 'down', trouble: 'refused' }).level).toBe('ok');
  });
});
