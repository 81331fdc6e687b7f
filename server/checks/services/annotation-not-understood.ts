import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import { leadsEvidence } from '../service-evidence.ts';
import { probeSubject } from '../service-subject.ts';
import { serviceName } from '../service-words.ts';
import { shorten } from '../shorten.ts';

/** Does the wall understand what the annotations of an Ingress or route ask of it? What it does not, it leaves out. */
export default defineCheck({
  check: 'services/annotation-not-understood',
  about: 'an annotation clusterwall.dev/... of an Ingress or route cannot be understood, so that it is not followed',
  needs: { serviceProbe: 'required' },
  settings: {},
  judge: (snapshot) => [...snapshot.facts('serviceProbe').values()].flatMap((probe) => verdict(probe) ?? []),
});

function verdict(probe: ServiceProbeFact): Verdict | null {
  if (probe.wishProblem === '') return null;
  return {
    subject: probeSubject(probe),
    level: 'warn',
    say: say('{name} is not probed as asked: {problem}', {
      name: serviceName(probe),
      problem: shorten(probe.wishProblem),
    }),
    evidence: leadsEvidence(probe),
    steps: steps(probe),
  };
}

function steps({ namedBy }: ServiceProbeFact): Step[] {
  const [named] = namedBy.filter(({ kind, namespace }) => kind !== 'Configuration' && namespace !== null);
  if (named === undefined) return [];
  const { kind, namespace, name } = named;
  return [
    {
      say: 'Correct the annotation',
      command: command`kubectl -n ${namespace ?? ''} edit ${kind.toLowerCase()} ${name}`,
    },
  ];
}
