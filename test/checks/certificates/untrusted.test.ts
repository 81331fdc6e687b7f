import { describe, expect, test } from 'vitest';
import apiAnswers from '#server/checks/control-plane/api-answers.ts';
import untrusted from '#server/checks/certificates/untrusted.ts';
import type { ShownCertificate } from '#server/facts/shown-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { aDoor, aHandshake, anIssuedCertificate, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { day, noon } from '#test/builders/time.ts';
import { aDeployment } from '#test/builders/workloads.ts';

function hostWith(shown: Partial<ShownCertificate>, part: Partial<TlsServerFact> = {}): TlsServerFact {
  return aTlsServer({ outcome: 'untrusted', certificate: aShownCertificate(shown), ...part });
}

function kubeletWith(shown: Partial<ShownCertificate>): TlsServerFact {
  return hostWith(
    { subject: 'O=system:nodes, CN=system:node:nuc0', ...shown },
    { is: 'kubelet', key: 'Node/nuc0', name: 'nuc0' },
  );
}

const verdictOf = (server: TlsServerFact) => theVerdict(untrusted, aSnapshot({ door: null, tlsServers: [server] }));
const said = (server: TlsServerFact) => {
  const verdict = verdictOf(server);
  return [verdict.level, sentence(verdict)];
};

const traefik = {
  ...{ subject: 'CN=TRAEFIK DEFAULT CERT', commonName: 'TRAEFIK DEFAULT CERT', issuer: 'CN=TRAEFIK DEFAULT CERT' },
  ...{ names: ['0123.traefik.default'], selfSigned: true, chainIs: 'self-signed' as const, chain: [] },
};

describe('a host that a browser trusts', () => {
  test('is fine, however near its end is', () => {
    expect(said(aTlsServer())).toEqual(['ok', 'git.example is trusted']);
    expect(said(aTlsServer({ outcome: 'expired', certificate: aShownCertificate({ notAfter: noon - day }) }))[0]).toBe(
      'ok',
    );
    expect(verdictOf(aTlsServer()).sources).toEqual(['tls']);
  });

  test('is not judged before it has shown anything', () => {
    const silent = aTlsServer({
      outcome: 'no-handshake',
      trouble: 'silent',
      certificate: null,
      seenAt: null,
      failures: 3,
    });
    expect(judged(untrusted, aSnapshot({ door: null, tlsServers: [silent] }))).toEqual([]);
  });
});

describe('a host that a browser does not trust is a warning, each way in its own words', () => {
  const ways: [string, TlsServerFact, string][] = [
    [
      'self-signed',
      hostWith({ chainIs: 'self-signed', selfSigned: true }),
      'a browser does not trust git.example: the certificate is self-signed',
    ],
    [
      'unknown issuer',
      hostWith({ chainIs: 'unknown-issuer', issuer: 'CN=home-ca' }),
      'a browser does not trust git.example: it does not know who signed the certificate, CN=home-ca',
    ],
    [
      'incomplete chain',
      hostWith({ chainIs: 'incomplete', chain: [] }),
      "not everybody trusts git.example: the certificate of C=US, O=Let's Encrypt, CN=R11 is missing from its chain",
    ],
    [
      'incomplete further up',
      hostWith({ chainIs: 'incomplete' }),
      'not everybody trusts git.example: the certificate of C=US, O=Internet Security Research Group, CN=ISRG Root X1 is missing from its chain',
    ],
    [
      'wrong name',
      hostWith({ names: ['a.example', 'b.example'] }, { outcome: 'wrong-name' }),
      'a browser does not trust git.example: the certificate is for a.example, b.example',
    ],
    [
      'wrong name of many',
      hostWith({ names: ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.example`) }, { outcome: 'wrong-name' }),
      'a browser does not trust git.example: the certificate is for a.example, b.example, c.example and 2 more',
    ],
    [
      'no name at all',
      hostWith({ names: [] }, { outcome: 'wrong-name' }),
      'a browser does not trust git.example: the certificate is for no name at all',
    ],
    [
      'an authority that has expired',
      hostWith({}, { message: 'an authority in the chain of git.example:443 has expired' }),
      'a browser does not trust git.example: an authority in the chain of git.example:443 has expired',
    ],
    [
      'TLS 1.0',
      aTlsServer({ trouble: 'old-protocol', protocol: 'TLSv1' }),
      'git.example speaks only TLS 1.0, which browsers refuse',
    ],
    [
      'TLS 1.1 by a stranger',
      hostWith({ chainIs: 'unknown-issuer' }, { trouble: 'old-protocol', protocol: 'TLSv1.1' }),
      'git.example speaks only TLS 1.1, which browsers refuse',
    ],
    [
      "Traefik's default certificate",
      hostWith(traefik),
      "git.example shows the Ingress controller's own default certificate: Ingress default/web names a Secret that is missing or wrong",
    ],
    [
      'that of ingress-nginx, without a Secret',
      hostWith(
        { ...traefik, commonName: 'Kubernetes Ingress Controller Fake Certificate' },
        { secret: null, namedBy: [{ kind: 'HTTPRoute', namespace: 'web', name: 'git' }] },
      ),
      "git.example shows the Ingress controller's own default certificate: HTTPRoute web/git names no Secret for it",
    ],
  ];

  test.for(ways)('%s', ([, server, text]) => {
    expect(said(server)).toEqual(['warn', text]);
    expect(verdictOf(server).steps?.length).toBeGreaterThan(0);
  });

  test('no two ways say the same', () => {
    expect(new Set(ways.map(([, server]) => said(server)[1])).size).toBe(ways.length);
  });

  test('with what was shown as evidence', () => {
    const server = hostWith({ chainIs: 'unknown-issuer', issuer: 'CN=home-ca', chain: [] }, { message: 'not trusted' });
    expect(evidenceOf(verdictOf(server))).toEqual([
      'not trusted',
      'certificate CN=git.example, issued by CN=home-ca, with 0 more in its chain',
      'shown at git.example:443, named by Ingress default/web',
      'valid from 1 Apr 12:00 to 1 Apr 2027',
    ]);
  });

  test('without our own root among what it sent', () => {
    const root = {
      subject: 'CN=root',
      issuer: 'CN=root',
      notBefore: noon - day,
      notAfter: noon + day,
      selfSigned: true,
    };
    const inChain = (chain: ShownCertificate['chain']) =>
      evidenceOf(verdictOf(hostWith({ chain, names: ['a.example'] }, { outcome: 'wrong-name' })))[0];
    expect(inChain([root])).toMatch(/, with 0 more before a trusted root$/);
    expect(inChain([{ ...root, selfSigned: false }, root])).toMatch(/, with 1 more before a trusted root$/);
  });

  test('a certificate names no port', () => {
    const server = hostWith({ names: ['a.example'] }, { outcome: 'wrong-name', name: 'hundred.example:42507' });
    expect(verdictOf(server).steps?.map(({ say }) => say)).toContain(
      'Have one issued that names hundred.example too, or use one of its names',
    );
  });

  test('and how to trust an authority of one’s own', () => {
    const steps = verdictOf(hostWith({ chainIs: 'unknown-issuer' })).steps!;
    expect(steps.at(-1)?.say).toContain('"certificates: authorities:"');
    expect(steps[0]?.command).toContain('-servername git.example');
  });

  test('etcd is no browser’s business, and has an authority of its own', () => {
    const server = hostWith({ chainIs: 'unknown-issuer', issuer: 'CN=etcd-ca' }, { name: '10.0.0.10:2379' });
    expect(said(server)[1]).toMatch(/^the wall does not trust 10\.0\.0\.10:2379: it does not know who signed/);
    expect(verdictOf(server).steps?.[1]?.say).toContain('/etc/kubernetes/pki/etcd/ca.crt');
  });

  test('hostile names are quoted in commands', () => {
    const server = hostWith({ chainIs: 'self-signed' }, { serverName: "a';reboot;'", address: '$(reboot):443' });
    const [command] = commandsOf(verdictOf(server));
    expect(command).toContain(`-connect '$(reboot):443'`);
    expect(command).toContain(`-servername 'a'\\'';reboot;'\\'''`);
  });

  test('of the default certificate: look at the Secret, at what names it, and at the controller', () => {
    const deployments = [aDeployment({ namespace: 'kube-system', name: 'traefik' })];
    const snapshot = aSnapshot({ door: null, tlsServers: [hostWith(traefik)], deployments });
    expect(commandsOf(theVerdict(untrusted, snapshot))).toEqual([
      'kubectl -n default get secret web-tls',
      'kubectl -n default describe ingress web',
      'kubectl -n kube-system logs deployment/traefik --tail 500 | grep -i secret',
    ]);
  });

  test('of a wrong name: its Certificate is to name it', () => {
    const server = hostWith({ names: ['a.example'] }, { outcome: 'wrong-name' });
    const snapshot = aSnapshot({ door: null, tlsServers: [server], issuedCertificates: [anIssuedCertificate()] });
    expect(commandsOf(theVerdict(untrusted, snapshot))).toContain('kubectl -n default describe certificate web');
  });
});

describe('while handshakes fail', () => {
  const lost = { outcome: 'no-handshake' as const, trouble: 'timeout' as const, failures: 1 };

  test('what was shown last goes on being trusted or not', () => {
    expect(said(aTlsServer(lost))).toEqual(['ok', 'git.example is trusted']);
    expect(said(hostWith({ chainIs: 'self-signed' }, lost))[0]).toBe('warn');
    expect(said(hostWith({ names: ['a.example'] }, lost))[0]).toBe('warn');
  });

  test.for([
    ['git.example', ['*.example'], 'ok'],
    ['Git.Example', ['GIT.example'], 'ok'],
    ['a.git.example', ['*.example'], 'warn'],
    ['example', ['*.example'], 'warn'],
  ] as const)('%s is held against %o', ([serverName, names, level]) => {
    expect(said(hostWith({ names: [...names] }, { ...lost, serverName }))[0]).toBe(level);
  });
});

describe('a kubelet', () => {
  test.for([
    ['of the cluster’s authority', { chainIs: 'complete', issuer: 'CN=k3s-server-ca@1700000000' }],
    ['signed by itself', { chainIs: 'self-signed', selfSigned: true }],
    [
      'with an authority of its own, as kubeadm leaves it',
      { chainIs: 'unknown-issuer', subject: 'CN=nuc0@1700000000', issuer: 'CN=nuc0-ca@1700000000' },
    ],
  ] as [string, Partial<ShownCertificate>][])('%s is fine', ([, shown]) => {
    expect(said(kubeletWith(shown))).toEqual(['ok', 'the certificate of the kubelet of nuc0 is of the cluster']);
  });

  test('of a stranger is a warning, under its own key', () => {
    const stranger = kubeletWith({ chainIs: 'unknown-issuer', issuer: 'CN=k3s-server-ca@1600000000' });
    expect(said(stranger)).toEqual([
      'warn',
      'the kubelet of nuc0 shows a certificate of a stranger: CN=k3s-server-ca@1600000000',
    ]);
    expect(verdictOf(stranger)).toMatchObject({ key: 'kubelet', subject: { kind: 'Node', name: 'nuc0' } });
    expect(verdictOf(stranger).steps?.length).toBe(2);
  });

  test('is not asked for its names', () => {
    expect(said({ ...kubeletWith({ names: ['x'] }), outcome: 'wrong-name' })[0]).toBe('ok');
  });
});

describe('one certificate at several hosts', () => {
  const hosts = ['c', 'a', 'b'].map((name) =>
    hostWith(traefik, { key: `Host/${name}.example`, name: `${name}.example` }),
  );
  const snapshot = aSnapshot({ door: null, tlsServers: hosts });

  test('is one thing to mend', () => {
    const verdicts = judged(untrusted, snapshot);
    const first = verdicts.find(({ subject }) => subject.name === 'a.example')!;
    expect(sentence(first)).toMatch(/^a\.example and 2 more hosts show the Ingress controller's own/);
    const explained = verdicts.filter((each) =>
      explains(untrusted, first, anEffect('certificates/untrusted', each), snapshot),
    );
    expect(explained.map(({ subject }) => subject.name)).toEqual(['c.example', 'b.example']);
  });

  test('that is the wrong one for some of them only: the first of those is the root', () => {
    const shown = { names: ['a.example'] };
    const right = hostWith(shown, { key: 'Host/a.example', name: 'a.example', outcome: 'trusted' });
    const wrong = ['c', 'b'].map((name) =>
      hostWith(shown, { key: `Host/${name}.example`, name: `${name}.example`, outcome: 'wrong-name' }),
    );
    const mixed = aSnapshot({ door: null, tlsServers: [right, ...wrong] });
    const [a, c, b] = judged(untrusted, mixed);
    expect(a?.level).toBe('ok');
    expect(sentence(b!)).toBe('a browser does not trust b.example and 1 more host: the certificate is for a.example');
    expect(explains(untrusted, b!, anEffect('certificates/untrusted', c!), mixed)).toBe(true);
    expect(explains(untrusted, c!, anEffect('certificates/untrusted', b!), mixed)).toBe(false);
  });
});

describe('explains', () => {
  test("that the controller's own certificate ends, and not that another one does", () => {
    const ends = anEffect('certificates/expiring', { subject: { kind: 'Host', name: 'git.example' }, level: 'warn' });
    const of = (server: TlsServerFact) => {
      const snapshot = aSnapshot({ door: null, tlsServers: [server] });
      return explains(untrusted, theVerdict(untrusted, snapshot), ends, snapshot);
    };
    expect([of(hostWith(traefik)), of(hostWith({ chainIs: 'self-signed' }))]).toEqual([true, false]);
  });
});

describe("the API server's own certificate", () => {
  test('does not seem well where its handshake is not trusted, explained by the API that does not let us in', () => {
    const handshake = aHandshake({ outcome: 'untrusted', outcomeSince: noon - day });
    const snapshot = aSnapshot({ door: aDoor({ outcomeSince: noon - day }), handshake });
    const verdict = theVerdict(untrusted, snapshot);
    expect(verdict).toMatchObject({ level: 'warn', subject: { kind: 'Endpoint', name: 'api' } });
    const cause = theVerdict(apiAnswers, snapshot);
    expect(explains(apiAnswers, cause, anEffect('certificates/untrusted', verdict), snapshot)).toBe(true);
    expect(judged(untrusted, aSnapshot({ handshake: aHandshake() }))).toEqual([]);
  });
});
