import { describe, expect, test } from 'vitest';
import expired from '#server/checks/certificates/expired.ts';
import notYetValid from '#server/checks/certificates/not-yet-valid.ts';
import untrusted from '#server/checks/certificates/untrusted.ts';
import noHeartbeat from '#server/checks/nodes/no-heartbeat.ts';
import nodeNotReady from '#server/checks/nodes/not-ready.ts';
import workloadsTile from '#server/checks/workloads/tile.ts';
import type { Check, Verdict } from '#server/engine/define-check.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { say } from '#shared/say.ts';
import { aPod } from '#test/builders/facts.ts';
import { anEffect, explains } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aPodTemplate, aService, aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aDeployment } from '#test/builders/workloads.ts';

const gitea = { kind: 'Deployment', namespace: 'gitea', name: 'gitea' };
const probe = (part: Partial<ServiceProbeFact> = {}) =>
  aServiceProbe({ outcome: 'down', trouble: 'status', status: 503, ...part });
const deployment = (name: string, ready = 0) =>
  aDeployment({
    namespace: 'gitea',
    name,
    wanted: 1,
    ready,
    template: aPodTemplate({ labels: { app: 'gitea', name } }),
  });
const aPodOf = (name: string, node: string, ready: boolean) =>
  aPod({ namespace: 'gitea', name: `${name}-0`, node, ready, owner: { kind: 'Deployment', name } });

function explained(
  check: Check,
  subject: Verdict['subject'],
  effect: { check: string; subject: Verdict['subject'] },
  parts = {},
) {
  const snapshot = aSnapshot({
    services: [aService({ namespace: 'gitea', name: 'gitea' })],
    deployments: [deployment('gitea')],
    pods: [aPodOf('gitea', 'nuc1', false)],
    nodes: [aNode(), aNode({ name: 'nuc1', internalIp: '192.168.1.11' })],
    serviceProbes: [probe()],
    ...parts,
  });
  const cause: Verdict = { subject, level: 'bad', say: say('x') };
  return explains(
    check,
    cause,
    anEffect(effect.check as 'services/down', { subject: effect.subject, level: 'bad' }),
    snapshot,
  );
}

const hostDown = { check: 'services/down', subject: { kind: 'Host', name: 'git.example' } };
const empty = { check: 'services/no-endpoints', subject: { kind: 'Service', namespace: 'gitea', name: 'gitea' } };

describe('what is wrong with a workload explains', () => {
  test.for(workloadsTile.checks.map((check) => [check.check, check] as const))(
    'its hosts and Service, by %s',
    ([, check]) => {
      for (const effect of [hostDown, empty, { ...hostDown, check: 'services/wrong-content' }])
        expect(explained(check, gitea, effect), effect.check).toBe(true);
      expect(explained(check, { ...gitea, name: 'wiki' }, hostDown)).toBe(false);
      expect(explained(check, { ...gitea, namespace: 'other' }, hostDown)).toBe(false);
    },
  );

  test('of several behind one Service the one in the deepest trouble', () => {
    const parts = {
      deployments: [deployment('blue', 1), deployment('green')],
      pods: [aPodOf('blue', 'nuc0', true), aPodOf('green', 'nuc0', false)],
    };
    const [check] = workloadsTile.checks;
    expect(explained(check!, { ...gitea, name: 'green' }, hostDown, parts)).toBe(true);
    expect(explained(check!, { ...gitea, name: 'blue' }, hostDown, parts)).toBe(false);
  });

  test('nothing that fails before any workload is asked', () => {
    const [check] = workloadsTile.checks;
    for (const trouble of ['dns', 'tls', 'forbidden-address'] as const)
      expect(explained(check!, gitea, hostDown, { serviceProbes: [probe({ trouble })] }), trouble).toBe(false);
  });
});

describe.for([nodeNotReady, noHeartbeat])('a node that is down ($check) explains', (check) => {
  const node = (name: string) => ({ kind: 'Node', name });

  test('hosts and Services whose pods all are there, ready or not', () => {
    for (const ready of [true, false]) {
      const parts = { pods: [aPodOf('gitea', 'nuc1', ready)] };
      expect(explained(check, node('nuc1'), hostDown, parts)).toBe(true);
      expect(explained(check, node('nuc1'), empty, parts)).toBe(true);
      expect(explained(check, node('nuc0'), hostDown, parts)).toBe(false);
    }
  });

  test('a controller that is there alone, or is reached at its address', () => {
    const controllerDown = {
      check: 'services/controller-down',
      subject: { kind: 'Deployment', namespace: 'kube-system', name: 'traefik' },
    };
    const traefik = aDeployment({
      ...{ namespace: 'kube-system', name: 'traefik', wanted: 1 },
      template: aPodTemplate({ labels: { 'app.kubernetes.io/name': 'traefik' } }),
    });
    const podOn = (name: string) =>
      aPod({ namespace: 'kube-system', name: 'traefik-0', node: name, owner: { kind: 'Deployment', name: 'traefik' } });
    const parts = (on: string, address: string) => ({
      deployments: [traefik],
      pods: [podOn(on)],
      serviceProbes: [probe({ trouble: 'timeout', address })],
    });
    expect(explained(check, node('nuc1'), controllerDown, parts('nuc1', '10.0.0.10:443'))).toBe(true);
    expect(explained(check, node('nuc0'), controllerDown, parts('nuc1', '10.0.0.10:443'))).toBe(false);
    const spread = {
      ...parts('nuc0', '192.168.1.11:443'),
      pods: [podOn('nuc0'), { ...podOn('nuc2'), key: 'two', name: 'two' }],
    };
    expect(explained(check, node('nuc1'), controllerDown, spread)).toBe(true);
  });

  test('a probe of the node itself', () => {
    const own = {
      key: 'Probe/nuc1',
      name: 'nuc1',
      host: '192.168.1.11',
      is: 'host',
      services: [],
      through: null,
    } as const;
    const effect = { check: 'services/down', subject: { kind: 'Probe', name: 'nuc1' } };
    expect(explained(check, node('nuc1'), effect, { serviceProbes: [probe(own)] })).toBe(true);
    expect(explained(check, node('nuc0'), effect, { serviceProbes: [probe(own)] })).toBe(false);
  });
});

test('a certificate explains that the host which shows it is not believed, at its very port', () => {
  const certificate = (name: string) => ({ kind: 'Host', name });
  const distrusted = { serviceProbes: [probe({ trouble: 'tls' })] };
  for (const check of [expired, notYetValid, untrusted]) {
    expect(explained(check, certificate('git.example'), hostDown, distrusted), check.check).toBe(true);
    expect(explained(check, certificate('git.example:8443'), hostDown, distrusted)).toBe(false);
    expect(explained(check, certificate('git.example'), hostDown), 'another trouble').toBe(false);
  }
});
