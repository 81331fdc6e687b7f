import { describe, expect, test } from 'vitest';
import { crashLogWishes } from '#server/cluster/crash-log-wishes.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import { aPod } from '#test/builders/facts.ts';
import { minute, noon } from '#test/builders/time.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';

const wishesOf = (container: Partial<ContainerFact>) =>
  crashLogWishes([aPod({ containers: [aContainer(container)] })], 200);
const waiting = { is: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const;

describe('a log is wanted', () => {
  test.each<[string, Partial<ContainerFact>, boolean]>([
    ['of a container that ended with an error and runs again', { last: anEnd() }, true],
    ['of a container that waits for its next try', { state: waiting, last: anEnd() }, true],
    [
      'of a container that has just been killed for its memory',
      { state: { is: 'terminated', ...anEnd({ reason: 'OOMKilled', exitCode: 137 }) } },
      false,
    ],
    [
      'of a container of whose end nothing is told',
      { state: { is: 'terminated', ...anEnd({ exitCode: null, finishedAt: null }) } },
      false,
    ],
    [
      'of a container that ends well again and again',
      { state: waiting, restarts: 3, last: anEnd({ exitCode: 0 }) },
      true,
    ],
    ['of an init container that failed', { role: 'init', state: { is: 'terminated', ...anEnd() } }, false],
  ])('%s', (_, container, previous) => {
    expect(wishesOf(container)).toMatchObject([{ key: 'default/web-0/web', previous }]);
  });

  test('by the newest crash first, and by no more than so many', () => {
    const pods = [3, 1, 2, 4].map((minutes) =>
      aPod({ name: `p${minutes}`, containers: [aContainer({ last: anEnd({ finishedAt: noon - minutes * minute }) })] }),
    );
    const now = aPod({ name: 'now', containers: [aContainer({ last: anEnd({ finishedAt: null }) })] });
    expect(crashLogWishes([...pods, now], 3).map(({ pod }) => pod)).toEqual(['now', 'p1', 'p2']);
  });
});

describe('no log is wanted', () => {
  test.each<[string, Partial<ContainerFact>]>([
    ['of a container that runs', {}],
    [
      'of an init container that has done its work',
      { role: 'init', state: { is: 'terminated', ...anEnd({ exitCode: 0 }) } },
    ],
    ['of a job that has done its work', { state: { is: 'terminated', ...anEnd({ exitCode: 0 }) } }],
    ['of a container that ended well once and runs', { restarts: 1, last: anEnd({ exitCode: 0 }) }],
    [
      'of what its node has forgotten',
      { state: { is: 'terminated', ...anEnd({ reason: 'ContainerStatusUnknown', exitCode: 137 }) } },
    ],
    ['of a container without a name', { name: '', last: anEnd() }],
  ])('%s', (_, container) => {
    expect(wishesOf(container)).toEqual([]);
  });

  test('of a pod that is being deleted', () => {
    expect(crashLogWishes([aPod({ deletingAt: noon, containers: [aContainer({ last: anEnd() })] })], 200)).toEqual([]);
  });
});

test('one run is told from every other, whatever state its container is in', () => {
  const last = anEnd();
  const runOf = (container: Partial<ContainerFact>, uid = 'u') =>
    crashLogWishes([aPod({ uid, containers: [aContainer(container)] })], 1)[0]?.run;
  const run = runOf({ state: { is: 'terminated', ...last }, restarts: 2 });
  expect(runOf({ state: waiting, last, restarts: 2 })).toBe(run);
  expect(runOf({ last, restarts: 3 })).toBe(run);
  expect(runOf({ state: { is: 'terminated', ...last }, restarts: 3 })).not.toBe(run);
  expect(runOf({ last, restarts: 3 }, 'another')).not.toBe(run);
});
