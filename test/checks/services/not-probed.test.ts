import { expect, test } from 'vitest';
import notProbed from '#server/checks/services/not-probed.ts';
import { aWall } from '#test/builders/facts.ts';
import { judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

test('that services are left out is a warning with how many', () => {
  const wall = aWall({ servicesLeftOut: 9_500, servicesLeftOutSince: noon - minute });
  const serviceProbes = Array.from({ length: 500 }, (_, i) => aServiceProbe({ host: `app${i}.example` }));
  const verdict = theVerdict(notProbed, aSnapshot({ wall, serviceProbes }));
  expect(verdict).toMatchObject({ level: 'warn', subject: { kind: 'Wall', name: 'wall' }, startedAt: noon - minute });
  expect(sentence(verdict)).toBe('only 500 of 10000 services are probed');
});

test('where none is left out nothing is said', () => {
  expect(judged(notProbed, aSnapshot({ wall: aWall(), serviceProbes: [aServiceProbe()] }))).toEqual([]);
  expect(judged(notProbed, aSnapshot())).toEqual([]);
});
