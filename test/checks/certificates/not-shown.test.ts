import { describe, expect, test } from 'vitest';
import notShown, { mostLookedAt } from '#server/checks/certificates/not-shown.ts';
import noHeartbeat from '#server/checks/nodes/no-heartbeat.ts';
import notReady from '#server/checks/nodes/not-ready.ts';
import type { TlsServerFact, TlsTrouble } from '#server/facts/tls-server.ts';
import { mostWantedServers } from '#server/probes/wanted-servers.ts';
import { aTlsServer, aWall } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

function failing(trouble: TlsTrouble, part: Partial<TlsServerFact> = {}): TlsServerFact {
  const since = { outcomeSince: noon - 8 * minute, seenAt: noon - 9 * minute, failures: 3 };
  return aTlsServer({ outcome: 'no-handshake', trouble, protocol: '', ...since, ...part });
}

const neverSeen = { seenAt: null, certificate: null };
const verdictOf = (server: TlsServerFact, parts: SnapshotParts = {}) =>
  theVerdict(notShown, aSnapshot({ tlsServers: [server], ...parts }));

describe('a server that shows its certificate', () => {
  test('is fine', () => {
    const verdict = verdictOf(aTlsServer());
    expect([verdict.level, sentence(verdict), verdict.sources]).toEqual([
      'ok',
      'git.example shows its certificate',
      ['tls'],
    ]);
  });

  test('goes on being fine while one or two handshakes are lost', () => {
    for (const failures of [1, 2]) expect(verdictOf(failing('timeout', { failures })).level).toBe('ok');
  });

  test('is not judged until it was looked at three times, if it never did', () => {
    for (const failures of [1, 2])
      expect(judged(notShown, aSnapshot({ tlsServers: [failing('timeout', { failures, ...neverSeen })] }))).toEqual([]);
  });
});

describe('a server that has shown none for three handshakes', () => {
  const ways: [TlsTrouble, Partial<TlsServerFact>, 'unknown' | 'warn', string][] = [
    ['refused', {}, 'unknown', 'no certificate of git.example for 8 min: git.example:443 refuses connections'],
    ['unreachable', {}, 'unknown', 'no certificate of git.example for 8 min: git.example:443 cannot be reached'],
    ['timeout', {}, 'unknown', 'no certificate of git.example for 8 min: git.example:443 does not answer'],
    [
      'silent',
      { address: '10.0.0.9:443' },
      'unknown',
      'no certificate of git.example for 8 min: 10.0.0.9:443 takes connections and says nothing',
    ],
    ['dns', {}, 'unknown', 'no certificate of git.example for 8 min: the name git.example cannot be resolved'],
    ['reset', {}, 'unknown', 'no certificate of git.example for 8 min: git.example:443 breaks off the connection'],
    [
      'not-tls',
      {},
      'warn',
      'no certificate of git.example for 8 min: what answers at git.example:443 does not speak TLS',
    ],
    [
      'unexpected',
      { message: 'tlsv1 unrecognized name' },
      'warn',
      'no certificate of git.example for 8 min: the handshake with git.example:443 fails: tlsv1 unrecognized name',
    ],
    ['unexpected', {}, 'warn', 'no certificate of git.example for 8 min: the handshake with git.example:443 fails'],
  ];

  test.for(ways)('%s %o is %s', ([trouble, part, level, text]) => {
    const verdict = verdictOf(failing(trouble, part));
    expect([verdict.level, sentence(verdict)]).toEqual([level, text]);
    expect(verdict.startedAt).toBe(noon - 8 * minute);
    expect(commandsOf(verdict).length, 'there is a command').toBeGreaterThan(0);
  });

  test('says when it showed one last, and how long that lasts', () => {
    expect(evidenceOf(verdictOf(failing('refused', { message: 'connect ECONNREFUSED' })))).toEqual([
      'connect ECONNREFUSED',
      'it showed one last at 11:51',
      'that one is valid until 1 Apr 2027',
      'shown at git.example:443, named by Ingress default/web',
      'from Secret default/web-tls',
    ]);
    expect(evidenceOf(verdictOf(failing('refused', neverSeen)))[0]).toBe('it has shown none since the wall started');
  });

  test('a name that only the users can resolve: the way out is in the configuration', () => {
    const says = verdictOf(failing('dns'))
      .steps?.map(({ say }) => say)
      .join(' ');
    expect(says).toContain('"resolver:"');
    expect(says).toContain('"addresses:"');
  });

  test('has its port in its name, where that is not 443', () => {
    const server = failing('refused', { name: 'git.example:8443', address: '' });
    expect(sentence(verdictOf(server))).toBe(
      'no certificate of git.example:8443 for 8 min: git.example:8443 refuses connections',
    );
    expect(commandsOf(verdictOf(server))[0]).toBe('nc -vz -w 5 git.example 8443');
  });

  test('a beginning that is yet to come is none', () => {
    expect(verdictOf(failing('refused', { outcomeSince: noon + minute }))).not.toHaveProperty('startedAt');
  });
});

test('servers that are left out are a notice of the wall, with the way out', () => {
  const wall = aWall({ serversLeftOut: 120, serversLeftOutSince: noon - minute });
  const verdict = theVerdict(notShown, aSnapshot({ wall }));
  expect([verdict.level, sentence(verdict)]).toEqual(['notice', 'only 500 of 620 TLS servers are looked at']);
  expect(verdict).toMatchObject({
    subject: { kind: 'Wall', name: 'wall' },
    startedAt: noon - minute,
    sources: ['wall'],
  });
  expect(verdict.steps?.[0]?.say).toContain('"discover: false"');
  expect(judged(notShown, aSnapshot({ wall: aWall() }))).toEqual([]);
  expect(mostLookedAt, 'as many as the probe looks at').toBe(mostWantedServers);
});

describe('several hosts behind one dead door', () => {
  const host = (name: string, part: Partial<TlsServerFact> = {}, trouble: TlsTrouble = 'refused') =>
    failing(trouble, { key: `Host/${name}`, name, address: '', ...part });
  const said = (...tlsServers: TlsServerFact[]) =>
    judged(notShown, aSnapshot({ tlsServers })).map((each) => sentence(each));
  const three = [host('c.example'), host('a.example'), host('b.example')];

  test('are one: the first by name stands for the others, and names them', () => {
    const verdicts = judged(notShown, aSnapshot({ tlsServers: three }));
    const [first, ...others] = verdicts.toSorted((one, other) => (one.subject.name < other.subject.name ? -1 : 1));
    expect(sentence(first!)).toBe('no certificate of a.example and 2 more hosts for 8 min: connections are refused');
    expect(evidenceOf(first!)[0]).toBe('just as b.example, c.example');
    expect(commandsOf(first!)[0]).toBe('kubectl get pods -A | grep -E "traefik|ingress|nginx"');
    expect(others.map((each) => sentence(each))).toEqual([
      'no certificate of b.example for 8 min: b.example:443 refuses connections',
      'no certificate of c.example for 8 min: c.example:443 refuses connections',
    ]);
  });

  test('are explained by the first and by none of the others', () => {
    const snapshot = aSnapshot({ tlsServers: three });
    const verdicts = new Map(judged(notShown, snapshot).map((each) => [each.subject.name, each]));
    const effect = (name: string) =>
      anEffect('certificates/not-shown', { subject: { kind: 'Host', name }, level: 'unknown' });
    expect(explains(notShown, verdicts.get('a.example')!, effect('b.example'), snapshot)).toBe(true);
    expect(explains(notShown, verdicts.get('a.example')!, effect('c.example'), snapshot)).toBe(true);
    expect(explains(notShown, verdicts.get('b.example')!, effect('c.example'), snapshot)).toBe(false);
    expect(explains(notShown, verdicts.get('b.example')!, effect('a.example'), snapshot)).toBe(false);
  });

  test('of different troubles are one each, and what the owner names stands for itself', () => {
    const configured = { namedBy: [{ kind: 'Configuration', namespace: null, name: 'certificates.servers' }] };
    for (const other of [
      host('b.example', {}, 'timeout'),
      host('b.example', configured),
      host('b.example', { failures: 2 }),
    ])
      expect(said(host('a.example'), other)[0]).toBe(
        'no certificate of a.example for 8 min: a.example:443 refuses connections',
      );
    expect(said(host('a.example', { message: 'x' }, 'unexpected'), host('b.example', {}, 'unexpected'))[0]).toContain(
      'no certificate of a.example for',
    );
  });

  test.for<[TlsTrouble, string]>([
    ['unreachable', 'they cannot be reached'],
    ['timeout', 'nothing answers there'],
    ['silent', 'what is there takes connections and says nothing'],
    ['dns', 'their names cannot be resolved'],
    ['reset', 'the connections are broken off'],
    ['not-tls', 'what answers there does not speak TLS'],
    ['unexpected', 'the handshakes fail: x'],
  ])('%s has words for all of them', ([trouble, words]) => {
    const message = { message: 'x' };
    expect(said(host('a.example', message, trouble), host('b.example', message, trouble))[0]).toBe(
      `no certificate of a.example and 1 more host for 8 min: ${words}`,
    );
  });
});

test.for(['silent', 'not-tls'] as const)('one that is %s is asked for a while only, and heard', (trouble) => {
  const [command = ''] = commandsOf(verdictOf(failing(trouble)));
  expect(command).toMatch(/^timeout 10 openssl s_client -connect /);
  expect(command).not.toMatch(/2>|x509/);
});

describe('a kubelet that shows none', () => {
  const kubelet = failing('timeout', { is: 'kubelet', key: 'Node/nuc0', name: 'nuc0', address: '192.168.1.10:10250' });

  test('is unknown, under its own key, with the steps for its node', () => {
    const verdict = verdictOf(kubelet, { nodes: [aNode()] });
    expect(verdict).toMatchObject({ level: 'unknown', key: 'kubelet', subject: { kind: 'Node', name: 'nuc0' } });
    expect(sentence(verdict)).toBe(
      'no certificate of the kubelet of nuc0 for 8 min: 192.168.1.10:10250 does not answer',
    );
    expect(commandsOf(verdict)).toContain('nc -vz -w 5 192.168.1.10 10250');
    expect(commandsOf(verdict)).toContain('systemctl status k3s-agent');
    expect(commandsOf(verdictOf(kubelet))).toEqual(['nc -vz -w 5 192.168.1.10 10250']);
  });

  test('is told once: where its disk and memory are not seen either, that is enough', () => {
    const silent = { fresh: false, state: 'unreachable' as const };
    expect(judged(notShown, aSnapshot({ tlsServers: [kubelet], sources: { 'kubelet/nuc0': silent } }))).toEqual([]);
    expect(verdictOf(kubelet, { sources: { 'kubelet/nuc0': {} } }).level, 'its figures come another way').toBe(
      'unknown',
    );
    expect(verdictOf(kubelet, { sources: { 'kubelet/nuc0': { ...silent, state: 'forbidden' } } }).level).toBe(
      'unknown',
    );
    expect(verdictOf(kubelet, { sources: { 'kubelet/nuc1': silent } }).level, 'another node').toBe('unknown');
    const never = { ...kubelet, ...neverSeen };
    expect(verdictOf(never, { sources: { 'kubelet/nuc0': silent } }).level, 'its end was never known').toBe('unknown');
  });

  test('is explained by its node being down, and no other', () => {
    const nodes = [aNode({ conditions: { Ready: goneQuiet() } }), aNode({ name: 'nuc1' })];
    const snapshot = aSnapshot({ tlsServers: [kubelet], nodes });
    const down = judged(notReady, snapshot).find(({ level }) => level === 'bad')!;
    const effect = (name: string) =>
      anEffect('certificates/not-shown', { subject: { kind: 'Node', name }, level: 'unknown', key: 'kubelet' });
    expect(explains(notReady, down, effect('nuc0'), snapshot)).toBe(true);
    expect(explains(notReady, down, effect('nuc1'), snapshot)).toBe(false);
    const quiet = { ...down, level: 'warn' as const };
    expect(explains(noHeartbeat, quiet, effect('nuc0'), snapshot)).toBe(true);
    expect(explains(noHeartbeat, quiet, effect('nuc1'), snapshot)).toBe(false);
  });
});
