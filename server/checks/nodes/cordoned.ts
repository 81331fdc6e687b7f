import { defineCheck } from '#server/engine/define-check.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import { cordonExplains } from '../node-causes.ts';
import { startedAt } from '../started-at.ts';
import { nodeSubject } from '../subjects.ts';

/** Is a node closed to new pods? Somebody meant it, so it is a notice: it is easily forgotten. */
export default defineCheck({
  check: 'nodes/cordoned',
  about: 'a node is cordoned: no new pods start there',
  needs: { node: 'required' },
  settings: {},
  explains: [cordonExplains],
  judge: (snapshot) =>
    [...snapshot.facts('node').values()].map(({ name, unschedulable, taints }) => {
      const subject = nodeSubject(name);
      if (!unschedulable) return { subject, level: 'ok', say: say('{name} takes new pods', { name }) };
      const taint = taints.find(({ key }) => key === 'node.kubernetes.io/unschedulable');
      return {
        subject,
        level: 'notice',
        say: say('{name} is cordoned: no new pods start there', { name }),
        steps: [{ say: 'Let pods start there again', command: command`kubectl uncordon ${name}` }],
        ...startedAt(taint?.addedAt ?? null, snapshot.now),
      };
    }),
});
