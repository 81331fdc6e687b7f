import { defineCheck } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { wallSubject as subject } from '../subjects.ts';

/** Was the configuration file taken up when it changed? */
export default defineCheck({
  check: 'control-plane/configuration',
  about: 'a changed configuration file has a mistake and is not taken up',
  needs: { wall: 'required' },
  settings: {},
  judge(snapshot) {
    const wall = snapshot.facts('wall').get('wall');
    if (wall === undefined) return [];
    const problem = shorten(wall.configProblem);
    if (problem === '') return [{ subject, level: 'ok', say: say('the configuration is in use') }];
    return [
      {
        subject,
        level: 'warn',
        say: say('the changed configuration is not taken up: {problem}', { problem }),
        evidence: [{ kind: 'text', say: say('{problem}', { problem: wall.configProblem }) }],
        steps: [{ say: 'Mend the file: it is read again as soon as it is saved; until then the one before holds' }],
        ...startedAt(wall.configProblemSince, snapshot.now),
      },
    ];
  },
});
