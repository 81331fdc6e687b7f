import { describe, expect, test } from 'vitest';
import { isWatch } from '#server/checks/blindness.ts';
import apiAnswers from '#server/checks/control-plane/api-answers.ts';
import { optionalRightsSubject } from '#server/checks/subjects.ts';
import type { ApiDoorFact, CredentialFact, DoorOutcome } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import { aCredential, aDoor, aHandshake, aRight, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, minute, noon, second } from '#test/builders/time.ts';

const since = noon - 6 * minute;

/** All that is watched by lists of the API. */
const watches = [...aSnapshot().sources.values()].filter(isWatch).map(({ name }) => name);

function refusedDoor(outcome: DoorOutcome, part: Partial<ApiDoorFact> = {}): ApiDoorFact {
  return aDoor({ outcome, outcomeSince: since, status: null, readyAt: since - second, ...part });
}

function verdictOf(door: ApiDoorFact, parts: SnapshotParts = {}) {
  return theVerdict(apiAnswers, aSnapshot({ door, ...parts }));
}

describe('an API that lets us in', () => {
  test('is fine and says how long it takes', () => {
    const verdict = verdictOf(aDoor({ latencyMs: 12 }), { handshake: aHandshake() });
    expect(verdict.level).toBe('ok');
    expect(sentence(verdict)).toBe('the API answers in 12 ms');
  });

  test('is fine without a latency or a handshake', () => {
    const verdict = verdictOf(aDoor({ latencyMs: null }));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'the API answers']);
  });

  test('is fine here although it is not ready, which another check says', () => {
    expect(verdictOf(aDoor({ outcome: 'not-ready', status: 500 })).level).toBe('ok');
  });

  test('is not judged before it was asked', () => {
    expect(judged(apiAnswers, aSnapshot({ door: null }))).toEqual([]);
  });
});

describe('an API that does not let us in is bad, each way in its own words', () => {
  const sentences: [DoorOutcome, Partial<ApiDoorFact>, string][] = [
    ['refused', {}, 'the API server at 192.168.1.10:6443 refuses connections'],
    [
      'unreachable',
      { message: 'no route to host' },
      'the API server at 192.168.1.10:6443 cannot be reached: no route to host',
    ],
    ['unreachable', {}, 'the API server at 192.168.1.10:6443 cannot be reached'],
    ['dns', { address: 'kmaster.lan:6443' }, 'the name of the API server cannot be resolved: kmaster.lan'],
    ['timeout', {}, 'no connection to the API server at 192.168.1.10:6443 for 6 min: nothing answers there'],
    ['silent', {}, 'the API server at 192.168.1.10:6443 takes connections but has not answered for 6 min'],
    [
      'unauthorized',
      { status: 401 },
      'API refuses our certificate (401), which is valid until 1 Apr 2027: perhaps the cluster has a new authority',
    ],
    ['failing', { status: 500 }, 'the API server at 192.168.1.10:6443 answers with an error (HTTP 500)'],
    [
      'bad-gateway',
      { status: 503 },
      'what answers at 192.168.1.10:6443 does not reach the API server behind it (HTTP 503)',
    ],
    [
      'redirected',
      { status: 302, shows: 'https://login.example/' },
      'what answers at 192.168.1.10:6443 is not a Kubernetes API: it leads to https://login.example/',
    ],
    [
      'web-page',
      { status: 200, shows: 'FRITZ!Box' },
      'what answers at 192.168.1.10:6443 is not a Kubernetes API, but a web page: "FRITZ!Box"',
    ],
    ['web-page', { status: 401 }, 'what answers at 192.168.1.10:6443 is not a Kubernetes API, but a web page'],
    [
      'untrusted',
      { message: 'self-signed certificate' },
      "the API server's certificate is not trusted: self-signed certificate",
    ],
    ['wrong-name', {}, "the API server's certificate is not for 192.168.1.10"],
    ['certificate-expired', {}, "the API server's certificate has expired"],
    ['certificate-not-yet-valid', {}, "the API server's certificate is not yet valid"],
    ['no-credentials', { message: 'kubelogin: not found' }, 'we have no credentials for the API: kubelogin: not found'],
    ['reset', {}, 'the API server at 192.168.1.10:6443 breaks off the connection'],
    ['unexpected', { status: 502 }, 'what answers at 192.168.1.10:6443 is not a Kubernetes API (HTTP 502)'],
    ['unexpected', { message: 'not HTTP' }, 'what answers at 192.168.1.10:6443 is not a Kubernetes API: not HTTP'],
  ];

  test.for(sentences)('%s %o', ([outcome, part, text]) => {
    const verdict = verdictOf(refusedDoor(outcome, part));
    expect([verdict.level, sentence(verdict)]).toEqual(['bad', text]);
    expect(verdict.startedAt).toBe(since);
    expect(verdict.steps?.length, 'there is a first step').toBeGreaterThan(0);
    expect(evidenceOf(verdict)).toContain('last ready 11:53');
  });

  test('no two ways have the same sentence', () => {
    const outcomes = [...new Set(sentences.map(([outcome]) => outcome))];
    const texts = outcomes.map((outcome) => sentence(verdictOf(refusedDoor(outcome))));
    expect(new Set(texts).size).toBe(outcomes.length);
  });

  test('an expired serving certificate says when, if a handshake has seen it', () => {
    const handshake = aHandshake({ outcome: 'expired', notAfter: noon - 90 * minute });
    const verdict = verdictOf(refusedDoor('certificate-expired'), { handshake });
    expect(sentence(verdict)).toBe("the API server's certificate expired at 10:30");
    expect(commandsOf(verdict)).toContain('systemctl restart k3s');
  });

  test('a handshake that saw another certificate gives no date to an expired one', () => {
    const verdict = verdictOf(refusedDoor('certificate-expired'), { handshake: aHandshake() });
    expect(sentence(verdict)).toBe("the API server's certificate has expired");
  });

  test('a serving certificate of the future says from when, and to look at the clocks', () => {
    const handshake = aHandshake({ outcome: 'not-yet-valid', notBefore: noon + minute });
    const verdict = verdictOf(refusedDoor('certificate-not-yet-valid'), { handshake });
    expect(sentence(verdict)).toBe("the API server's certificate is valid only from 12:01");
    expect(commandsOf(verdict)).toContain('date -u');
  });

  test('a plugin that failed is named with its problem', () => {
    const credential = aCredential({
      kind: 'exec',
      from: 'kubelogin get-token',
      expiresAt: null,
      problem: 'exit code 1',
    });
    const verdict = verdictOf(refusedDoor('no-credentials', { credential }));
    expect(sentence(verdict)).toBe('we have no credentials for the API: exit code 1');
    expect(verdict.steps?.[0]?.say).toContain('kubelogin get-token');
  });

  test('a moment that never was, or is yet to come, is no beginning', () => {
    expect(verdictOf(refusedDoor('refused', { outcomeSince: noon + day }))).not.toHaveProperty('startedAt');
    expect(verdictOf(refusedDoor('refused', { outcomeSince: 0 }))).not.toHaveProperty('startedAt');
  });

  test('never having been ready is said', () => {
    const verdict = verdictOf(refusedDoor('refused', { readyAt: null }));
    expect(evidenceOf(verdict)).toContain('192.168.1.10:6443 has never been ready since the wall started');
  });
});

describe('401', () => {
  const at = noon - 95 * minute;
  const expired = (part: Partial<CredentialFact> = {}) =>
    refusedDoor('unauthorized', {
      status: 401,
      message: 'Unauthorized',
      credential: aCredential({ expiresAt: at, ...part }),
    });

  test('with an expired certificate of our own says so, since it expired', () => {
    const verdict = verdictOf(expired());
    expect(sentence(verdict)).toBe('API refuses us: our certificate expired at 10:25');
    expect(verdict.startedAt).toBe(at);
    expect(evidenceOf(verdict)[0]).toBe('HTTP 401 Unauthorized');
    expect(evidenceOf(verdictOf({ ...expired(), message: '' }))[0]).toBe('HTTP 401');
    const longer = { ...expired(), message: '401 Unauthorized: Unauthorized' };
    expect(evidenceOf(verdictOf(longer))[0]).toBe('HTTP 401 Unauthorized: Unauthorized');
  });

  test('on k3s tells to restart, to copy the kubeconfig again, and to look', () => {
    const verdict = verdictOf(expired());
    expect(commandsOf(verdict)).toEqual(['systemctl restart k3s', 'k3s certificate check --output table']);
    expect(verdict.steps?.[1]?.say).toContain('/etc/rancher/k3s/k3s.yaml');
    const from = 'user "default" (/home/anna/.kube/config)';
    expect(commandsOf(verdictOf(expired({ from })))).toEqual([
      'systemctl restart k3s',
      'scp root@192.168.1.10:/etc/rancher/k3s/k3s.yaml /home/anna/.kube/config',
      'sed -i s/127.0.0.1/192.168.1.10/ /home/anna/.kube/config',
      'k3s certificate check --output table',
    ]);
  });

  test('on kubeadm renews with kubeadm, on Talos with talosctl, and where it is not known names both', () => {
    const plain = { version: 'v1.36.4' };
    const on = (door: Partial<ApiDoorFact>, osImage?: string) =>
      commandsOf(
        verdictOf(
          { ...expired(), ...door },
          osImage === undefined ? {} : { nodes: [aNode({ osImage, kubeletVersion: 'v1.36.4' })] },
        ),
      ).join('; ');
    expect(on(plain, 'Ubuntu 26.04 LTS')).toMatch(
      /^kubeadm certs renew all; cd .* manifests\/; kubeadm certs check-expiration$/,
    );
    expect(on(plain, 'Talos (v1.13.0)')).toBe('talosctl kubeconfig --force; talosctl config info');
    expect(on(plain)).toBe('systemctl restart k3s; kubeadm certs renew all');
    expect(on({ version: '' })).toBe('systemctl restart k3s; kubeadm certs renew all');
    expect(on({ version: 'v1.34.1+rke2r1' })).toContain('rke2');
  });

  test('at the very moment of expiry it is expired, a ms before it is not', () => {
    expect(sentence(verdictOf(expired({ expiresAt: noon })))).toContain('our certificate expired');
    expect(sentence(verdictOf(expired({ expiresAt: noon + 1 })))).toContain('which is valid until 12:00');
  });

  test('with a certificate whose end is not known is about who signed it', () => {
    expect(sentence(verdictOf(expired({ expiresAt: null })))).toBe(
      'API refuses our certificate (401): perhaps the cluster has a new authority',
    );
    expect(commandsOf(verdictOf(expired({ expiresAt: null }))), 'as everywhere').toContain(
      'k3s certificate check --output table',
    );
  });

  test.for(['token', 'token-file', 'exec', 'service-account', 'none'] as const)(
    'with credentials of kind %s has steps of its own, and never speaks of our certificate',
    (kind) => {
      const verdict = verdictOf(expired({ kind }));
      expect(sentence(verdict)).not.toContain('certificate');
      expect(verdict.startedAt).toBe(at);
      expect(verdict.steps).not.toEqual(verdictOf(expired({ kind: 'client-certificate', expiresAt: null })).steps);
    },
  );

  test('tells who we are and who signed it, and what of a changed file is not taken up', () => {
    const verdict = verdictOf(expired({ problem: 'the token file /run/token is empty' }));
    expect(evidenceOf(verdict)).toContain(
      'we are O=system:masters, CN=system:admin, as CN=k3s-client-ca@1700000000 has signed',
    );
    expect(evidenceOf(verdict)).toContain('not taken up: the token file /run/token is empty');
  });

  test('an expired serving certificate seen at the same time is told as evidence', () => {
    const handshake = aHandshake({ outcome: 'expired', notAfter: noon - minute });
    expect(evidenceOf(verdictOf(expired(), { handshake }))).toContain("the API server's certificate ends 11:59");
  });
});

describe('a new handshake that fails while the kept connection answers', () => {
  const trouble = (outcome: ApiHandshakeFact['outcome'], part: Partial<ApiHandshakeFact> = {}) =>
    verdictOf(aDoor(), { handshake: aHandshake({ outcome, outcomeSince: since, ...part }) });

  test('an expired certificate is bad, since it expired', () => {
    const verdict = trouble('expired', { notAfter: noon - 10 * minute });
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe("the API server's certificate expired at 11:50: new connections fail");
    expect(verdict.startedAt).toBe(noon - 10 * minute);
    expect(commandsOf(verdict)[0]).toBe('systemctl restart k3s');
  });

  test('a certificate that is not trusted, of another name or not yet valid is bad as well', () => {
    expect(sentence(trouble('untrusted', { message: 'x' }))).toBe(
      "the API server's certificate is not trusted: it is signed by CN=k3s-server-ca: new connections fail",
    );
    expect(sentence(trouble('wrong-name'))).toBe(
      "the API server's certificate is not for 192.168.1.10, but for git.example: new connections fail",
    );
    expect(sentence(trouble('not-yet-valid', { notBefore: noon + minute }))).toBe(
      "the API server's certificate is valid only from 12:01: new connections fail",
    );
    expect(trouble('untrusted').level).toBe('bad');
  });

  test('no handshake at all is a warning: the server may be about to stop', () => {
    const verdict = trouble('no-handshake', { message: 'connect ECONNREFUSED', subject: '', issuer: '' });
    expect([verdict.level, sentence(verdict)]).toEqual(['warn', 'the API server takes no new connections']);
    expect(evidenceOf(verdict)[0]).toBe('connect ECONNREFUSED');
  });

  test('a handshake that may be from before the door opened again speaks of what is over', () => {
    const handshake = aHandshake({ outcome: 'expired', notAfter: since, askedAt: noon - 9 * second });
    const lookedAt = (freshAt: number) => ({ 'api-handshake': { freshAt } });
    const door = (outcomeSince: number) => aDoor({ outcomeSince });
    const told = lookedAt(noon - 8 * second);
    expect(verdictOf(door(noon - 3 * second), { handshake, sources: told }).level).toBe('ok');
    expect(verdictOf(door(noon - 9 * second), { handshake, sources: told }).level).toBe('bad');
    const again = lookedAt(noon - second);
    expect(verdictOf(door(noon - 8 * second), { handshake, sources: again }).level).toBe('ok');
  });

  test('a fact that is not told with every handshake is as new as the last of them', () => {
    const handshake = aHandshake({ outcome: 'expired', notAfter: since, askedAt: noon - 29 * second });
    expect(verdictOf(aDoor({ outcomeSince: noon - 9 * second }), { handshake }).level).toBe('bad');
  });

  test('a handshake that was not asked lately counts for nothing', () => {
    const handshake = aHandshake({ outcome: 'expired', notAfter: since });
    const sources = { 'api-handshake': { fresh: false, state: 'stale' as const } };
    expect(verdictOf(aDoor(), { handshake, sources }).level).toBe('ok');
  });
});

describe('a certificate that is not trusted', () => {
  const seen = (part: Partial<ApiHandshakeFact>, door: Partial<ApiDoorFact> = {}) =>
    verdictOf(refusedDoor('untrusted', { message: 'the chain is broken', ...door }), {
      handshake: aHandshake({ outcome: 'untrusted', outcomeSince: since, ...part }),
    });
  const ca = 'CN=k3s-server-ca@1790000000';

  test('says who signed it, and up to whom', () => {
    const verdict = seen({ issuer: 'CN=Home Proxy' });
    expect(sentence(verdict)).toBe("the API server's certificate is not trusted: it is signed by CN=Home Proxy");
    expect(evidenceOf(verdict).slice(0, 3)).toEqual([
      'the chain is broken',
      'certificate CN=k3s,O=k3s, issued by CN=Home Proxy',
      'its authority is issued by C=US, O=Internet Security Research Group, CN=ISRG Root X1',
    ]);
    const itself = aShownCertificate({ selfSigned: true, chain: [] });
    expect(sentence(seen({ issuer: 'CN=nas', certificate: itself }))).toBe(
      "the API server's certificate is not trusted: it is signed by itself, CN=nas",
    );
  });

  test('of a new authority of the cluster says that our kubeconfig is old, and how to copy it', () => {
    const from = 'user "default" (/home/anna/.kube/config)';
    const verdict = seen({ issuer: ca, newAuthority: true }, { credential: aCredential({ from }) });
    expect(sentence(verdict)).toBe(`the cluster has a new authority, ${ca}: our kubeconfig is old`);
    expect(commandsOf(verdict)[0]).toBe('scp root@192.168.1.10:/etc/rancher/k3s/k3s.yaml /home/anna/.kube/config');
    const kept = verdictOf(aDoor(), {
      handshake: aHandshake({ outcome: 'untrusted', issuer: ca, newAuthority: true, outcomeSince: since }),
    });
    expect(sentence(kept)).toBe(`the cluster has a new authority, ${ca}: our kubeconfig is old: new connections fail`);
  });

  const authorities = { shown: 'ab'.repeat(32), isAuthority: true, ours: 'cd'.repeat(32) };
  const compared = 'openssl x509 -noout -fingerprint -sha256 -in /var/lib/rancher/k3s/server/tls/server-ca.crt';

  test('of a new authority has both fingerprints, which are to be compared before anything is copied', () => {
    const credential = aCredential({ from: 'user "default" (/home/anna/.kube/config)' });
    const verdict = seen({ issuer: ca, newAuthority: true, authorities }, { credential });
    expect(evidenceOf(verdict)).toContain(
      'SHA-256 of the authority shown: AB:AB:AB:AB:AB:AB:AB:AB, of our authority: CD:CD:CD:CD:CD:CD:CD:CD',
    );
    const [first, second] = commandsOf(verdict);
    expect([first, second?.slice(0, 3)]).toEqual([compared, 'scp']);
    const leaf = seen({ issuer: ca, newAuthority: true, authorities: { ...authorities, isAuthority: false } });
    expect(leaf.steps?.[0]?.say).toContain('another than our CD:CD');
  });

  test('of a new authority that nodes know nothing of may be of somebody in between', () => {
    const from = (seenAt: number, chainIs: 'complete' | 'unknown-issuer', is: 'kubelet' | 'host' = 'kubelet') => {
      const tlsServers = [aTlsServer({ is, seenAt, certificate: aShownCertificate({ chainIs }) })];
      const handshake = aHandshake({
        ...{ outcome: 'untrusted', outcomeSince: since, issuer: ca, newAuthority: true, authorities },
      });
      return verdictOf(refusedDoor('untrusted'), { handshake, tlsServers });
    };
    const between = from(since + 1, 'complete');
    expect(sentence(between)).toBe(
      `the API shows a certificate of another authority with the same name, ${ca}, while the nodes keep the old one: something may stand in between`,
    );
    expect(commandsOf(between)[0]).toBe(compared);
    for (const likely of [
      from(since - 1, 'complete'),
      from(since + 1, 'unknown-issuer'),
      from(since + 1, 'complete', 'host'),
    ])
      expect(sentence(likely)).toBe(`the cluster has a new authority, ${ca}: our kubeconfig is old`);
  });

  test('without a handshake that saw it quotes what the system said', () => {
    expect(sentence(verdictOf(refusedDoor('untrusted', { message: 'x' }), { handshake: aHandshake() }))).toBe(
      "the API server's certificate is not trusted: x",
    );
  });

  test('for another name says for which', () => {
    const names = ['kmaster.lan', '10.43.0.1', 'kubernetes', 'kubernetes.default'];
    const of = (names: string[]) =>
      sentence(
        verdictOf(refusedDoor('wrong-name'), {
          handshake: aHandshake({ outcome: 'wrong-name', certificate: aShownCertificate({ names }) }),
        }),
      );
    expect(of(names)).toBe(
      "the API server's certificate is not for 192.168.1.10, but for kmaster.lan, 10.43.0.1, kubernetes and 1 more",
    );
    expect(of(['kmaster.lan'])).toBe("the API server's certificate is not for 192.168.1.10, but for kmaster.lan");
    expect(of([])).toBe("the API server's certificate is not for 192.168.1.10");
  });
});

describe('an API that turns us away', () => {
  test('with 429 is a warning at first, for it may be busy for a moment, and bad after 30 s', () => {
    const busy = (ms: number) =>
      verdictOf(
        refusedDoor('too-many-requests', {
          status: 429,
          outcomeSince: noon - ms,
          message: '429 Too Many Requests; to be asked again in 5 s',
        }),
      );
    expect([busy(29_999).level, busy(30_000).level]).toEqual(['warn', 'bad']);
    expect(sentence(busy(0))).toBe('the API server has too much to do and turns us away (429)');
    expect(evidenceOf(busy(0))[0]).toBe('HTTP 429 Too Many Requests; to be asked again in 5 s');
  });

  test('with 403 for /readyz alone is a warning as long as all else is seen', () => {
    const door = refusedDoor('forbidden', { status: 403 });
    expect(verdictOf(door).level).toBe('warn');
    expect(sentence(verdictOf(door))).toBe('API forbids us to ask whether it is ready (403)');
    const blind = Object.fromEntries(watches.map((name) => [name, { state: 'unreachable' as const, fresh: false }]));
    expect(verdictOf(door, { sources: blind }).level).toBe('bad');
  });

  test('with 403 for all that is watched is one finding that names us, and explains each right that is missing', () => {
    const sources = Object.fromEntries(watches.map((name) => [name, { state: 'forbidden' as const, fresh: false }]));
    const refused = 'nodes is forbidden: User "system:serviceaccount:wall:anna" cannot list resource "nodes"';
    const rights = [aRight({ granted: false, message: refused, since: since + second })];
    const snapshot = aSnapshot({ sources, rights });
    const verdict = theVerdict(apiAnswers, snapshot);
    expect([verdict.level, sentence(verdict)]).toEqual([
      'bad',
      'API forbids us all that we ask for (403): system:serviceaccount:wall:anna has no rights',
    ]);
    expect(verdict.startedAt).toBe(since + second);
    expect(commandsOf(verdict)).toContain(
      'kubectl create clusterrolebinding clusterwall --clusterrole=clusterwall --serviceaccount=wall:anna',
    );
    const subject = { kind: 'Source', name: 'nodes' };
    for (const check of ['control-plane/rights-missing', 'nodes/unseen'] as const)
      expect(explains(apiAnswers, verdict, anEffect(check, { subject, level: 'warn' }), snapshot)).toBe(true);
    const optional = anEffect('control-plane/rights-missing', { subject: optionalRightsSubject, level: 'notice' });
    expect(explains(apiAnswers, verdict, optional, snapshot)).toBe(true);
    const seen = aSnapshot({ rights, sources: { nodes: { state: 'forbidden', fresh: false } } });
    expect(theVerdict(apiAnswers, seen).level, 'one right of many is told by itself').toBe('ok');
    expect(explains(apiAnswers, verdict, anEffect('nodes/unseen', { subject, level: 'unknown' }), seen)).toBe(false);
  });

  test('with 403 for all, as nobody, asks for credentials', () => {
    const sources = Object.fromEntries(watches.map((name) => [name, { state: 'forbidden' as const, fresh: false }]));
    const message = '403 Forbidden: forbidden: User "system:anonymous" cannot get path "/readyz"';
    const verdict = verdictOf(refusedDoor('forbidden', { status: 403, message }), { sources });
    expect(sentence(verdict)).toBe('API takes us for nobody (system:anonymous) and forbids us all (403)');
    expect(commandsOf(verdict)).toContain('kubectl config view --minify');
  });
});

describe('commands to copy', () => {
  test('quote a hostile address', () => {
    const door = refusedDoor('unreachable', { address: '$(reboot);`x`\u202e:6443' });
    expect(commandsOf(verdictOf(door))[0]).toBe("ping -c 3 '$(reboot);`x`'");
    const handshake = refusedDoor('wrong-name', { address: "a'b;rm -rf /:6443" });
    expect(commandsOf(verdictOf(handshake))[0]).toMatch(/^openssl s_client -connect 'a'\\''b;rm -rf \/:6443' </);
  });

  test('take an IPv6 address apart', () => {
    const commands = commandsOf(verdictOf(refusedDoor('timeout', { address: '[fd00::10]:6443' })));
    expect(commands.slice(0, 2)).toEqual(['ping -c 3 fd00::10', 'nc -vz -w 5 fd00::10 6443']);
  });

  test('quote the file of a token', () => {
    const credential = aCredential({ kind: 'token-file', from: '/run/my token; reboot', expiresAt: null });
    const door = refusedDoor('unauthorized', { status: 401, credential });
    expect(commandsOf(verdictOf(door))).toContain("ls -l '/run/my token; reboot'");
  });
});

describe('an API that is blind explains', () => {
  const snapshot = aSnapshot({
    door: refusedDoor('refused'),
    sources: {
      nodes: { fresh: false, state: 'unreachable' },
      leases: { fresh: false, state: 'forbidden' },
      'kubelet/nuc0': { fresh: false, state: 'stale' },
    },
  });
  const cause = theVerdict(apiAnswers, snapshot);
  const unseen = (name: string) => anEffect('nodes/unseen', { subject: { kind: 'Source', name }, level: 'unknown' });
  const node = { kind: 'Node', name: 'nuc0' };

  test('feeds that cannot be seen, and what can no longer be told of a subject', () => {
    expect(explains(apiAnswers, cause, unseen('nodes'), snapshot)).toBe(true);
    expect(
      explains(apiAnswers, cause, anEffect('nodes/not-ready', { subject: node, level: 'unknown' }), snapshot),
    ).toBe(true);
  });

  test('not what is judged by a kubelet, which is asked itself', () => {
    const disk = anEffect('nodes/disk-full', { subject: node, level: 'unknown' });
    expect(explains(apiAnswers, cause, disk, snapshot)).toBe(false);
  });

  test('neither what is forbidden, nor a kubelet, nor a probe, nor a source that is not known', () => {
    for (const name of ['leases', 'kubelet/nuc0', 'api-handshake', 'elsewhere']) {
      expect(explains(apiAnswers, cause, unseen(name), snapshot), name).toBe(false);
    }
  });

  test('explains a kubelet that refuses us, since kubelets ask the API who we are', () => {
    const sources = {
      'kubelet/nuc0': { fresh: false, state: 'unauthorized' as const },
      'kubelet/nuc1': { fresh: false },
    };
    const snapshot = aSnapshot({ door: refusedDoor('unauthorized'), sources });
    const cause = theVerdict(apiAnswers, snapshot);
    const source = (name: string) => anEffect('nodes/unseen', { subject: { kind: 'Source', name }, level: 'unknown' });
    const disk = (name: string) => anEffect('nodes/disk-full', { subject: { kind: 'Node', name }, level: 'unknown' });
    for (const effect of [source('kubelet/nuc0'), disk('nuc0')])
      expect(explains(apiAnswers, cause, effect, snapshot)).toBe(true);
    for (const effect of [source('kubelet/nuc1'), disk('nuc1')])
      expect(explains(apiAnswers, cause, effect, snapshot)).toBe(false);
  });

  test('nothing that is known, and nothing at all while it answers', () => {
    expect(explains(apiAnswers, cause, anEffect('nodes/not-ready', { subject: node, level: 'bad' }), snapshot)).toBe(
      false,
    );
    const fine = theVerdict(apiAnswers, aSnapshot());
    expect(explains(apiAnswers, fine, unseen('nodes'), snapshot)).toBe(false);
  });
});
