import { describe, expect, test } from 'vitest';
import notReady from '#server/checks/nodes/not-ready.ts';
import type { NodeCondition, NodeFact } from '#server/facts/node.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet, readyCondition } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, minute, noon } from '#test/builders/time.ts';

function verdictOf(ready: Partial<NodeCondition>, node: Partial<NodeFact> = {}) {
  const conditions = { Ready: readyCondition({ changedAt: noon - minute, ...ready }) };
  return theVerdict(notReady, aSnapshot({ nodes: [aNode({ ...node, conditions })] }));
}

const failing = (message: string, reason = 'KubeletNotReady') => ({ status: 'False', reason, message }) as const;

describe('a node', () => {
  test('that is ready is fine', () => {
    const verdict = verdictOf({});
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'nuc0 is ready']);
  });

  test('that is not ready is bad since it changed, with what its kubelet said', () => {
    const message =
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized';
    const verdict = verdictOf(failing(message));
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe('nuc0 is not ready: its pod network is not set up');
    expect(evidenceOf(verdict)).toEqual([`KubeletNotReady: ${message}`]);
    expect(verdict.startedAt).toBe(noon - minute);
  });

  test.for([
    ['PLEG is not healthy: pleg was last seen active 3m5s ago', 'its container runtime hangs'],
    ['container runtime is down', 'its container runtime is down'],
    ['node is shutting down', 'it is shutting down'],
    ['Unable to authenticate: x509: certificate has expired', 'a certificate is not accepted'],
    ['something nobody has heard of', 'its kubelet says "something nobody has heard of"'],
    ['', 'its kubelet says "KubeletNotReady"'],
  ])('says "%s" in plain words', ([message, words]) => {
    expect(sentence(verdictOf(failing(message!)))).toBe(`nuc0 is not ready: ${words}`);
  });

  test('whose kubelet says neither reason nor message says that', () => {
    const verdict = verdictOf(failing('', ''));
    expect(sentence(verdict)).toBe('nuc0 is not ready: its kubelet does not say why');
    expect(evidenceOf(verdict)).toEqual([]);
  });

  test('whose kubelet has stopped reporting is bad', () => {
    const verdict = verdictOf(goneQuiet());
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe('nuc0 is not ready: its kubelet has stopped reporting');
    expect(
      sentence(
        verdictOf(goneQuiet({ reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' })),
      ),
    ).toBe('nuc0 is not ready: its kubelet has never reported');
  });

  test('that is cordoned as well is told to be', () => {
    expect(evidenceOf(verdictOf(failing('x'), { unschedulable: true }))).toContain('nuc0 is cordoned');
  });

  test('without a Ready condition, or with an odd one, is unknown', () => {
    const { Ready: _, ...conditions } = aNode().conditions;
    const bare = { ...aNode(), conditions };
    for (const verdict of [
      theVerdict(notReady, aSnapshot({ nodes: [bare] })),
      verdictOf({ status: 'Maybe' as unknown as 'True' }),
    ]) {
      expect([verdict.level, sentence(verdict)]).toEqual(['unknown', 'nuc0 has not told whether it is ready']);
    }
  });

  test('with a time in the future, of 1970 or none has no beginning of its own', () => {
    for (const changedAt of [noon + day, 0, null, Number.NaN]) {
      expect(verdictOf({ ...goneQuiet(), changedAt })).not.toHaveProperty('startedAt');
    }
    expect(verdictOf({ ...goneQuiet(), changedAt: noon }).startedAt).toBe(noon);
  });

  test('a cluster without nodes is bad and says so', () => {
    const verdict = theVerdict(notReady, aSnapshot());
    expect([verdict.level, verdict.subject.kind, sentence(verdict)]).toEqual([
      'bad',
      'Cluster',
      'the cluster has no nodes',
    ]);
  });

  test.for([
    { fresh: false, state: 'failing' },
    { fresh: false, state: 'absent' },
    { fresh: false, state: 'stale' },
  ] as const)('is not said to be missing while nodes are not seen (%o)', (nodes) => {
    expect(judged(notReady, aSnapshot({ nodes: [], sources: { nodes } }))).toEqual([]);
  });

  test('is judged apart from the others', () => {
    const nodes = [aNode(), aNode({ name: 'nuc1', conditions: { Ready: goneQuiet() } })];
    expect(judged(notReady, aSnapshot({ nodes })).map(({ subject, level }) => [subject.name, level])).toEqual([
      ['nuc0', 'ok'],
      ['nuc1', 'bad'],
    ]);
  });
});

describe('the first steps', () => {
  const steps = (node: Partial<NodeFact>) => commandsOf(verdictOf(failing('x'), node));

  test('fit the distribution and the role', () => {
    expect(steps({})).toEqual([
      'ping -c 3 192.168.1.10',
      'systemctl status k3s-agent',
      'journalctl -u k3s-agent -n 50 --no-pager',
      'kubectl describe node nuc0',
    ]);
    expect(steps({ roles: ['control-plane', 'etcd'] })).toContain('systemctl status k3s');
    expect(steps({ kubeletVersion: 'v1.36.4' })).toContain('systemctl status kubelet');
    expect(steps({ kubeletVersion: '' })).toContain('systemctl status kubelet');
    expect(steps({ kubeletVersion: 'v1.34.1+rke2r1' })).toContain('systemctl status rke2-agent');
    expect(steps({ kubeletVersion: 'v1.34.1+rke2r1', roles: ['etcd'] })).toContain('systemctl status rke2-server');
    expect(steps({ kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' })).toContain(
      'talosctl -n 192.168.1.10 services',
    );
  });

  test('quote hostile names, and do without an address', () => {
    expect(steps({ name: 'nuc0; reboot', internalIp: null })).toEqual([
      "ping -c 3 'nuc0; reboot'",
      'systemctl status k3s-agent',
      'journalctl -u k3s-agent -n 50 --no-pager',
      "kubectl describe node 'nuc0; reboot'",
    ]);
  });
});

describe('a node that is not ready explains', () => {
  const snapshotOf = (Ready: NodeCondition) => aSnapshot({ nodes: [aNode({ conditions: { Ready } })] });
  const said = snapshotOf(readyCondition(failing('container runtime is down')));
  const quiet = snapshotOf(goneQuiet());
  const of = (check: `nodes/${string}`, level: 'warn' | 'unknown', name = 'nuc0') =>
    anEffect(check, { subject: { kind: 'Node', name }, level });

  test('its silence if its kubelet said why, and never if the kubelet just stopped', () => {
    expect(explains(notReady, theVerdict(notReady, said), of('nodes/no-heartbeat', 'warn'), said)).toBe(true);
    expect(explains(notReady, theVerdict(notReady, quiet), of('nodes/no-heartbeat', 'warn'), quiet)).toBe(false);
    expect(explains(notReady, theVerdict(notReady, said), of('nodes/no-heartbeat', 'warn', 'nuc1'), said)).toBe(false);
  });

  test('its heartbeat not being known, even if the kubelet just stopped', () => {
    expect(explains(notReady, theVerdict(notReady, quiet), of('nodes/no-heartbeat', 'unknown'), quiet)).toBe(true);
  });

  test('what its kubelet no longer reports', () => {
    const cause = theVerdict(notReady, quiet);
    expect(explains(notReady, cause, of('nodes/pressure', 'unknown'), quiet)).toBe(true);
    expect(explains(notReady, cause, of('nodes/network-unavailable', 'unknown'), quiet)).toBe(true);
    expect(explains(notReady, cause, of('nodes/pressure', 'warn'), quiet)).toBe(false);
  });

  test('its own kubelet not being seen, but no other', () => {
    const unseen = (name: string) =>
      anEffect('storage/unseen', { subject: { kind: 'Source', name }, level: 'unknown' });
    expect(explains(notReady, theVerdict(notReady, quiet), unseen('kubelet/nuc0'), quiet)).toBe(true);
    expect(explains(notReady, theVerdict(notReady, quiet), unseen('kubelet/nuc1'), quiet)).toBe(false);
    const fine = aSnapshot({ nodes: [aNode()] });
    expect(explains(notReady, theVerdict(notReady, fine), unseen('kubelet/nuc0'), fine)).toBe(false);
  });
});
