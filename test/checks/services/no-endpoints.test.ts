import { describe, expect, test } from 'vitest';
import noEndpoints from '#server/checks/services/no-endpoints.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { anHttpRoute, anIngress, anIngressRoute } from '#test/builders/routes.ts';
import { anEndpointSlice, aPodTemplate, aService, aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aDeployment, aStatefulSet } from '#test/builders/workloads.ts';

const ingress = anIngress({ backends: [{ host: 'git.example', path: '/', service: 'web' }] });
const web = aDeployment({ ready: 0, template: aPodTemplate({ labels: { app: 'web', tier: 'front' } }) });
const unready = [
  { pod: 'web-0', node: 'nuc0' },
  { pod: 'web-1', node: '' },
];
const empty = anEndpointSlice({ ready: 0, unready, unreadyCount: 2 });
const withIngress = (parts: SnapshotParts) => aSnapshot({ ingresses: [ingress], services: [aService()], ...parts });
const told = (parts: SnapshotParts) => theVerdict(noEndpoints, withIngress(parts));

describe('a host leads to', () => {
  test('pods none of which is ready', () => {
    const verdict = told({ endpointSlices: [empty], deployments: [web] });
    expect(verdict).toMatchObject({ level: 'bad', subject: { kind: 'Service', namespace: 'default', name: 'web' } });
    expect(sentence(verdict)).toBe('none of the 2 pods behind git.example is ready');
    expect(evidenceOf(verdict)).toEqual([
      '0 of 2 endpoints ready',
      'not ready: web-0 on nuc0, web-1',
      'named by Ingress default/web',
    ]);
    expect(verdict.sources).toEqual(['services', 'endpointslices', 'ingresses']);
    const one = anEndpointSlice({ ready: 0, unready: unready.slice(1), unreadyCount: 1 });
    expect(sentence(told({ endpointSlices: [one] }))).toBe('the pod behind git.example is not ready');
  });

  test('a ready pod, in whichever part of its endpoints: nothing is told', () => {
    expect(judged(noEndpoints, withIngress({ endpointSlices: [anEndpointSlice()] }))).toEqual([]);
    const parts = [empty, anEndpointSlice({ name: 'web-two' })];
    expect(judged(noEndpoints, withIngress({ endpointSlices: parts }))).toEqual([]);
  });

  test('a workload without any pod', () => {
    expect(sentence(told({ deployments: [web] }))).toBe('git.example leads to no pod: web has none of its 3');
    const one = aStatefulSet({ name: 'web', ready: 0, template: aPodTemplate() });
    expect(sentence(told({ statefulSets: [one], endpointSlices: [] }))).toBe(
      'git.example leads to no pod: web has none',
    );
  });

  test('a workload that was scaled to 0: a notice, since somebody meant it', () => {
    const verdict = told({ deployments: [{ ...web, wanted: 0 }] });
    expect(verdict.level).toBe('notice');
    expect(sentence(verdict)).toBe('git.example leads to no pod: web is scaled to 0');
    expect(commandsOf(verdict)).toEqual(['kubectl -n default scale deployment/web --replicas=1']);
  });

  test('a selector that fits no workload', () => {
    const other = aDeployment({ name: 'wiki', template: aPodTemplate({ labels: { app: 'wiki' } }) });
    const elsewhere = aDeployment({ namespace: 'other', template: aPodTemplate() });
    const verdict = told({ deployments: [other, elsewhere] });
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe('git.example leads to no pod: the selector of Service web fits no workload');
    expect(commandsOf(verdict)[0]).toBe('kubectl -n default get pods -l app=web');
  });

  test('no Service at all', () => {
    const verdict = told({ services: [] });
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe('git.example leads to no Service at all: default/web does not exist');
    const up = [aServiceProbe({ services: ['default/web'] })];
    expect(told({ services: [], serviceProbes: up }).level, 'one path of a host that answers').toBe('warn');
  });
});

describe('services/no-endpoints', () => {
  test('says nothing of what somebody else looks after, or nobody leads to', () => {
    expect(judged(noEndpoints, withIngress({ services: [aService({ selector: null })] }))).toEqual([]);
    expect(judged(noEndpoints, withIngress({ services: [aService({ type: 'ExternalName' })] }))).toEqual([]);
    expect(judged(noEndpoints, aSnapshot({ services: [aService()], endpointSlices: [empty] }))).toEqual([]);
  });

  test('follows routes of all kinds, and several hosts to one Service', () => {
    const backend = { namespace: 'default', service: 'web' };
    const snapshot = aSnapshot({
      services: [aService()],
      deployments: [web],
      ingresses: [
        anIngress({ hosts: ['a.example', 'b.example'], backends: [{ host: '', path: '/', service: 'web' }] }),
      ],
      httpRoutes: [anHttpRoute({ backends: [backend] })],
      ingressRoutes: [anIngressRoute({ backends: [{ ...backend, host: 'cloud.example' }] })],
    });
    const verdict = theVerdict(noEndpoints, snapshot);
    expect(sentence(verdict)).toBe('a.example and 3 more hosts lead to no pod: web has none of its 3');
    expect(verdict.sources).toEqual(['services', 'endpointslices', 'ingresses', 'httproutes', 'ingressroutes']);
  });

  test('explains that hosts which lead there are down, and none that lead elsewhere', () => {
    const serviceProbes = [
      aServiceProbe({ services: ['default/web'], outcome: 'down', trouble: 'status', status: 503 }),
      aServiceProbe({ host: 'dns.example', services: ['default/web'], outcome: 'down', trouble: 'dns' }),
      aServiceProbe({ host: 'wiki.example', services: ['default/wiki'], outcome: 'down', trouble: 'refused' }),
    ];
    const snapshot = withIngress({ endpointSlices: [empty], deployments: [web], serviceProbes });
    const cause = theVerdict(noEndpoints, snapshot);
    const explained = ['git.example', 'dns.example', 'wiki.example'].filter((name) =>
      explains(
        noEndpoints,
        cause,
        anEffect('services/down', { subject: { kind: 'Host', name }, level: 'bad' }),
        snapshot,
      ),
    );
    expect(explained).toEqual(['git.example']);
  });

  test('a scaling to 0 that somebody meant explains a host that is down, too', () => {
    const serviceProbes = [
      aServiceProbe({ services: ['default/web'], outcome: 'down', trouble: 'status', status: 503 }),
    ];
    const snapshot = withIngress({ deployments: [{ ...web, wanted: 0 }], serviceProbes });
    const effect = anEffect('services/down', { subject: { kind: 'Host', name: 'git.example' }, level: 'bad' });
    expect(explains(noEndpoints, theVerdict(noEndpoints, snapshot), effect, snapshot)).toBe(true);
  });
});
