import { expect, test } from 'vitest';
import controllerDown from '#server/checks/services/controller-down.ts';
import expired from '#server/checks/certificates/expired.ts';
import noHeartbeat from '#server/checks/nodes/no-heartbeat.ts';
import pullFailing from '#server/checks/registry/pull-failing.ts';
import type { Check } from '#server/engine/define-check.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { Subject } from '#shared/finding.ts';
import { anEffect, explains, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { anIngressClass, aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { say } from '#shared/say.ts';
import { all, played, refused } from './registry/pulling.ts';
import { servedAt } from './registry/served.ts';

const down = { outcome: 'down', trouble: 'refused', misses: 2 } as const;

function causeOf(check: Check, subject: Subject, probe: Partial<RegistryProbeFact> = {}): boolean {
  const traefik = { 'app.kubernetes.io/name': 'traefik' };
  const snapshot = aSnapshot({
    ...all(
      played('registry', { namespace: 'registry', image: 'docker.io/library/registry:3', node: 'nuc1' }),
      played('traefik', { namespace: 'kube-system', image: 'docker.io/library/traefik:3', labels: traefik }),
    ),
    ...servedAt('registry.example', { namespace: 'registry', name: 'registry' }),
    nodes: [aNode(), aNode({ name: 'nuc1' })],
    ingressClasses: [anIngressClass()],
    registryProbes: [aRegistryProbe({ ...down, ...probe })],
  });
  const effect = anEffect('registry/down', { subject: { kind: 'Registry', name: 'home' }, level: 'bad' });
  return explains(check, { subject, level: 'bad', say: say('a cause', {}) }, effect, snapshot);
}

test('a node that is down explains a registry whose pods all are there, ready or not, and no other', () => {
  expect(causeOf(noHeartbeat, { kind: 'Node', name: 'nuc1' })).toBe(true);
  expect(causeOf(noHeartbeat, { kind: 'Node', name: 'nuc0' })).toBe(false);
  expect(causeOf(noHeartbeat, { kind: 'Node', name: 'nuc1' }, { outcome: 'up', trouble: '' })).toBe(false);
});

test('an Ingress controller that is down explains a registry behind it, once it could be asked at all', () => {
  const traefik = { kind: 'Deployment', namespace: 'kube-system', name: 'traefik' };
  expect(causeOf(controllerDown, traefik)).toBe(true);
  expect(causeOf(controllerDown, { ...traefik, name: 'other' })).toBe(false);
  expect(causeOf(controllerDown, traefik, { host: 'elsewhere.example' })).toBe(false);
  expect(causeOf(controllerDown, traefik, { trouble: 'dns' })).toBe(false);
});

test('a certificate that has ended explains that a registry which shows it is not believed', () => {
  const host = { kind: 'Host', name: 'registry.example' };
  expect(causeOf(expired, host, { trouble: 'tls' })).toBe(true);
  expect(causeOf(expired, host)).toBe(false);
  expect(causeOf(expired, { ...host, name: 'git.example' }, { trouble: 'tls' })).toBe(false);
});

test('pods of a Job count among those that cannot pull', () => {
  const web = played('web', { pods: 2, failing: refused('registry.example/web:1.4') });
  const job = played('nightly', { failing: refused('registry.example/nightly:1.4') });
  const owned = job.pods.map((pod) => ({ ...pod, owner: { kind: 'Job', name: 'nightly-1' } }));
  const snapshot = aSnapshot({
    deployments: [web.deployment],
    pods: [...web.pods, ...owned],
    registryProbes: [aRegistryProbe(down)],
  });
  expect(sentence(theVerdict(pullFailing, snapshot))).toBe(
    '3 pods cannot pull from registry.example: it refuses connections',
  );
});
