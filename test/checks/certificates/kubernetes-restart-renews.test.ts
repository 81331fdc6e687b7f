import { describe, expect, test } from 'vitest';
import check from '#server/checks/certificates/kubernetes-restart-renews.ts';
import type { ComponentCertificatesFact } from '#server/facts/component-certificates.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { apiSubject, nodeSubject } from '#server/checks/subjects.ts';
import { aComponentCertificates, aDoor, aHandshake, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { remembered, warningOf } from '../certificate-play.ts';

const server = (part: Partial<NodeFact> = {}) => aNode({ name: 'kmaster', roles: ['control-plane'], ...part });

/** What k3s on a node says where its first certificate has so much left. */
const withLeft = (leftMs: number, node = 'kmaster', part: Partial<ComponentCertificatesFact> = {}) => {
  const { certificates } = aComponentCertificates();
  const [first, ...others] = certificates;
  return aComponentCertificates({ node, certificates: [{ ...first!, expiresAt: noon + leftMs }, ...others], ...part });
};
/** The verdict of one server with so much left. */
const left = (leftMs: number, parts: SnapshotParts = {}) =>
  theVerdict(check, aSnapshot({ nodes: [server()], componentCertificates: [withLeft(leftMs)], ...parts }));

describe('k3s on a server', () => {
  test('whose certificates last is fine, judged by its own kubelet alone', () => {
    const verdict = left(300 * day);
    expect(verdict).toMatchObject({ level: 'ok', sources: ['kubelet-certificates/kmaster'] });
    expect(sentence(verdict)).toBe('the certificates of k3s on kmaster are valid until 28 Jul 2027');
  });

  test.each([
    ['outside the window', 120 * day + minute, 'ok'],
    ['inside the window', 120 * day, 'notice'],
    ['with more than 30 days', 30 * day + minute, 'notice'],
    ['with 30 days', 30 * day, 'warn'],
    ['with more than 7 days', 7 * day + minute, 'warn'],
    ['with 7 days', 7 * day, 'bad'],
    ['at its end', 0, 'bad'],
    ['that has ended', -day, 'bad'],
  ])('%s (%d ms) is %s', (_, leftMs, level) => {
    expect(left(leftMs).level).toBe(level);
  });

  test.each([
    [100 * day, 'restart k3s on kmaster before 9 January 2027: it renews its certificates at start'],
    [12 * day, 'restart k3s on kmaster before 13 October: it renews its certificates at start'],
    [2 * day, 'restart k3s on kmaster before Sat 12:00: it renews its certificates at start'],
    [2 * hour, 'restart k3s on kmaster before 14:00: it renews its certificates at start'],
  ])('with %d ms left says before when', (leftMs, words) => {
    expect(sentence(left(leftMs))).toBe(words);
  });

  test('of which one has ended names it, and of which all have counts them', () => {
    const one = left(-2 * day);
    expect(sentence(one)).toBe(
      'k3s on kmaster: CN=system:admin,O=system:masters expired at Tue 12:00; restart it, which renews that',
    );
    expect(one.startedAt).toBe(noon - 2 * day);
    const certificates = aComponentCertificates().certificates.map((each) =>
      each.isAuthority ? each : { ...each, expiresAt: noon - 3 * day },
    );
    expect(sentence(left(0, { componentCertificates: [withLeft(0, 'kmaster', { certificates })] }))).toBe(
      'k3s on kmaster: 2 certificates have expired, the first, CN=system:admin,O=system:masters, at Mon 12:00; restart it, which renews them',
    );
  });

  test('tells which are due when, how that is known, and what renews, and nothing of those that last', () => {
    expect(evidenceOf(left(12 * day))).toEqual([
      'CN=system:admin,O=system:masters: until 13 Oct 12:00, by the metric of k3s',
      'k3s renews what ends within 120 days when it starts, and nothing while it runs',
    ]);
  });

  test('is restarted by its name first, then its kubeconfig is copied again and looked after', () => {
    const { steps = [] } = left(12 * day);
    expect(steps).toEqual([
      { say: 'Restart k3s on kmaster to renew it; pods go on running', command: 'systemctl restart k3s' },
      { say: 'Copy /etc/rancher/k3s/k3s.yaml again to wherever it is used: a copy keeps the old certificate' },
      { say: 'See there what ends when', command: 'k3s certificate check --output table' },
    ]);
  });

  test('does not count its authorities, which no restart renews', () => {
    const certificates = aComponentCertificates().certificates.map((each) =>
      each.isAuthority ? { ...each, expiresAt: noon + day } : each,
    );
    expect(left(0, { componentCertificates: [withLeft(0, 'kmaster', { certificates })] }).level).toBe('ok');
  });

  test('heeds the settings, but never says that a restart renews what it does not', () => {
    const snapshot = aSnapshot({ nodes: [server()], componentCertificates: [withLeft(100 * day)] });
    expect(theVerdict(check, snapshot, { settings: { warn: 110 * day } }).level).toBe('warn');
    const early = aSnapshot({ nodes: [server()], componentCertificates: [withLeft(200 * day)] });
    expect(theVerdict(check, early, { settings: { warn: 300 * day } }).level).toBe('ok');
  });
});

describe('versions and distributions', () => {
  test.each([
    ['v1.36.4+k3s1', 'notice'],
    ['v1.33.1+k3s1', 'notice'],
    ['v1.33.0+k3s1', 'ok'],
    ['v1.32.5+rke2r1', 'notice'],
    ['v1.32.4+k3s1', 'ok'],
    ['v1.31.9+k3s1', 'notice'],
    ['v1.31.8+k3s1', 'ok'],
    ['v1.30.13+k3s1', 'notice'],
    ['v1.30.12+k3s2', 'ok'],
    ['v1.29.15+k3s1', 'ok'],
    ['v1.34.0+k3s1', 'notice'],
  ])('%s with 100 days left is %s', (kubeletVersion, level) => {
    expect(left(100 * day, { nodes: [server({ kubeletVersion })] }).level).toBe(level);
    expect(left(90 * day, { nodes: [server({ kubeletVersion })] }).level).toBe('notice');
  });

  test('RKE2 has its own names', () => {
    const verdict = left(12 * day, { nodes: [server({ kubeletVersion: 'v1.36.4+rke2r1' })] });
    expect(sentence(verdict)).toContain('restart RKE2 on kmaster before');
    expect(commandsOf(verdict)).toEqual(['systemctl restart rke2-server', 'rke2 certificate check --output table']);
  });

  test('an agent is restarted by its own name, and has no kubeconfig', () => {
    const verdict = theVerdict(
      check,
      aSnapshot({ nodes: [aNode()], componentCertificates: [withLeft(12 * day, 'nuc0')] }),
    );
    expect(commandsOf(verdict)).toContain('systemctl restart k3s-agent');
    expect(verdict.steps?.some(({ say }) => say.startsWith('Copy'))).toBe(false);
  });

  test('an old version is asked without what it does not know', () => {
    const verdict = left(12 * day, { nodes: [server({ kubeletVersion: 'v1.31.4+k3s1' })] });
    expect(commandsOf(verdict)).toEqual(['systemctl restart k3s', 'k3s certificate check']);
  });

  test.each([
    ['kubeadm', { kubeletVersion: 'v1.36.4' }],
    ['Talos', { kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.11.2)' }],
    ['nobody known', { kubeletVersion: '' }],
  ])('a node of %s has nothing that a restart renews', (_, part) => {
    const parts = { nodes: [server(part)], tlsServers: [aTlsServer({ is: 'kubelet', name: 'kmaster' })] };
    expect(judged(check, aSnapshot({ ...parts, handshake: aHandshake() }))).toEqual([]);
  });

  test('a node of which nothing is known is not called fine', () => {
    expect(judged(check, aSnapshot({ nodes: [aNode()] }))).toEqual([]);
  });
});

describe('several nodes', () => {
  const names = ['nuc1', 'kmaster', 'nuc0'];
  const nodes = names.map((name) => (name === 'kmaster' ? server() : aNode({ name })));
  const all = judged(check, aSnapshot({ nodes, componentCertificates: names.map((name) => withLeft(12 * day, name)) }));
  const stepsOf = (name: string) =>
    (all.find(({ subject }) => subject.name === name)?.steps ?? []).map(({ say }) => say);

  test('have a finding each', () => {
    expect(all.map(({ subject, key, level }) => [subject.name, key, level])).toEqual(
      names.map((name) => [name, undefined, 'warn']),
    );
  });

  test('are restarted one after another, the servers first', () => {
    expect(stepsOf('kmaster').at(-1)).toBe('Is it ready again? Only then the next: nuc0');
    expect(stepsOf('nuc0')[0]).toBe('First the servers: kmaster');
    expect(stepsOf('nuc0').at(-1)).toBe('Is it ready again? Only then the next: nuc1');
    expect(stepsOf('nuc1')[1]).toMatch(/^Restart k3s on nuc1/);
    expect(stepsOf('nuc1').at(-1)).toBe('See there what ends when');
  });
});

describe('certificates that are shown', () => {
  const kubelet = (leftMs: number, part = {}) =>
    aTlsServer({
      is: 'kubelet',
      name: 'kmaster',
      certificate: aShownCertificate({ notAfter: noon + leftMs, ...part }),
    });
  const api = (leftMs: number, part = {}) => {
    const { certificate } = aHandshake();
    return aHandshake({ certificate: { ...certificate!, notAfter: noon + leftMs, ...part } });
  };
  const shown = (parts: SnapshotParts) => judged(check, aSnapshot({ nodes: [server()], ...parts }));

  test('by the kubelet stand in for a metric that cannot be had', () => {
    const [verdict] = shown({ tlsServers: [kubelet(12 * day)] });
    expect(verdict).toMatchObject({ level: 'warn', sources: ['tls'] });
    expect(evidenceOf(verdict!)[0]).toBe("the kubelet's serving certificate: until 13 Oct 12:00, as it is shown");
  });

  test('by the kubelet do not count against what its metric says: a look may be older than the restart', () => {
    const [verdict] = shown({ tlsServers: [kubelet(2 * day)], componentCertificates: [withLeft(360 * day)] });
    expect(verdict?.level).toBe('ok');
  });

  test('by the API count for its server, and name the Secret that may hold the old one', () => {
    const [verdict] = shown({ handshake: api(5 * day), componentCertificates: [withLeft(300 * day)] });
    expect(verdict).toMatchObject({ level: 'bad', sources: ['kubelet-certificates/kmaster', 'api-handshake'] });
    expect(sentence(verdict!)).toBe('restart k3s on kmaster before 6 October: it renews its certificates at start');
    expect(verdict?.steps?.map(({ say }) => say)).toContain(
      'Is the old one still shown? Delete the Secret k3s-serving in kube-system, then restart again',
    );
  });

  test('by the API count once among several servers: where it is asked', () => {
    const nodes = [server({ internalIp: '192.168.1.11' }), server({ name: 'zeta', internalIp: '192.168.1.10' })];
    const verdicts = shown({ nodes, handshake: api(5 * day), door: aDoor({ address: '192.168.1.10:6443' }) });
    expect(verdicts.map(({ subject }) => subject.name)).toEqual(['zeta']);
    const elsewhere = shown({ nodes, handshake: api(5 * day), door: aDoor({ address: 'kube.example:6443' }) });
    expect(elsewhere.map(({ subject }) => subject.name)).toEqual(['kmaster']);
  });

  test('by somebody else in front of the API are no business of k3s', () => {
    expect(shown({ handshake: api(5 * day, { issuer: "CN=R11, O=Let's Encrypt" }) })).toEqual([]);
    const own = { issuer: 'CN=anna root' };
    const [verdict] = shown({ handshake: api(5 * day, own), tlsServers: [kubelet(300 * day, own)] });
    expect(verdict?.level).toBe('bad');
  });

  test('for days only were not issued by k3s', () => {
    expect(shown({ tlsServers: [kubelet(hour, { notBefore: noon - day })] })).toEqual([]);
  });
});

describe('a warning by an event', () => {
  const nodes = [server()];
  const events = [warningOf('kmaster', { leftDays: [58, 60] })];

  test('is a finding without any metric, and stays after the API has forgotten it', () => {
    const seen = aSnapshot({ nodes, events });
    const memory = remembered(check, seen);
    const verdict = theVerdict(check, seen, { memory });
    expect(verdict).toMatchObject({ level: 'notice', sources: [] });
    expect(sentence(verdict)).toBe('restart k3s on kmaster before 28 November: it renews its certificates at start');
    expect(evidenceOf(verdict).slice(0, 2)).toEqual([
      'CN=system:component-0: until 28 Nov 12:00, as k3s said',
      'k3s last said so at 11:50',
    ]);
    const later = aSnapshot({ nodes, now: noon + 40 * day });
    const kept = JSON.parse(JSON.stringify([...memory])) as [string, unknown][];
    const after = theVerdict(check, later, { memory: remembered(check, later, new Map(kept)) });
    expect(after.level).toBe('warn');
  });

  test('of what has expired counts all that it named', () => {
    const expired = [warningOf('kmaster', { leftDays: Array.from({ length: 12 }, () => -1) })];
    const seen = aSnapshot({ nodes, events: expired });
    expect(sentence(theVerdict(check, seen, { memory: remembered(check, seen) }))).toBe(
      'k3s on kmaster: 12 certificates have expired, the first, CN=system:component-0, at Wed 12:00; restart it, which renews them',
    );
  });

  test('in which no date is found is a notice, with the steps', () => {
    const seen = aSnapshot({ nodes, events: [warningOf('kmaster', { leftDays: [] })] });
    const verdict = theVerdict(check, seen, { memory: remembered(check, seen) });
    expect(verdict.level).toBe('notice');
    expect(sentence(verdict)).toBe('k3s on kmaster warns of its certificates: restart it, which renews them');
    expect(commandsOf(verdict)).toContain('systemctl restart k3s');
  });

  test('gives way to what the metric says', () => {
    const seen = aSnapshot({ nodes, events, componentCertificates: [withLeft(5 * day)] });
    expect(theVerdict(check, seen, { memory: remembered(check, seen) })).toMatchObject({
      level: 'bad',
      sources: ['kubelet-certificates/kmaster'],
    });
  });

  test('does not outlive a look that was before k3s said that all is well', () => {
    const fine = { fineAt: noon - minute, saidAt: noon - hour, ends: [], count: 0, undated: false };
    const certificate = aShownCertificate({ notAfter: noon + 5 * day });
    const looked = (seenAt: number) =>
      aSnapshot({ nodes, tlsServers: [aTlsServer({ is: 'kubelet', name: 'kmaster', certificate, seenAt })] });
    expect(judged(check, looked(noon - 2 * minute), { memory: new Map([['nodes', { kmaster: fine }]]) })).toEqual([]);
    expect(theVerdict(check, looked(noon), { memory: new Map([['nodes', { kmaster: fine }]]) }).level).toBe('bad');
  });
});

describe('the restart explains', () => {
  const agent = aNode({ name: 'nuc0' });
  const snapshot = aSnapshot({
    nodes: [server(), agent],
    componentCertificates: [withLeft(12 * day), withLeft(12 * day, 'nuc0')],
  });
  const [ofServer, ofAgent] = judged(check, snapshot);
  const kubeletOf = (name: string, which: 'expiring' | 'expired' = 'expiring') =>
    anEffect(`certificates/${which}`, { subject: nodeSubject(name), level: 'warn', key: 'kubelet' });
  const ofApi = anEffect('certificates/expired', { subject: apiSubject, level: 'bad' });

  test('what the kubelet of its node shows, and no other', () => {
    expect(explains(check, ofServer!, kubeletOf('kmaster'), snapshot)).toBe(true);
    expect(explains(check, ofServer!, kubeletOf('kmaster', 'expired'), snapshot)).toBe(true);
    expect(explains(check, ofServer!, kubeletOf('nuc0'), snapshot)).toBe(false);
    expect(explains(check, ofAgent!, kubeletOf('nuc0'), snapshot)).toBe(true);
  });

  test('what the API server shows, where it is the server', () => {
    expect(explains(check, ofServer!, ofApi, snapshot)).toBe(true);
    expect(explains(check, ofAgent!, ofApi, snapshot)).toBe(false);
  });

  test('nothing where it is not due, nor what is of the wall or of hosts', () => {
    expect(explains(check, { ...ofServer!, level: 'ok' }, kubeletOf('kmaster'), snapshot)).toBe(false);
    expect(explains(check, { ...ofServer!, level: 'unknown' }, ofApi, snapshot)).toBe(false);
    for (const subject of [
      { kind: 'Credential', name: 'wall' },
      { kind: 'Host', name: 'kmaster' },
    ])
      expect(explains(check, ofServer!, anEffect('certificates/expired', { subject, level: 'bad' }), snapshot)).toBe(
        false,
      );
  });
});

test('hostile names do no harm', () => {
  const name = `x'; rm -rf / #\u202e${'y'.repeat(300)}`;
  const verdict = theVerdict(
    check,
    aSnapshot({ nodes: [server({ name })], componentCertificates: [withLeft(day, name)] }),
  );
  expect(sentence(verdict).length).toBeLessThan(200);
  expect(sentence(verdict)).not.toContain('\u202e');
});
