import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startFakeKubelet, type CountedCertificate, type FakeKubelet } from '../fake-kubelet.ts';
import { until } from '../until.ts';
import { findingsOf, seenAfter, startWall, type WallProcess } from '../wall-process.ts';

const second = 1_000;
const day = 86_400_000;
const saidBar = 10 * second;
const events = '/api/v1/namespaces/default/events';

let plane: ControlPlane;
let wall: WallProcess;
let kubelet: FakeKubelet;

const restartOf = (board: Board, node: string): Finding | undefined =>
  findingsOf(board, 'certificates/kubernetes-restart-renews').find(
    ({ subject }) => subject.kind === 'Node' && subject.name === node,
  );
const at = (ms: number) => new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, 'Z');
/** "5 April": as the sentence says a day, in the wall's time zone. */
const dayOf = (ms: number) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long' }).format(
    new Date(Date.now() + ms),
  );

/** As k3s's own monitor writes it (`ago` ms before now): the object's uid is the node's name. Returns the event's name. */
async function warns(node: string, reason: string, message: string, ago = 0): Promise<string> {
  const name = `${node}.${Date.now().toString(16)}`;
  await plane.request('POST', events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace: 'default' },
    involvedObject: { kind: 'Node', name: node, uid: node },
    source: { component: 'k3s-cert-monitor', host: node },
    type: reason.endsWith('OK') ? 'Normal' : 'Warning',
    reason,
    message,
    count: 1,
    firstTimestamp: at(-ago),
    lastTimestamp: at(-ago),
  });
  return name;
}

const entry = (file: string, name: string, leftMs: number) =>
  `${file}: certificate CN=${name} will expire within ${Math.floor(leftMs / day)} days at ${at(leftMs)}`;
const all = (leafDays: number): CountedCertificate[] => [
  { subject: 'CN=system:admin,O=system:masters', usages: 'ClientAuth', leftSeconds: leafDays * 86_400 },
  { subject: 'CN=k3s,O=k3s', usages: 'ServerAuth', leftSeconds: (leafDays + 3) * 86_400 },
  { subject: 'CN=k3s-server-ca@1700000000', usages: 'CertSign', leftSeconds: 3_000 * 86_400 },
];

beforeAll(async () => {
  plane = await startControlPlane({});
  const info = { kubeletVersion: 'v1.36.1+k3s1' };
  await plane.addNode('kmaster', { info, labels: { 'node-role.kubernetes.io/control-plane': 'true' } });
  for (const name of ['nuc0', 'nuc1']) await plane.addNode(name, { info });
  kubelet = await startFakeKubelet(plane, 'nuc1');
  kubelet.tell(all(300));
  const token = await plane.token('wall');
  await plane.grant('wall', { account: { namespace: 'default', name: 'wall' } }, [
    { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
    { nonResourceURLs: ['*'], verbs: ['get'] },
  ]);
  wall = await startWall(plane.kubeconfig({ credential: { token } }), { TZ: 'UTC' });
  await wall.sees('all is fine', ({ headline }) => headline.level === 'ok', 30_000);
});
afterAll(async () => {
  await wall?.stop();
  await kubelet?.close();
  await plane?.stop();
});

describe('k3s renews its certificates only when it starts', () => {
  let kmasterEvent: string;

  test('a warning of today’s k3s, entries on lines of their own: restart k3s on kmaster before the soonest of its days', async () => {
    const message = [
      'Node certificates require attention - restart k3s on this node to trigger automatic rotation:',
      entry('admin/client-admin.crt', 'system:admin,O=system:masters', 60 * day),
      entry('api-server/client-kube-apiserver.crt', 'system:apiserver,O=system:masters', 58 * day),
    ].join('\n');
    kmasterEvent = await warns('kmaster', 'CertificateExpirationWarning', message);
    seenAfter(
      'the warning of kmaster',
      await wall.sees('it is said', (board) => restartOf(board, 'kmaster'), saidBar),
      saidBar,
    );
    const finding = restartOf(await wall.board(), 'kmaster')!;
    expect(finding.id).toBe('certificates/kubernetes-restart-renews|Node/kmaster');
    expect(finding.sentence).toMatch(new RegExp(`restart k3s on kmaster before ${dayOf(58 * day)}`, 'i'));
    const commands = finding.steps.flatMap((step) => step.command ?? []).join('\n');
    expect(commands).toMatch(/systemctl restart k3s(?!-agent)/);
  });

  test('a warning of an older k3s, entries after commas: the agent is restarted by its own name', async () => {
    const message = `Node certificates require attention - restart k3s on this node to trigger automatic rotation: ${[
      entry('kubelet/client-kubelet.crt', 'system:node:nuc0,O=system:nodes', 20 * day),
      entry('kube-proxy/client-kube-proxy.crt', 'system:kube-proxy', 19 * day),
    ].join(', ')}`;
    await warns('nuc0', 'CertificateExpirationWarning', message);
    seenAfter(
      'the warning of nuc0',
      await wall.sees('it is said', (board) => restartOf(board, 'nuc0'), saidBar),
      saidBar,
    );
    const finding = restartOf(await wall.board(), 'nuc0')!;
    expect(finding.sentence).toMatch(new RegExp(`restart k3s on nuc0 before ${dayOf(19 * day)}`, 'i'));
    expect(finding.level).toBe('warn');
    expect(finding.steps.flatMap((step) => step.command ?? []).join('\n')).toMatch(/systemctl restart k3s-agent/);
  });

  test('the API forgets the event after an hour, the wall does not, not even over its own restart', async () => {
    await plane.request('DELETE', `${events}/${kmasterEvent}`);
    await wall.keeps('it stays', (board) => restartOf(board, 'kmaster') !== undefined, 3 * second);
    await wall.restart('SIGTERM');
    await wall.sees('it is still there', (board) => restartOf(board, 'kmaster')?.level !== undefined, 15 * second);
    await wall.keeps('it stays', (board) => restartOf(board, 'kmaster') !== undefined, 5 * second);
  });

  test('the metric of a kubelet says it where no event does, and says when it is renewed', async () => {
    expect(kubelet.asked).toBeGreaterThan(0);
    expect(restartOf(await wall.board(), 'nuc1')).toBeUndefined();
    kubelet.tell(all(40));
    // Kubelets are asked for it seldom: a wall that starts asks at once.
    await wall.restart('SIGKILL');
    const said = await wall.sees('it is said', (board) => restartOf(board, 'nuc1'), 20 * second);
    seenAfter('the metric of nuc1', said, 20 * second);
    expect(restartOf(await wall.board(), 'nuc1')!.sentence).toMatch(
      new RegExp(`restart k3s on nuc1 before ${dayOf(40 * day)}`, 'i'),
    );
    kubelet.tell(all(365));
    const before = kubelet.asked;
    await wall.restart('SIGKILL');
    await until('its kubelet is asked', () => kubelet.asked > before, { withinMs: 20 * second });
    const gone = await wall.sees('it is over', (board) => restartOf(board, 'nuc1') === undefined, 20 * second);
    seenAfter('the metric of nuc1, renewed', gone, 20 * second);
    await wall.keeps('it stays so', (board) => restartOf(board, 'nuc1') === undefined, 5 * second);
    expect(restartOf(await wall.board(), 'kmaster'), 'nobody restarted that one').toBeDefined();
  });

  test('a restart is seen by its event: the metric is asked for at once, and what was wrong is over', async () => {
    kubelet.tell(all(20));
    const soon = entry('kubelet/client-kubelet.crt', 'system:node:nuc1,O=system:nodes', 20 * day);
    // Events tell whole seconds, and between a warning and a restart there are many.
    await warns('nuc1', 'CertificateExpirationWarning', `Node certificates require attention: ${soon}`, 5 * second);
    await wall.sees('it is said', (board) => restartOf(board, 'nuc1')?.level === 'warn', saidBar);
    kubelet.tell(all(365));
    await warns('nuc1', 'CertificateExpirationOK', 'Node and Certificate Authority certificates managed by k3s are OK');
    const gone = await wall.sees('it is over', (board) => restartOf(board, 'nuc1') === undefined, saidBar);
    seenAfter('the restart of nuc1', gone, saidBar);
  });
});
