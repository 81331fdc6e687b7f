import { expect, test } from 'vitest';
import historyNotKept from '#server/checks/control-plane/history-not-kept.ts';
import { aWall } from '#test/builders/facts.ts';
import { judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

const verdictOf = (historyProblem: string) =>
  theVerdict(historyNotKept, aSnapshot({ wall: aWall({ historyProblem, historyProblemSince: noon - minute }) }));

test('a history that is kept is fine', () => {
  const verdict = verdictOf('');
  expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'history is kept']);
});

test('a history that is not kept warns and says why, whoever says the first words', () => {
  const verdict = verdictOf('history is not kept: /data is read-only');
  expect([verdict.level, verdict.startedAt]).toEqual(['warn', noon - minute]);
  expect(sentence(verdict)).toBe('history is not kept: /data is read-only');
  expect(sentence(verdictOf('/data is read-only'))).toBe('history is not kept: /data is read-only');
  expect(sentence(verdictOf('history is not kept'))).toBe('history is not kept');
});

test.each([
  ['no space is left on the disk of /data', ['df -h']],
  ['/data is read-only', ['mount | grep -w ro', 'dmesg | grep -i -e mmc -e nvme -e i/o']],
  ['the disk of /data answers with errors', ['dmesg | grep -i -e mmc -e nvme -e i/o']],
  ['another clusterwall keeps its history in /data', ['Stop the other wall']],
  ['/data/clusterwall.db was written by a newer clusterwall (its version is 9, ours 2)', ['Start the newer version']],
  ['/data may not be written (permission denied)', ['May the wall write']],
  ['/data cannot be used (something else)', ['df -h', 'May the wall write']],
])('the first steps fit the problem: %s', (problem, steps) => {
  const told = verdictOf(`history is not kept: ${problem}`).steps ?? [];
  expect(told).toHaveLength(steps.length);
  steps.forEach((step, i) => expect(`${told[i]!.say} ${told[i]!.command ?? ''}`).toContain(step));
});

test('what was saved of a file that was set aside is told as it was noted, else nothing is claimed', () => {
  const lastStep = (saved?: string) => {
    const notice = { kind: 'set-aside' as const, what: 'a', since: noon, ...(saved === undefined ? {} : { saved }) };
    return verdictsOf({ historyNotices: [notice] })[1]?.steps?.at(-1)?.say;
  };
  expect(lastStep('nothing of it could be read')).toBe(
    'What was taken over into the new one: nothing of it could be read. The wall needs the old file no longer.',
  );
  expect(lastStep()).toBe('The log of the wall tells what of it could be taken over into the new one.');
});

test('a wall that says nothing of itself is not judged', () => {
  expect(judged(historyNotKept, aSnapshot())).toEqual([]);
});

const verdictsOf = (wall: Parameters<typeof aWall>[0]) => judged(historyNotKept, aSnapshot({ wall: aWall(wall) }));

test('a file that was set aside warns with its name, though history is kept', () => {
  const file = 'clusterwall.db.broken-20260401T120000Z';
  const verdicts = verdictsOf({ historyNotices: [{ kind: 'set-aside', what: file, since: noon - minute }] });
  expect(verdicts.map(({ level, key, startedAt }) => [level, key, startedAt])).toEqual([
    ['ok', undefined, undefined],
    ['warn', file, noon - minute],
  ]);
  expect(sentence(verdicts[1]!)).toBe(`the history was broken: it was set aside as ${file} and a new one begun`);
});

test('a full disk that takes the oldest detail warns', () => {
  const [, verdict] = verdictsOf({ historyNotices: [{ kind: 'room', what: '/data', since: noon - minute }] });
  expect([verdict?.level, verdict?.key]).toEqual(['warn', 'room']);
  expect(sentence(verdict!)).toBe(
    'the disk of /data is full: the oldest detail of the history goes to keep the newest',
  );
});

test('series without room are a notice', () => {
  const [, verdict] = verdictsOf({ seriesLeftOut: 12, seriesLeftOutSince: noon - minute });
  expect([verdict?.level, verdict?.startedAt]).toEqual(['notice', noon - minute]);
  expect(sentence(verdict!)).toBe('12 series found no room: at most 1,000 are kept');
  expect(sentence(verdictsOf({ seriesLeftOut: 1 })[1]!)).toBe('1 series found no room: at most 1,000 are kept');
});
