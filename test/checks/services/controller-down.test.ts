import { describe, expect, test } from 'vitest';
import controllerDown from '#server/checks/services/controller-down.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Verdict } from '#server/engine/define-check.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod, aTlsServer, anEvent } from '#test/builders/facts.ts';
import { aCondition, aNode } from '#test/builders/node.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aGateway, anHttpRoute, anIngress, anIngressRoute } from '#test/builders/routes.ts';
import { aGatewayClass, anIngressClass, aPodTemplate, aService, aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { minute, noon, second } from '#test/builders/time.ts';
import { aContainer, aCrashLog, aDaemonSet, aDeployment, anEnd } from '#test/builders/workloads.ts';

const named = (name: string) => aPodTemplate({ labels: { 'app.kubernetes.io/name': name } });
const traefik = aDeployment({ namespace: 'kube-system', name: 'traefik', wanted: 1, template: named('traefik') });
const owner = { kind: 'ReplicaSet', name: 'traefik-1' };
const traefikPod = (ready: boolean) =>
  aPod({
    ...{ namespace: 'kube-system', name: 'traefik-1-x', templateHash: '1', node: 'nuc0', owner, ready },
    readyChangedAt: noon - minute,
  });
const running = { deployments: [traefik], pods: [traefikPod(true)], ingressClasses: [anIngressClass()] };
const dead = { ...running, pods: [traefikPod(false)] };

const host = (i: number, part: Partial<ServiceProbeFact> = {}) => aServiceProbe({ host: `app${i}.example`, ...part });
const up = (count: number) => Array.from({ length: count }, (_, i) => host(i));
const refused = (i: number, at = noon - 20 * second, part: Partial<ServiceProbeFact> = {}) =>
  host(i, { outcome: 'down', trouble: 'refused', outcomeSince: at, askedAt: at + 5 * second, upAt: null, ...part });
const said = (parts: SnapshotParts) => judged(controllerDown, aSnapshot(parts)).map((verdict) => sentence(verdict));

describe('an Ingress controller without a ready pod', () => {
  test('is down with all that is behind it, whatever was asked so far', () => {
    const verdict = theVerdict(controllerDown, aSnapshot({ ...dead, serviceProbes: up(14) }));
    expect(verdict).toMatchObject({
      level: 'bad',
      subject: { kind: 'Deployment', namespace: 'kube-system', name: 'traefik' },
      startedAt: noon - minute,
      sources: ['deployments', 'pods'],
    });
    expect(sentence(verdict)).toBe('Traefik is down: 14 services unreachable');
    expect(evidenceOf(verdict)).toEqual([
      '0 of 1 pods of Deployment kube-system/traefik ready',
      'not ready: traefik-1-x on nuc0',
      'none of the 14 services behind it has been found down yet',
      'behind it: app0.example, app1.example, app10.example and 11 more',
      'reached at 10.0.0.10',
    ]);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n kube-system logs deployment/traefik --tail=50',
      'kubectl -n kube-system get pods -o wide',
      'kubectl -n kube-system describe deployment traefik',
    ]);
  });

  test('because it crashes tells that first: its exit code and its last words, and what it wrote before', () => {
    const end = anEnd({ exitCode: 1, startedAt: noon - 23 * second, finishedAt: noon - 20 * second });
    const crashing = aContainer({
      ...{ name: 'traefik', ready: false, restarts: 3, last: end },
      state: { is: 'waiting', reason: 'CrashLoopBackOff', message: '' },
    });
    const lines = ['INF Traefik version 3.6.7', 'ERR Command error error="field not found, node: pluginz"'];
    const { namespace, name } = traefikPod(false);
    const verdict = theVerdict(
      controllerDown,
      aSnapshot({
        ...dead,
        pods: [{ ...traefikPod(false), containers: [crashing] }],
        crashLogs: [aCrashLog({ namespace, pod: name, container: 'traefik', lines })],
        serviceProbes: [refused(0), refused(1)],
      }),
    );
    expect(evidenceOf(verdict)).toEqual([
      'traefik ran for 3 s and ended at 11:59: exit code 1, 3 restarts',
      ...lines,
      '0 of 1 pods of Deployment kube-system/traefik ready',
      'not ready: traefik-1-x on nuc0',
      'all 2 services behind it are down',
      'behind it: app0.example, app1.example',
      'reached at 10.0.0.10',
    ]);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n kube-system logs traefik-1-x -c traefik --previous --tail=50',
      'kubectl -n kube-system describe pod traefik-1-x',
      'kubectl -n kube-system get pods -o wide',
    ]);
  });

  const because = (part: Partial<PodFact>, parts: SnapshotParts = {}) =>
    theVerdict(
      controllerDown,
      aSnapshot({ ...dead, ...parts, pods: [{ ...traefikPod(false), ...part }], serviceProbes: up(2) }),
    );

  test('because its image cannot be pulled says so', () => {
    const state = { is: 'waiting', reason: 'ErrImagePull', message: 'manifest unknown: not found' } as const;
    const image = 'registry.example/traefik:nope';
    const verdict = because({ phase: 'Pending', containers: [aContainer({ ready: false, image, state })] });
    expect(evidenceOf(verdict)[0]).toMatch(/^traefik-1-x on nuc0 cannot pull registry\.example\/traefik:nope: ./);
    expect(commandsOf(verdict).at(-1)).toBe('kubectl -n kube-system describe pod traefik-1-x');
  });

  test('because its node is not ready says so, and nobody is told to restart it', () => {
    const nodes = [aNode({ name: 'nuc0', conditions: { Ready: aCondition({ status: 'Unknown' }) } })];
    const verdict = because({ containers: [aContainer({ ready: false })] }, { nodes });
    expect(evidenceOf(verdict)[0]).toBe('traefik-1-x on nuc0 is not ready: its node nuc0 is not ready');
    expect(commandsOf(verdict).join()).not.toContain('restart');
  });

  test('because its readiness probe fails says so, and may be restarted', () => {
    const event = anEvent({
      ...{ reason: 'Unhealthy', type: 'Warning', lastAt: noon - 30 * second },
      about: { kind: 'Pod', namespace: 'kube-system', name: 'traefik-1-x' },
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    });
    const verdict = because({ containers: [aContainer({ ready: false })] }, { events: [event] });
    expect(evidenceOf(verdict)[0]).toMatch(/^traefik-1-x on nuc0 is not ready: its readiness probe/);
    expect(commandsOf(verdict)).toContain('kubectl -n kube-system rollout restart deployment/traefik');
  });

  test('is told of one service, and of none', () => {
    expect(said({ ...dead, serviceProbes: up(1) })).toEqual(['Traefik is down: 1 service unreachable']);
    expect(said({ ...dead, ingresses: [anIngress({ hosts: [] })] })).toEqual(['Traefik is down: it has no ready pod']);
  });

  test('before all were asked since the start the hosts of the objects count', () => {
    const ingresses = [anIngress({ hosts: ['a.example', 'b.example', '*.c.example'] })];
    const ingressRoutes = [anIngressRoute()];
    const looking = { 'services-probed': { state: 'syncing' } as const };
    const parts = { ...dead, ingresses, ingressRoutes, serviceProbes: up(1) };
    expect(said({ ...parts, sources: looking })).toEqual(['Traefik is down: 3 services unreachable']);
    expect(said(parts)).toEqual(['Traefik is down: 1 service unreachable']);
  });

  test('of which nothing leads through is the business of workloads alone', () => {
    expect(said(dead)).toEqual([]);
  });

  test('that has another pod which is ready says nothing', () => {
    expect(
      said({ ...dead, pods: [traefikPod(false), aPod({ ...traefikPod(true), name: 'traefik-1-y', key: 'y' })] }),
    ).toEqual([]);
    expect(said({ ...running, serviceProbes: up(3) })).toEqual([]);
  });
});

describe('each kind of controller is found', () => {
  const cases: [string, SnapshotParts, Partial<ServiceProbeFact>][] = [
    [
      'ingress-nginx',
      {
        daemonSets: [aDaemonSet({ namespace: 'kube-system', name: 'rke2-ingress-nginx-controller' })],
        ingressClasses: [anIngressClass({ name: 'nginx', controller: 'k8s.io/ingress-nginx' })],
      },
      { through: { kind: 'IngressClass', name: '' } },
    ],
    [
      'HAProxy',
      {
        deployments: [aDeployment({ name: 'haproxy-kubernetes-ingress', template: named('kubernetes-ingress') })],
        ingressClasses: [anIngressClass({ name: 'haproxy', controller: 'haproxy.org/ingress-controller/haproxy' })],
      },
      { through: { kind: 'IngressClass', name: 'haproxy' } },
    ],
    [
      'Kong',
      {
        deployments: [aDeployment({ name: 'kong-gateway' })],
        ingressClasses: [anIngressClass({ name: 'kong', controller: 'ingress-controllers.konghq.com/kong' })],
      },
      { through: { kind: 'IngressClass', name: 'kong' } },
    ],
    [
      'Cilium',
      {
        daemonSets: [
          aDaemonSet({ name: 'cilium' }),
          aDaemonSet({ name: 'cilium-envoy', template: named('cilium-envoy') }),
        ],
        gatewayClasses: [aGatewayClass({ name: 'cilium', controller: 'io.cilium/gateway-controller' })],
      },
      { through: { kind: 'GatewayClass', name: 'cilium' } },
    ],
    [
      'Contour',
      {
        daemonSets: [aDaemonSet({ namespace: 'projectcontour', name: 'envoy' })],
        ingressClasses: [anIngressClass({ name: 'contour', controller: 'projectcontour.io/ingress-controller' })],
      },
      { through: { kind: 'IngressClass', name: 'contour' } },
    ],
    [
      'NGINX Gateway Fabric',
      {
        deployments: [aDeployment({ name: 'ngf', template: named('nginx-gateway-fabric') })],
        gatewayClasses: [aGatewayClass({ name: 'nginx', controller: 'gateway.nginx.org/nginx-gateway-controller' })],
      },
      { through: { kind: 'GatewayClass', name: 'nginx' } },
    ],
    ['Traefik', { deployments: [traefik] }, { through: { kind: 'Traefik', name: '' } }],
    ['Traefik', { deployments: [traefik] }, { through: { kind: 'IngressClass', name: '' } }],
    ['Traefik', { deployments: [traefik] }, { through: { kind: 'IngressClass', name: 'traefik-internal' } }],
  ];

  test.for(cases)('%s', ([product, parts, part]) => {
    expect(said({ ...parts, serviceProbes: [host(0, part), host(1, part)] })).toEqual([
      `${product} is down: 2 services unreachable`,
    ]);
  });

  test('Envoy Gateway has pods of their own for each Gateway', () => {
    const proxy = (gateway: string) =>
      aDeployment({
        namespace: 'envoy-gateway-system',
        name: `envoy-default-${gateway}-ab12`,
        template: aPodTemplate({
          labels: { 'app.kubernetes.io/name': 'envoy', 'gateway.envoyproxy.io/owning-gateway-name': gateway },
        }),
      });
    const route = (name: string, gateway: string) =>
      anHttpRoute({ name, parents: [{ namespace: 'default', name: gateway, listener: '', port: null }] });
    const through = { kind: 'GatewayClass', name: 'eg' } as const;
    const namedBy = (name: string) => [{ kind: 'HTTPRoute', namespace: 'default', name }];
    const podOf = (gateway: string) =>
      aPod({
        namespace: 'envoy-gateway-system',
        name: gateway,
        owner: { kind: 'Deployment', name: `envoy-default-${gateway}-ab12` },
      });
    const verdict = theVerdict(
      controllerDown,
      aSnapshot({
        gatewayClasses: [aGatewayClass({ name: 'eg', controller: 'gateway.envoyproxy.io/gatewayclass-controller' })],
        gateways: [aGateway({ name: 'home', className: 'eg' }), aGateway({ name: 'guest', className: 'eg' })],
        httpRoutes: [route('wiki', 'home'), route('wifi', 'guest')],
        deployments: [proxy('home'), proxy('guest')],
        pods: [podOf('home')],
        serviceProbes: [host(0, { through, namedBy: namedBy('wiki') }), host(1, { through, namedBy: namedBy('wifi') })],
      }),
    );
    expect(verdict.subject.name).toBe('envoy-default-guest-ab12');
    expect(sentence(verdict)).toBe('Envoy Gateway is down: 1 service unreachable');
  });

  test('of two Traefiks each has its own class', () => {
    const labels = (instance: string) => ({
      'app.kubernetes.io/name': 'traefik',
      'app.kubernetes.io/instance': instance,
    });
    const one = (name: string) =>
      aDeployment({ namespace: 'web', name, template: aPodTemplate({ labels: labels(name) }) });
    const classes = ['inside-traefik', 'outside-traefik'];
    const pod = aPod({ namespace: 'web', name: 'in', owner: { kind: 'Deployment', name: 'inside-traefik' } });
    const serviceProbes = classes.map((name, i) => host(i, { through: { kind: 'IngressClass', name } }));
    const ingressClasses = classes.map((name) => anIngressClass({ name, isDefault: false }));
    const verdict = theVerdict(
      controllerDown,
      aSnapshot({ deployments: classes.map(one), pods: [pod], serviceProbes, ingressClasses }),
    );
    expect(verdict.subject.name).toBe('outside-traefik');
  });
});

describe('an entrance that nobody gets through, though its pods are ready,', () => {
  test('cannot be reached, as soon as two were turned away since anybody got through', () => {
    const [, , ...others] = up(14).map((probe) => ({ ...probe, upAt: noon - minute, askedAt: noon - minute }));
    const serviceProbes = [refused(0), refused(1), ...others];
    const verdict = theVerdict(controllerDown, aSnapshot({ ...running, serviceProbes }));
    expect(sentence(verdict)).toBe('Traefik cannot be reached at 10.0.0.10: 14 services unreachable');
    expect(verdict).toMatchObject({ level: 'bad', sources: ['services-probed'], startedAt: noon - 20 * second });
    expect(commandsOf(verdict)[0]).toBe('curl -v --max-time 10 https://app0.example/');
  });

  test('can be reached if anybody got through since', () => {
    expect(said({ ...running, serviceProbes: [refused(0), refused(1), host(2, { upAt: noon - second })] })).toEqual([]);
    const answering = { outcome: 'down', trouble: 'status', status: 503, askedAt: noon - second } as const;
    expect(said({ ...running, serviceProbes: [refused(0), refused(1), host(2, answering)] })).toEqual([]);
  });

  test('is not blamed for what is silent by itself, unless all are', () => {
    const silent = (i: number) => refused(i, noon - 20 * second, { trouble: 'silent' });
    const quiet = host(2, { upAt: noon - minute, askedAt: noon - minute });
    expect(said({ ...running, serviceProbes: [silent(0), silent(1), quiet] })).toEqual([]);
    expect(said({ ...running, serviceProbes: [silent(0), silent(1)] })).toHaveLength(1);
  });

  test('is not known by one that fails, unless it is the only one and refused at its own address', () => {
    expect(said({ ...running, serviceProbes: [refused(0)] })).toEqual([]);
    const balancer = aService({
      ...{ namespace: 'kube-system', name: 'traefik', addresses: ['10.0.0.10'] },
      selector: { 'app.kubernetes.io/name': 'traefik' },
    });
    expect(said({ ...running, serviceProbes: [refused(0)], services: [balancer] })).toEqual([
      'Traefik cannot be reached at 10.0.0.10: 1 service unreachable',
    ]);
  });

  test('names that were never found say nothing of it', () => {
    const stale = host(2, { outcome: 'down', trouble: 'dns', outcomeSince: noon - 90 * minute, upAt: null });
    expect(said({ ...running, serviceProbes: [refused(0), refused(1), stale] })).toEqual([
      'Traefik cannot be reached at 10.0.0.10: 2 services unreachable',
    ]);
  });

  test('was scaled to 0, where it was', () => {
    const deployments = [{ ...traefik, wanted: 0 }];
    const verdict = theVerdict(
      controllerDown,
      aSnapshot({ ...running, deployments, pods: [], serviceProbes: [refused(0), refused(1)] }),
    );
    expect(sentence(verdict)).toBe('Traefik is scaled to 0: 2 services unreachable');
    expect(commandsOf(verdict)).toEqual(['kubectl -n kube-system scale deployment/traefik --replicas=1']);
  });

  test('has the name of its class where no workload of it is seen', () => {
    const through = { kind: 'IngressClass', name: 'edge' } as const;
    const verdict = theVerdict(
      controllerDown,
      aSnapshot({ serviceProbes: [refused(0, noon - minute, { through }), refused(1, noon - minute, { through })] }),
    );
    expect(verdict.subject).toEqual({ kind: 'IngressClass', name: 'edge' });
    expect(sentence(verdict)).toBe('edge cannot be reached at 10.0.0.10: 2 services unreachable');
  });

  test('on k3s the pods that hand connections on are to be looked at', () => {
    const nodes = [aNode({ kubeletVersion: 'v1.36.4+k3s1' })];
    const verdict = theVerdict(
      controllerDown,
      aSnapshot({ ...running, nodes, serviceProbes: [refused(0), refused(1)] }),
    );
    expect(commandsOf(verdict).join('\n')).toContain('-l svccontroller.k3s.cattle.io/svcname=traefik');
  });
});

describe('services/controller-down explains', () => {
  const snapshot = aSnapshot({
    ...dead,
    ingresses: [anIngress()],
    tlsServers: [aTlsServer(), aTlsServer({ name: 'nodns.example', trouble: 'dns' })],
    serviceProbes: [
      refused(0),
      host(1, { outcome: 'down', trouble: 'dns' }),
      host(2, { outcome: 'down', trouble: 'refused', through: null }),
    ],
  });
  const cause = theVerdict(controllerDown, snapshot);
  const explained = (check: Parameters<typeof anEffect>[0], subject: Verdict['subject']) =>
    explains(controllerDown, cause, anEffect(check, { subject, level: 'bad' }), snapshot);

  test('what goes through it, and nothing that fails before it or goes elsewhere', () => {
    for (const check of ['services/down', 'services/wrong-content', 'services/slow', 'services/flapping'] as const)
      expect(explained(check, { kind: 'Host', name: 'app0.example' }), check).toBe(true);
    expect(explained('services/down', { kind: 'Host', name: 'app1.example' })).toBe(false);
    expect(explained('services/down', { kind: 'Host', name: 'app2.example' })).toBe(false);
    expect(explained('services/no-endpoints', { kind: 'Service', namespace: 'a', name: 'b' })).toBe(false);
  });

  test('that nobody shows the certificates of its hosts', () => {
    expect(explained('certificates/not-shown', { kind: 'Host', name: 'git.example' })).toBe(true);
    expect(explained('certificates/not-shown', { kind: 'Host', name: 'nodns.example' })).toBe(false);
  });

  test('what is wrong with its own workload, and no other', () => {
    expect(explained('workloads/crash-looping', traefikSubject)).toBe(true);
    expect(explained('workloads/crash-looping', { ...traefikSubject, name: 'web' })).toBe(false);
  });
});

const traefikSubject = { kind: 'Deployment', namespace: 'kube-system', name: 'traefik' };
