import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { subjectId, type Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import type { Distrust } from '../distrust-words.ts';
import { insideRefusals, type InsideRefusal } from '../inside-refusals.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Do the programs of the cluster accept each other's certificates? A webhook whose certificate ended lets nothing be created. */
export default defineCheck({
  check: 'certificates/refused-inside',
  about: 'a certificate within the cluster is not accepted: of a webhook, of an aggregated API, or by a node',
  // What Deployments and ReplicaSets say is seen where they are; where they may not be, another area says so.
  needs: { event: 'optional', apiService: 'optional' },
  settings: {},
  explains: [
    {
      checks: ['control-plane/api-service-unavailable', 'workloads/cannot-create-pods'],
      // What cannot be created is mostly said by its controller, and its Deployment then says so too.
      when: (cause, effect, snapshot) =>
        insideRefusals(snapshot).some(
          ({ subject, about }) =>
            subjectId(subject) === subjectId(cause.subject) && about.has(subjectId(effect.subject)),
        ),
    },
  ],
  judge: (snapshot) => insideRefusals(snapshot).map((refusal) => verdict(refusal, snapshot.now)),
});

function verdict(refusal: InsideRefusal, now: number): Verdict {
  const { subject, message, service, since, sources } = refusal;
  return {
    subject,
    // Without its webhook nothing that it is asked about can be made or changed.
    level: subject.kind === 'Webhook' ? 'bad' : 'warn',
    say: sentence(refusal),
    evidence: [
      { kind: 'text', say: plainly(shorten(message, 1_000)) },
      ...(service === ''
        ? []
        : [{ kind: 'text' as const, say: say('shown by service {service}', { service: shorten(service) }) }]),
    ],
    steps: steps(refusal),
    sources: [...sources],
    ...startedAt(since, now),
  };
}

function sentence({ subject: { kind, name: whole }, distrust }: InsideRefusal): Say {
  const name = shorten(whole, 80);
  const { template, values } = whySay(distrust);
  if (kind === 'Node') return say(`{name} does not accept a certificate: ${template}`, { ...values, name });
  const whose = kind === 'Webhook' ? 'the admission webhook {name}' : 'the aggregated API {name}';
  return say(`the API does not accept the certificate of ${whose}: ${template}`, { ...values, name });
}

function whySay({ cause, at, wanted }: Distrust): Say {
  switch (cause) {
    case 'expired':
      return at === null ? say('it has expired') : say('it expired at {at:at}', { at });
    case 'not-yet-valid':
      return at === null ? say('it is not valid yet') : say('it is valid only from {at:at}', { at });
    case 'unknown-issuer':
      return say('it is signed by an authority that is not trusted there');
    case 'wrong-name':
      return wanted === ''
        ? say('it is for another name')
        : say('it is not for {wanted}', { wanted: shorten(wanted, 80) });
    case 'other':
      return say('it is not in order');
  }
}

function steps(refusal: InsideRefusal): Step[] {
  const { subject, distrust, service } = refusal;
  if (subject.kind === 'Node') return nodeSteps(subject.name, distrust);
  const [namespace = '', name = ''] = service.split('/');
  return [
    ...configurationSteps(refusal),
    ...causeSteps(distrust, subject.kind),
    ...(name === ''
      ? []
      : [
          {
            say: 'Which pods show it? Delete them: new ones load, or make, a new certificate',
            command: command`kubectl -n ${namespace} get endpointslices -l ${`kubernetes.io/service-name=${name}`}`,
          },
          { say: 'Does cert-manager issue it?', command: command`kubectl -n ${namespace} get certificates` },
        ]),
  ];
}

function configurationSteps({ subject: { kind, name } }: InsideRefusal): Step[] {
  return kind === 'Webhook'
    ? [
        {
          say: `Which configuration has the webhook ${shorten(name, 80)}, and whose is it?`,
          command:
            "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o 'custom-columns=KIND:.kind,NAME:.metadata.name,WEBHOOKS:.webhooks[*].name'",
        },
      ]
    : [{ say: 'See what the API server says of it', command: command`kubectl describe apiservice ${name}` }];
}

/** The authority stands in the configuration, where a program puts it: cert-manager's injector, or its own. */
function causeSteps({ cause, wanted }: Distrust, kind: string): Step[] {
  const place = kind === 'Webhook' ? 'the configuration' : 'the APIService';
  switch (cause) {
    case 'unknown-issuer':
      return [
        {
          say: `The authority in its caBundle is an old one. Does cert-manager put it into ${place}? Then have it do so again`,
          command: 'kubectl -n cert-manager rollout restart deployment cert-manager-cainjector',
        },
      ];
    case 'wrong-name':
      return wanted === '' ? [] : [{ say: `Have a certificate issued that is for ${shorten(wanted, 120)}` }];
    case 'not-yet-valid':
      return [{ say: 'Compare the clocks: run this on the servers and on the node of its pod', command: 'date -u' }];
    case 'expired':
    case 'other':
      return [];
  }
}

function nodeSteps(name: string, { cause }: Distrust): Step[] {
  const clock = cause === 'expired' || cause === 'not-yet-valid';
  return [
    ...(clock ? [{ say: `On ${shorten(name, 60)}: is its clock right?`, command: 'timedatectl status' }] : []),
    { say: 'What else does it say?', command: command`kubectl describe node ${name}` },
    {
      say: `On ${shorten(name, 60)}: which certificate is it?`,
      command: "journalctl -n 500 --no-pager | grep 'x509:'",
    },
  ];
}
