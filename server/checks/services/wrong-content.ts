import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Step } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { evidenceBeside } from '../service-evidence.ts';
import { serviceSteps } from '../service-steps.ts';
import { probeSubject } from '../service-subject.ts';
import { isFirstRun, serviceName, wrongContentSay } from '../service-words.ts';
import { startedAt } from '../started-at.ts';

/** Does a service show what it should? An empty Gitea answers 200 as well. */
export default defineCheck({
  check: 'services/wrong-content',
  about: 'a service answers, but without the text that must be there, with one that must not, or another JSON value',
  needs: { serviceProbe: 'required', service: 'optional', ingress: 'optional' },
  settings: {},
  judge: (snapshot) => [...snapshot.facts('serviceProbe').values()].map((probe) => verdict(probe, snapshot)),
});

function verdict(probe: ServiceProbeFact, snapshot: Snapshot): Verdict {
  const subject = probeSubject(probe);
  if (probe.outcome !== 'wrong-content') {
    return { subject, level: 'ok', say: say('{name} shows nothing wrong', { name: serviceName(probe) }) };
  }
  return {
    subject,
    level: 'bad',
    say: wrongContentSay(probe),
    evidence: evidenceBeside(probe, wrongContentSay(probe)),
    steps: [...dataSteps(probe), ...serviceSteps(probe, snapshot)],
    ...startedAt(probe.outcomeSince, snapshot.now),
  };
}

/** A program that begins anew has lost its data: what is written over now is gone for good. */
function dataSteps({ trouble, title }: ServiceProbeFact): Step[] {
  if (trouble !== 'text-forbidden' && !(trouble === 'text-missing' && isFirstRun(title))) return [];
  return [{ say: 'Has it lost its data? Then do not set it up anew: stop its backups first, and look at its volume' }];
}
