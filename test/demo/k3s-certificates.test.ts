import { certificateSample } from '#server/facts/component-certificates.ts';
import { eventFact } from '#server/facts/event.ts';
import { expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';

const DAY_MS = 86_400_000;

async function metricsOf({ demo, clock }: DemoBench, node: string): Promise<{ status: number; text: string }> {
  const { signal } = new AbortController();
  const place = { node, host: '192.168.1.11', port: 10_250, verify: true, mayRenew: true };
  const asking = { ...place, path: '/metrics', signal, headersTimeoutMs: 10_000 };
  const { status, body } = await clock.until(demo.connection.kubelets.request(asking), 11_000);
  let text = '';
  for await (const chunk of body) text += Buffer.from(chunk).toString();
  return { status, text };
}

async function daysLeft(bench: DemoBench, node: string) {
  const { text } = await metricsOf(bench, node);
  const samples = text.split('\n').flatMap((line) => certificateSample(line) ?? []);
  return samples.map(({ subject, usages, secondsLeft }) => [subject, usages, Math.round(secondsLeft / 86_400)]);
}

async function monitorEvents({ get }: DemoBench) {
  const { items } = (await get('/api/v1/events?fieldSelector=involvedObject.kind=Node')).json;
  return items.filter(({ source }: { source: { component: string } }) => source.component === 'k3s-cert-monitor');
}

test("an agent's metrics tell of its own certificates, a server's of the components' and the authorities too", async () => {
  const bench = createBench();
  expect(await daysLeft(bench, 'nuc0')).toEqual([
    ['CN=nuc0', 'ServerAuth', 318],
    ['CN=system:k3s-controller', 'ClientAuth', 318],
    ['CN=system:kube-proxy', 'ClientAuth', 318],
    ['CN=system:node:nuc0,O=system:nodes', 'ClientAuth', 318],
  ]);
  const server = await daysLeft(bench, 'kmaster');
  expect(server.length).toBe(15);
  expect(server).toContainEqual(['CN=system:admin,O=system:masters', 'ClientAuth', 318]);
  const authorities = server.filter(([, usages]) => usages === 'CertSign');
  expect(authorities.map(([subject]) => String(subject).replace(/@\d{10}$/, '@'))).toEqual([
    'CN=k3s-client-ca@',
    'CN=k3s-request-header-ca@',
    'CN=k3s-server-ca@',
  ]);
  for (const [, , days] of authorities) expect(days).toBe(3650 - 413);
});

test('metrics are refused to who has no right to them, apart from the figures', async () => {
  const bench = createBench();
  await bench.demo.stage.apply({ action: 'apiForbidden', resource: 'nodes/metrics' });
  expect(await metricsOf(bench, 'nuc0')).toEqual({
    status: 403,
    text: 'Forbidden (user=clusterwall, verb=get, resource=nodes, subresource(s)=[metrics])',
  });
});

test('while all is well no monitor says anything', async () => {
  const bench = createBench();
  await bench.clock.pass(2 * 3_600_000);
  expect(await monitorEvents(bench)).toEqual([]);
});

test('a k3s that has been running for long warns of each certificate at once, again each half hour, and is fine when restarted', async () => {
  const bench = createBench();
  const { demo, clock } = bench;
  await demo.stage.apply({ action: 'nodeCertificatesAge', node: 'kmaster', leftDays: 12.4 });
  const [event] = await monitorEvents(bench);
  expect(event).toMatchObject({
    metadata: { namespace: 'default' },
    // The monitor names the node where the UID should stand.
    involvedObject: { kind: 'Node', name: 'kmaster', uid: 'kmaster' },
    ...{ reason: 'CertificateExpirationWarning', type: 'Warning', count: 1 },
    source: { component: 'k3s-cert-monitor', host: 'kmaster' },
  });
  expect(event.message.split('\n')[0]).toMatch(
    /^Node certificates require attention - restart k3s on this node to trigger automatic rotation: \S+\.crt: certificate CN=\S+ will expire within 120 days at 2026-12-03T18:36:00Z$/,
  );
  const fact = eventFact(event, 'events');
  expect(fact?.certificates?.length).toBe(12);
  expect(new Set(fact?.certificates?.map(({ at }) => at))).toEqual(new Set([Date.parse('2026-12-03T18:36:00Z')]));
  expect(await daysLeft(bench, 'kmaster')).toContainEqual(['CN=system:kube-scheduler', 'ClientAuth', 12]);
  const shown = await clock.until(demo.connection.handshake!(10_000));
  expect((shown.notAfter! - clock.now()) / DAY_MS).toBeCloseTo(12.4, 1);
  await clock.pass(1_900_000);
  expect((await monitorEvents(bench)).map(({ count }: { count: number }) => count)).toEqual([2]);
  await demo.stage.apply({ action: 'k3sRestarted', node: 'kmaster' });
  await clock.pass(10_000);
  const reasons = (await monitorEvents(bench)).map(({ reason }: { reason: string }) => reason);
  expect(reasons.toSorted()).toEqual(['CertificateExpirationOK', 'CertificateExpirationWarning']);
  expect(await daysLeft(bench, 'kmaster')).toContainEqual(['CN=system:kube-scheduler', 'ClientAuth', 365]);
});
