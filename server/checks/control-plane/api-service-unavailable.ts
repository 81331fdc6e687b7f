import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { ApiServiceFact } from '#server/facts/api-service.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Do the programs that extend the API (metrics-server and the like) answer for their part of it? */
export default defineCheck({
  check: 'control-plane/api-service-unavailable',
  about: 'an aggregated API does not answer, and what is missing without it, such as metrics',
  needs: { apiService: 'required' },
  settings: { for: duration(60_000, 'how long it must be unavailable before that counts') },
  for: (settings) => settings.for,
  judge: (snapshot) => [...snapshot.facts('apiService').values()].map((fact) => verdict(fact, snapshot.now)),
});

function verdict(fact: ApiServiceFact, now: number): Verdict {
  const { name, service, available, reason, message, changedAt } = fact;
  const subject = { kind: 'APIService', name };
  const group = groupOf(name);
  if (available === 'True') return { subject, level: 'ok', say: say('{group} answers', { group }) };
  const known = available === 'False';
  const behind = service === '' ? 'its service' : service;
  return {
    subject,
    level: known ? 'warn' : 'unknown',
    say: known
      ? say('{group} is unavailable: {missing}', { group, missing: missingWithout(group) })
      : say('whether {group} answers has not been told', { group }),
    evidence: [
      ...(reason + message === ''
        ? []
        : [{ kind: 'text' as const, say: plainly(shorten([reason, message].filter(Boolean).join(': '), 1000)) }]),
      { kind: 'text', say: say('served by {behind}', { behind }) },
    ],
    steps: steps(name, service),
    ...startedAt(changedAt, now),
  };
}

/** `metrics.k8s.io` of `v1beta1.metrics.k8s.io`. */
function groupOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

function missingWithout(group: string): string {
  if (group === 'metrics.k8s.io') return 'no CPU and memory figures (kubectl top), no autoscaling by them';
  if (group.endsWith('metrics.k8s.io')) return 'no autoscaling by these metrics';
  return 'nothing of it can be read, and namespaces cannot be deleted';
}

function steps(name: string, service: string): Step[] {
  const [namespace = '', serviceName = ''] = service.split('/');
  const behind =
    serviceName === ''
      ? []
      : [
          {
            say: 'Does its service have endpoints?',
            command: command`kubectl -n ${namespace} describe service ${serviceName}`,
          },
          { say: 'Do its pods run?', command: command`kubectl -n ${namespace} get pods -o wide` },
        ];
  return [
    ...behind,
    { say: 'See what the API server says of it', command: command`kubectl describe apiservice ${name}` },
  ];
}
