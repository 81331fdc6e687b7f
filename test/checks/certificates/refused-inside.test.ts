import { describe, expect, test } from 'vitest';
import refusedInside from '#server/checks/certificates/refused-inside.ts';
import apiServiceUnavailable from '#server/checks/control-plane/api-service-unavailable.ts';
import cannotCreatePods from '#server/checks/workloads/cannot-create-pods.ts';
import type { EventFact } from '#server/facts/event.ts';
import { anApiService, anEvent, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { hour, minute, noon } from '#test/builders/time.ts';
import { aDeployment, aReplicaSet, aStatefulSet } from '#test/builders/workloads.ts';

const unknownAuthority = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
const expired =
  'tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-10-01T11:59:00Z is after 2026-10-01T09:00:00Z';
const call = (why: string, name = 'pods.policy.example') =>
  `Internal error occurred: failed calling webhook "${name}": failed to call webhook: Post "https://policy.policies.svc:443/validate?timeout=10s": ${why}`;

const refusedEvent = (part: Partial<EventFact> = {}) =>
  anEvent({
    key: 'default/web.1',
    reason: 'FailedCreate',
    component: 'statefulset-controller',
    about: { kind: 'StatefulSet', namespace: 'default', name: 'web' },
    message: `create Pod web-0 in StatefulSet web failed error: ${call(unknownAuthority)}`,
    firstAt: noon - hour,
    lastAt: noon - minute,
    ...part,
  });
const webWithoutPods = aStatefulSet({ name: 'web', wanted: 1, current: 0, ready: 0 });
const found = (parts: SnapshotParts) => judged(refusedInside, aSnapshot(parts));

describe('a webhook whose certificate the API does not accept', () => {
  test('is one finding with the cause, the service and the beginning', () => {
    const verdict = theVerdict(refusedInside, aSnapshot({ events: [refusedEvent()], statefulSets: [webWithoutPods] }));
    expect(verdict).toMatchObject({
      subject: { kind: 'Webhook', name: 'pods.policy.example' },
      level: 'bad',
      startedAt: noon - hour,
      sources: ['events'],
    });
    expect(sentence(verdict)).toBe(
      'the API does not accept the certificate of the admission webhook pods.policy.example: it is signed by an authority that is not trusted there',
    );
    expect(evidenceOf(verdict)[1]).toBe('shown by service policies/policy');
    expect(commandsOf(verdict)).toEqual([
      expect.stringContaining('kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations'),
      'kubectl -n cert-manager rollout restart deployment cert-manager-cainjector',
      'kubectl -n policies get endpointslices -l kubernetes.io/service-name=policy',
      'kubectl -n policies get certificates',
    ]);
  });

  test.for([
    [expired, 'it expired at 09:00'],
    ['x509: certificate is valid for localhost, not policy.policies.svc', 'it is not for policy.policies.svc'],
    [
      'x509: certificate has expired or is not yet valid: current time 2026-10-01T12:00:00Z is before 2026-10-01T13:00:00Z',
      'it is valid only from 13:00',
    ],
  ])('says why: %s', ([why, words]) => {
    const events = [refusedEvent({ message: call(why!) })];
    expect(sentence(theVerdict(refusedInside, aSnapshot({ events })))).toMatch(new RegExp(`: ${words}$`));
  });

  test('is told by conditions for as long as these say so, and once whoever says it', () => {
    const failure = {
      status: 'True',
      reason: 'FailedCreate',
      message: call(expired),
      changedAt: noon - 5 * hour,
      updatedAt: null,
    };
    const [verdict, ...more] = found({
      deployments: [aDeployment({ name: 'web', failure })],
      replicaSets: [aReplicaSet({ name: 'web-1', failure })],
      events: [
        refusedEvent(),
        refusedEvent({ key: 'default/job.1', about: { kind: 'Job', namespace: 'default', name: 'job' } }),
      ],
    });
    expect(more).toEqual([]);
    expect(verdict).toMatchObject({ startedAt: noon - 5 * hour });
    expect(sentence(verdict!), 'the newest words').toContain('signed by an authority');
  });

  test('is over when its events are older than a controller waits, or the pod has come', () => {
    const lastAt = (at: number) => found({ events: [refusedEvent({ lastAt: at })] });
    expect(lastAt(noon - 20 * minute)).toHaveLength(1);
    expect(lastAt(noon - 20 * minute - 1)).toEqual([]);
    const events = [refusedEvent()];
    expect(found({ events, statefulSets: [aStatefulSet({ name: 'web' })], pods: [aPod()] })).toEqual([]);
    const about = { kind: 'ReplicaSet', namespace: 'default', name: 'web-1' };
    expect(found({ events: [refusedEvent({ about })] }), 'ReplicaSets say it themselves').toEqual([]);
    const sources = { replicasets: { fresh: false, state: 'forbidden' as const } };
    expect(found({ events: [refusedEvent({ about })], sources })).toHaveLength(1);
  });

  test('that does not answer, or refuses, is no matter of certificates', () => {
    const refused = call('dial tcp 10.43.0.9:443: connect: connection refused');
    const denied = 'admission webhook "pods.policy.example" denied the request: no x509: here';
    expect(
      found({ events: [refusedEvent({ message: refused }), refusedEvent({ key: 'b', message: denied })] }),
    ).toEqual([]);
  });

  test('explains why pods cannot be created, of its own workloads alone', () => {
    const snapshot = aSnapshot({ events: [refusedEvent()], statefulSets: [webWithoutPods] });
    const cause = theVerdict(refusedInside, snapshot);
    const memory = new Map(
      [...cannotCreatePods.remembers!.subjects(snapshot)].map((id) => [
        id,
        cannotCreatePods.remembers!.remember(undefined, id, snapshot, 0),
      ]),
    );
    const [effect] = judged(cannotCreatePods, snapshot, { memory });
    expect(sentence(effect!)).toContain('the certificate of the admission webhook pods.policy.example is not accepted');
    expect(explains(refusedInside, cause, anEffect('workloads/cannot-create-pods', effect!), snapshot)).toBe(true);
    const other = { subject: { kind: 'StatefulSet', namespace: 'default', name: 'other' }, level: 'bad' as const };
    expect(explains(refusedInside, cause, anEffect('workloads/cannot-create-pods', other), snapshot)).toBe(false);
  });

  test('explains it of a Deployment by what its ReplicaSet says', () => {
    const failure = {
      status: 'True',
      reason: 'FailedCreate',
      message: call(expired),
      changedAt: noon,
      updatedAt: null,
    };
    const owner = { kind: 'Deployment', name: 'web' };
    const snapshot = aSnapshot({ replicaSets: [aReplicaSet({ name: 'web-1', owner, failure })] });
    const effect = { subject: { kind: 'Deployment', namespace: 'default', name: 'web' }, level: 'bad' as const };
    expect(
      explains(
        refusedInside,
        theVerdict(refusedInside, snapshot),
        anEffect('workloads/cannot-create-pods', effect),
        snapshot,
      ),
    ).toBe(true);
  });
});

describe('an aggregated API whose certificate is not accepted', () => {
  const broken = anApiService({
    available: 'False',
    reason: 'FailedDiscoveryCheck',
    message: `failing or missing response from https://10.43.1.2:443/apis/metrics.k8s.io/v1beta1: Get "https://10.43.1.2:443/apis/metrics.k8s.io/v1beta1": ${expired}`,
    changedAt: noon - hour,
  });

  test('is a warning since it is so, and explains that it is unavailable', () => {
    const snapshot = aSnapshot({ apiServices: [broken] });
    const verdict = theVerdict(refusedInside, snapshot);
    expect([verdict.level, sentence(verdict), verdict.startedAt]).toEqual([
      'warn',
      'the API does not accept the certificate of the aggregated API v1beta1.metrics.k8s.io: it expired at 09:00',
      noon - hour,
    ]);
    expect(commandsOf(verdict)[0]).toBe('kubectl describe apiservice v1beta1.metrics.k8s.io');
    const effect = anEffect('control-plane/api-service-unavailable', theVerdict(apiServiceUnavailable, snapshot));
    expect(explains(refusedInside, verdict, effect, snapshot)).toBe(true);
  });

  test('is none where it answers, or fails otherwise', () => {
    expect(
      found({
        apiServices: [
          { ...broken, available: 'True' },
          anApiService({ name: 'v1.a', available: 'False', message: 'no endpoints' }),
        ],
      }),
    ).toEqual([]);
  });
});

describe('a node', () => {
  const sandbox = (part: Partial<EventFact> = {}) =>
    anEvent({
      reason: 'FailedCreatePodSandBox',
      message: `Failed to create pod sandbox: plugin type="calico" failed (add): Get "https://10.43.0.1:443/api/v1/namespaces/default": ${unknownAuthority}`,
      ...part,
    });

  test('whose kubelet does not accept a certificate is a warning, by the pod that it says it of', () => {
    const verdict = theVerdict(refusedInside, aSnapshot({ events: [sandbox()], pods: [aPod({ node: 'nuc1' })] }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'warn',
      'nuc1 does not accept a certificate: it is signed by an authority that is not trusted there',
    ]);
    const about = { kind: 'Node', namespace: null, name: 'nuc2' };
    expect(found({ events: [sandbox({ about })] })[0]?.subject).toEqual({ kind: 'Node', name: 'nuc2' });
    const late = sandbox({ about, message: expired });
    expect(commandsOf(found({ events: [late] })[0]!)[0]).toBe('timedatectl status');
  });

  test('that cannot pull an image is told elsewhere, and what others say is not of a node', () => {
    const pull = sandbox({
      reason: 'Failed',
      message: `Failed to pull image "registry.example/a": ${unknownAuthority}`,
    });
    const flux = sandbox({
      component: 'source-controller',
      about: { kind: 'GitRepository', namespace: 'flux', name: 'home' },
    });
    expect(found({ events: [pull, flux], pods: [aPod()] })).toEqual([]);
    expect(found({ events: [sandbox()] }), 'the pod is not known').toEqual([]);
    expect(found({ events: [sandbox({ type: 'Normal' })], pods: [aPod()] })).toEqual([]);
  });
});

test('commands quote hostile names, and the number of findings is bounded', () => {
  const message = call(unknownAuthority, '$(reboot) ;x');
  const [verdict] = found({ events: [refusedEvent({ message, about: { kind: 'Job', namespace: 'a', name: 'b' } })] });
  expect(commandsOf(verdict!).join()).not.toContain('reboot');
  const events = Array.from({ length: 500 }, (_, i) =>
    refusedEvent({ key: `e${i}`, message: call(unknownAuthority, `hook${i}`) }),
  );
  expect(found({ events })).toHaveLength(200);
});
