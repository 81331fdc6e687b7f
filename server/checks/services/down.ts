import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { say } from '#shared/say.ts';
import { downExplainsNotShown } from '../service-causes.ts';
import { evidenceBeside } from '../service-evidence.ts';
import { isAsked, latencyOf } from '../service-series.ts';
import { serviceSteps } from '../service-steps.ts';
import { probeSubject } from '../service-subject.ts';
import { downSay, notAskedSay, serviceName } from '../service-words.ts';
import { startedAt } from '../started-at.ts';

/** Do users get an answer? Two misses in a row say no; the probe tells of no single one. */
export default defineCheck({
  check: 'services/down',
  about: 'a service does not answer, or answers with an error, twice in a row: refused, DNS, TLS, 503 and the like',
  needs: { serviceProbe: 'required', service: 'optional', ingress: 'optional' },
  settings: {},
  explains: [downExplainsNotShown],
  judge: (snapshot) => [...snapshot.facts('serviceProbe').values()].map((probe) => verdict(probe, snapshot)),
});

function verdict(probe: ServiceProbeFact, snapshot: Snapshot): Verdict {
  const subject = probeSubject(probe);
  const series = latencyOf(subject);
  if (probe.outcome !== 'down')
    return { subject, level: 'ok', say: say('{name} answers', { name: serviceName(probe) }), series };
  // What is not asked is not known to be down. What the owner wrote is to be asked all the same: that is theirs to mend.
  const level = isAsked(probe) ? 'bad' : isConfigured(probe) ? 'warn' : 'notice';
  const sentence = level === 'bad' ? downSay(probe) : notAskedSay(probe);
  return {
    subject,
    level,
    say: sentence,
    evidence: evidenceBeside(probe, sentence),
    steps: serviceSteps(probe, snapshot),
    series,
    ...startedAt(probe.outcomeSince, snapshot.now),
  };
}

function isConfigured({ key }: ServiceProbeFact): boolean {
  return key.startsWith('Probe/');
}
