import { defineCheck } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { wallSubject as subject } from '../subjects.ts';

/** Does the wall keep what must survive its restart? */
export default defineCheck({
  check: 'control-plane/history-not-kept',
  about: 'history and memory of the wall are not kept on disk',
  needs: { wall: 'required' },
  settings: {},
  judge(snapshot) {
    const wall = snapshot.facts('wall').get('wall');
    if (wall === undefined) return [];
    // Whoever reports it may have said the first words already.
    const problem = shorten(wall.historyProblem).replace(/^history is not kept:? */i, '');
    if (wall.historyProblem === '') return [{ subject, level: 'ok', say: say('history is kept') }];
    return [
      {
        subject,
        level: 'warn',
        say: problem === '' ? say('history is not kept') : say('history is not kept: {problem}', { problem }),
        evidence: [{ kind: 'text', say: say('{problem}', { problem: wall.historyProblem }) }],
        steps: [
          { say: 'Is the disk of the wall full?', command: 'df -h' },
          { say: 'May the wall write to its data directory (CLUSTERWALL_DATA, else ./data)?' },
        ],
        ...startedAt(wall.historyProblemSince, snapshot.now),
      },
    ];
  },
});
