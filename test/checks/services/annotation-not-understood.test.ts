import { expect, test } from 'vitest';
import annotationNotUnderstood from '#server/checks/services/annotation-not-understood.ts';
import { commandsOf, evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';

test('an annotation that cannot be understood is a warning, with the object that has it', () => {
  const wishProblem = 'clusterwall.dev/status is none: write it like 200, 2xx or 200,204';
  const verdict = theVerdict(annotationNotUnderstood, aSnapshot({ serviceProbes: [aServiceProbe({ wishProblem })] }));
  expect(verdict.level).toBe('warn');
  expect(sentence(verdict)).toBe(`git.example is not probed as asked: ${wishProblem}`);
  expect(evidenceOf(verdict)).toContain('named by Ingress gitea/gitea');
  expect(commandsOf(verdict)).toEqual(['kubectl -n gitea edit ingress gitea']);
});

test('where all are understood nothing is said', () => {
  expect(judged(annotationNotUnderstood, aSnapshot({ serviceProbes: [aServiceProbe()] }))).toEqual([]);
});
