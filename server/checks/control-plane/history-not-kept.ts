import type { Verdict } from '#server/engine/define-check.ts';
import { defineCheck } from '#server/engine/define-check.ts';
import type { WallFact } from '#server/facts/wall.ts';
import { say } from '#shared/say.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { wallSubject as subject } from '../subjects.ts';

type Steps = NonNullable<Verdict['steps']>;

const isDiskFull = { say: 'Is the disk of the wall full?', command: 'df -h' };
const howIsDisk = {
  say: 'A file breaks where a disk does: how is the disk of the wall?',
  command: 'dmesg | grep -i -e mmc -e nvme -e i/o',
};
const mayItWrite = { say: 'May the wall write to its data directory (CLUSTERWALL_DATA, else ./data)?' };

/** What to do first, by what the problem says. */
const stepsBy: readonly { problem: RegExp; steps: Steps }[] = [
  { problem: /no space is left/, steps: [isDiskFull] },
  {
    problem: /is read-only/,
    steps: [
      { say: 'Is it mounted read-only? A disk that fails becomes so by itself.', command: 'mount | grep -w ro' },
      { ...howIsDisk, say: 'How is the disk of the wall?' },
    ],
  },
  {
    problem: /another clusterwall/,
    steps: [{ say: 'Stop the other wall, or give each a directory of its own (CLUSTERWALL_DATA).' }],
  },
  { problem: /answers with errors|is broken/, steps: [{ ...howIsDisk, say: 'How is the disk of the wall?' }] },
  {
    problem: /newer clusterwall/,
    steps: [{ say: 'Start the newer version again, or give this one a directory of its own (CLUSTERWALL_DATA).' }],
  },
  { problem: /permission denied|not a directory|cannot be opened|another program/, steps: [mayItWrite] },
];

/** Does the wall keep what must survive its restart? */
export default defineCheck({
  check: 'control-plane/history-not-kept',
  about: 'history and memory of the wall are not kept on disk',
  needs: { wall: 'required' },
  settings: {},
  judge(snapshot) {
    const wall = snapshot.facts('wall').get('wall');
    if (wall === undefined) return [];
    const { now } = snapshot;
    return [
      wall.historyProblem === '' ? { subject, level: 'ok', say: say('history is kept') } : notKept(wall, now),
      ...wall.historyNotices.map((notice) => (notice.kind === 'room' ? tight(notice, now) : setAside(notice, now))),
      ...(wall.seriesLeftOut > 0 ? [leftOut(wall, now)] : []),
    ];
  },
});

function notKept({ historyProblem, historyProblemSince }: WallFact, now: number): Verdict {
  // Whoever reports it may have said the first words already.
  const problem = shorten(historyProblem).replace(/^history is not kept:? */i, '');
  return {
    subject,
    level: 'warn',
    say: problem === '' ? say('history is not kept') : say('history is not kept: {problem}', { problem }),
    evidence: [{ kind: 'text', say: say('{problem}', { problem: historyProblem }) }],
    steps: stepsBy.find((each) => each.problem.test(historyProblem))?.steps ?? [isDiskFull, mayItWrite],
    ...startedAt(historyProblemSince, now),
  };
}

type Notice = WallFact['historyNotices'][number];

function setAside({ what, since, saved }: Notice, now: number): Verdict {
  return {
    subject,
    key: what,
    level: 'warn',
    say: say('the history was broken: it was set aside as {file} and a new one begun', { file: shorten(what) }),
    steps: [
      howIsDisk,
      {
        say:
          saved === undefined
            ? 'The log of the wall tells what of it could be taken over into the new one.'
            : `What was taken over into the new one: ${saved}. The wall needs the old file no longer.`,
      },
    ],
    ...startedAt(since, now),
  };
}

function tight({ what, since }: Notice, now: number): Verdict {
  return {
    subject,
    key: 'room',
    level: 'warn',
    say: say('the disk of {directory} is full: the oldest detail of the history goes to keep the newest', {
      directory: shorten(what),
    }),
    steps: [isDiskFull],
    ...startedAt(since, now),
  };
}

function leftOut({ seriesLeftOut: count, seriesLeftOutSince }: WallFact, now: number): Verdict {
  return {
    subject,
    key: 'series',
    level: 'notice',
    say:
      count === 1
        ? say('1 series found no room: at most 1,000 are kept')
        : say('{count} series found no room: at most 1,000 are kept', { count }),
    ...startedAt(seriesLeftOutSince, now),
  };
}
