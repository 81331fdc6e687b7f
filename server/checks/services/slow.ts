import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { count } from '#server/engine/setting.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { say, type Say } from '#shared/say.ts';
import { explainsAlike } from '../service-alike.ts';
import { longestPhase, serviceEvidence } from '../service-evidence.ts';
import { askSteps } from '../service-steps.ts';
import { probeSubject } from '../service-subject.ts';
import { latencyOf } from '../service-series.ts';
import { andMoreServices, serviceName } from '../service-words.ts';
import { slowAlike } from '../service-alike.ts';

/** Does a service take its time? One that is down is not slow as well. */
export default defineCheck({
  check: 'services/slow',
  about: 'a service is up and takes too long, with the part that takes the time; how long that is the probes say',
  needs: { serviceProbe: 'required' },
  settings: {
    probes: { ...count(3, 'so many answers in a row must be slow before that counts'), min: 1, max: 100 },
  },
  explains: [explainsAlike('services/slow', slowAlike)],
  judge: (snapshot, { settings }) =>
    [...snapshot.facts('serviceProbe').values()].map((probe) => {
      const subject = probeSubject(probe);
      const isSlow = probe.outcome === 'up' && probe.slowProbes >= settings.probes;
      if (!isSlow) return { subject, level: 'ok', say: say('{name} is not slow', { name: serviceName(probe) }) };
      const [first, ...others] = slowAlike(probe, snapshot);
      return verdict(probe, first === probe.key ? others.length : 0);
    }),
});

function verdict(probe: ServiceProbeFact, others: number): Verdict {
  const subject = probeSubject(probe);
  return {
    subject,
    level: 'warn',
    say: slowSay(probe, others),
    evidence: [
      {
        kind: 'value',
        say: say('slow is over {limit:duration}, {probes} probes in a row', {
          limit: probe.slowMs,
          probes: probe.slowProbes,
        }),
      },
      ...serviceEvidence(probe),
    ],
    steps: askSteps(probe),
    series: latencyOf(subject),
  };
}

/** "git.example is slow: DNS takes 4.8 s of 5.1 s". */
function slowSay(probe: ServiceProbeFact, others: number): Say {
  const name = `${serviceName(probe)}${andMoreServices(others)}`;
  const is = others === 0 ? 'is' : 'are';
  const { phases } = probe;
  if (phases === null) return say(`{name} ${is} slow: over {limit:duration}`, { name, limit: probe.slowMs });
  const longest = longestPhase(phases);
  const whole = rounded(phases.wholeMs);
  if (longest === null) return say(`{name} ${is} slow: {whole:duration}`, { name, whole });
  return say(`{name} ${is} slow: {part} takes {ms:duration} of {whole:duration}`, {
    name,
    part: longest.words,
    ms: rounded(longest.ms),
    whole,
  });
}

/** To what the sentence shows, so that it is not another one at each probe. */
function rounded(ms: number): number {
  return Math.round(ms / 100) * 100;
}
