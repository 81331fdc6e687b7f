import { expect, test } from 'vitest';
import configuration from '#server/checks/control-plane/configuration.ts';
import { aWall } from '#test/builders/facts.ts';
import { evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

test('a configuration in use is fine', () => {
  const verdict = theVerdict(configuration, aSnapshot({ wall: aWall() }));
  expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'the configuration is in use']);
});

test('a changed file with a mistake warns, with the mistake and since when', () => {
  const configProblem = 'clusterwall.yaml: unknown key "prots", did you mean "ports"?';
  const wall = aWall({ configProblem, configProblemSince: noon - minute });
  const verdict = theVerdict(configuration, aSnapshot({ wall }));
  expect(verdict.level).toBe('warn');
  expect(sentence(verdict)).toBe(`the changed configuration is not taken up: ${configProblem}`);
  expect(verdict.startedAt).toBe(noon - minute);
});

test('a long list of mistakes is cut in the sentence and whole as evidence', () => {
  const configProblem = 'line of a mistake\n'.repeat(30);
  const verdict = theVerdict(configuration, aSnapshot({ wall: aWall({ configProblem }) }));
  expect(sentence(verdict)).toMatch(/^[^\n]{1,210}\.\.\.$/);
  expect(evidenceOf(verdict)).toEqual([configProblem]);
  expect(verdict).not.toHaveProperty('startedAt');
});

test('a wall that says nothing of itself is not judged', () => {
  expect(judged(configuration, aSnapshot())).toEqual([]);
});
