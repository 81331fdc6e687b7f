import { describe, expect, test } from 'vitest';
import expiring from '#server/checks/certificates/expiring.ts';
import type { CredentialFact } from '#server/facts/api-door.ts';
import { subjectId } from '#shared/finding.ts';
import {
  aCredential,
  aDoor,
  aHandshake,
  anIssuedCertificate,
  aShownCertificate,
  aTlsServer,
} from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { anIngressRoute } from '#test/builders/routes.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { aDeployment } from '#test/builders/workloads.ts';

/** A certificate with so much left of a life of `whole`. */
function ending(left: number, whole = 365 * day) {
  return aShownCertificate({ notBefore: noon + left - whole, notAfter: noon + left });
}

const hostWith = (left: number, whole?: number) => aTlsServer({ certificate: ending(left, whole) });
const noDoor: SnapshotParts = { door: null };

function levelOf(left: number, whole?: number, settings?: Record<string, number>): string {
  const snapshot = aSnapshot({ ...noDoor, tlsServers: [hostWith(left, whole)] });
  return theVerdict(expiring, snapshot, settings === undefined ? {} : { settings }).level;
}

describe('a certificate that lasts', () => {
  test('is fine, and says for how long', () => {
    const verdict = theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [aTlsServer()] }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'ok',
      'the certificate of git.example ends in 182 days (1 Apr 2027)',
    ]);
    expect(verdict.sources).toEqual(['tls']);
  });

  test('is judged for each place where one is known', () => {
    const snapshot = aSnapshot({
      handshake: aHandshake(),
      tlsServers: [aTlsServer(), aTlsServer({ is: 'kubelet' })],
      issuedCertificates: [anIssuedCertificate()],
    });
    const verdicts = judged(expiring, snapshot);
    expect(verdicts.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(
      verdicts.map((verdict) => `${subjectId(verdict.subject)}|${verdict.key ?? ''} ${sentence(verdict)}`),
    ).toEqual([
      "Endpoint/api| the API server's certificate ends in 182 days (1 Apr 2027)",
      "Credential/wall| the wall's own certificate for the API ends in 182 days (1 Apr 2027)",
      'Host/git.example| the certificate of git.example ends in 182 days (1 Apr 2027)',
      'Node/nuc0|kubelet the certificate of the kubelet of nuc0 ends in 182 days (1 Apr 2027)',
      'Certificate/default/web| Certificate default/web ends in 60 days (30 Nov 12:00)',
    ]);
    expect(verdicts.map(({ sources }) => sources)).toEqual([
      ['api-handshake'],
      ['api-door'],
      ['tls'],
      ['tls'],
      ['certificates'],
    ]);
  });
});

describe('a long life is judged by the days that are left', () => {
  test.for([
    [31 * day, 'ok'],
    [30 * day + 1, 'ok'],
    [30 * day, 'warn'],
    [12 * day, 'warn'],
    [7 * day + 1, 'warn'],
    [7 * day, 'bad'],
    [1, 'bad'],
  ] as const)('%i ms left: %s', ([left, level]) => {
    expect(levelOf(left)).toBe(level);
    expect(levelOf(left, 101 * day)).toBe(level);
  });

  test('by what the owner says is soon', () => {
    expect(levelOf(50 * day, 365 * day, { warn: 60 * day })).toBe('warn');
    expect(levelOf(50 * day, 365 * day, { warn: 60 * day, bad: 50 * day })).toBe('bad');
  });
});

describe('a short life is judged by the part that is left', () => {
  test.for([
    [90 * day, 23 * day, 'ok'],
    [90 * day, 22.5 * day, 'warn'],
    [90 * day, 9 * day + 1, 'warn'],
    [90 * day, 9 * day, 'bad'],
    [100 * day, 25 * day, 'warn'],
    [100 * day, 25 * day + 1, 'ok'],
    [day, 7 * hour, 'ok'],
    [day, 6 * hour, 'warn'],
    [day, 2 * hour, 'bad'],
  ] as const)('of %i ms, %i ms left: %s', ([whole, left, level]) => {
    expect(levelOf(left, whole)).toBe(level);
  });

  test('unless its beginning is not known, or comes after its end', () => {
    const level = (notBefore: number | null) => {
      const certificate = aShownCertificate({ notBefore, notAfter: noon + 20 * day });
      return theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [aTlsServer({ certificate })] })).level;
    };
    expect([level(null), level(noon + 30 * day), level(noon - 70 * day)]).toEqual(['warn', 'warn', 'warn']);
  });
});

describe('the sentence', () => {
  const said = (left: number, whole?: number) =>
    sentence(theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [hostWith(left, whole)] })));

  test('says days, then hours, then minutes, with the date', () => {
    expect(said(12 * day)).toBe('the certificate of git.example ends in 12 days (13 Oct 12:00)');
    expect(said(47.5 * hour)).toBe('the certificate of git.example ends in 47 h (Sat 11:30)');
    expect(said(45 * minute)).toBe('the certificate of git.example ends in 40 min (12:45)');
    expect(said(4 * minute)).toBe('the certificate of git.example ends within 10 min (12:04)');
  });

  test('does not tick: of an hour of looking it is one', () => {
    const at = (now: number) => {
      const snapshot = aSnapshot({ ...noDoor, now, tlsServers: [hostWith(12.5 * day)] });
      return theVerdict(expiring, snapshot).say;
    };
    expect(at(noon + 59 * minute)).toEqual(at(noon));
    expect(at(noon + day)).not.toEqual(at(noon));
  });

  test('of a certificate of the year 9999 and one that never was in time', () => {
    expect(said(253_402_300_799_000 - noon, 10)).toBe(
      'the certificate of git.example ends in 7973 years (31 Dec 9999)',
    );
    const before = aTlsServer({ certificate: aShownCertificate({ notBefore: -9e11, notAfter: -8e11 }) });
    expect(judged(expiring, aSnapshot({ ...noDoor, tlsServers: [before] })), 'it has expired').toEqual([]);
  });

  test('of one whose end cannot be read is that nobody knows', () => {
    const server = aTlsServer({ certificate: aShownCertificate({ notAfter: null }) });
    const verdict = theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [server] }));
    expect([verdict.level, sentence(verdict)]).toEqual([
      'unknown',
      'when the certificate of git.example ends cannot be read',
    ]);
  });

  test('names with braces and control characters stay names', () => {
    const server = aTlsServer({ name: 'git.{at:at}\u202E.example', certificate: ending(12 * day) });
    expect(sentence(theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [server] })))).toBe(
      'the certificate of git.{at:at}.example ends in 12 days (13 Oct 12:00)',
    );
  });
});

describe('what is seen and done', () => {
  test('of a host: where, what names it, who issued it, and how its Secret is renewed', () => {
    const verdict = theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [hostWith(12 * day)] }));
    expect(evidenceOf(verdict)).toEqual([
      'valid from 13 Oct 2025 to 13 Oct 12:00',
      'shown at git.example:443, named by Ingress default/web',
      "issued by C=US, O=Let's Encrypt, CN=R11",
      'CN=git.example, for git.example, EC P-256',
    ]);
    expect(commandsOf(verdict)).toEqual([
      'kubectl -n default get certificates',
      'kubectl -n default create secret tls web-tls --cert=new.crt --key=new.key --dry-run=client -o yaml | kubectl apply -f -',
      'openssl s_client -connect git.example:443 -servername git.example </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer -dates',
    ]);
    expect(verdict.series).toEqual(['certificates/soonest']);
  });

  test('of a host of cert-manager: its Certificate', () => {
    const issued = anIssuedCertificate({ notAfter: noon + 12 * day });
    const snapshot = aSnapshot({ ...noDoor, tlsServers: [hostWith(12 * day)], issuedCertificates: [issued] });
    const [host] = judged(expiring, snapshot);
    expect(commandsOf(host!).slice(0, 2)).toEqual([
      'kubectl -n default describe certificate web',
      'cmctl renew --namespace default web',
    ]);
  });

  test('of a host that still shows the old one after cert-manager has renewed it: restart what shows it', () => {
    const snapshot = aSnapshot({
      ...noDoor,
      tlsServers: [hostWith(12 * day)],
      issuedCertificates: [anIssuedCertificate()],
      deployments: [aDeployment({ namespace: 'kube-system', name: 'traefik' })],
    });
    const [host] = judged(expiring, snapshot);
    expect(host?.steps?.[0]?.say).toBe('cert-manager has renewed it already: the server still shows the old one');
    expect(commandsOf(host!)[0]).toBe('kubectl -n kube-system rollout restart deployment/traefik');
  });

  test("of a host of Traefik's own resolver: what Traefik says of it", () => {
    const route = { kind: 'IngressRoute', namespace: 'media', name: 'films' };
    const server = aTlsServer({ namedBy: [route], secret: null, certificate: ending(8 * day, 90 * day) });
    const ingressRoute = anIngressRoute({
      ...{ namespace: 'media', name: 'films', hosts: ['git.example'], tls: { secretName: '', certResolver: 'le' } },
    });
    const snapshot = aSnapshot({ ...noDoor, tlsServers: [server], ingressRoutes: [ingressRoute] });
    const verdict = theVerdict(expiring, snapshot);
    expect(verdict.steps?.[0]?.say).toBe('Traefik renews it by its resolver le: what does it say? Look for it');
  });

  test('of a host without a Secret: that of another which shows the same', () => {
    const without = aTlsServer({ name: 'a.example', secret: null, certificate: ending(12 * day) });
    const shown = aSnapshot({ ...noDoor, tlsServers: [without, hostWith(12 * day)] });
    expect(judged(expiring, shown)[0]?.steps?.[0]?.say).toContain('Secret default/web-tls');
    const alone = aSnapshot({ ...noDoor, tlsServers: [without] });
    expect(judged(expiring, alone)[0]?.steps?.[0]?.say).toBe(
      'Renew it in what answers at a.example:443: no Secret is named for it',
    );
  });

  test('of a machine that only the configuration names: there', () => {
    const namedBy = [{ kind: 'Configuration', namespace: null, name: 'certificates.servers' }];
    const server = aTlsServer({
      ...{ name: 'nas.lan:5001', address: '[fd00::7]:5001', serverName: '', namedBy, secret: null },
      certificate: ending(12 * day),
    });
    const verdict = theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [server] }));
    expect(verdict.steps?.[0]?.say).toBe(
      'Renew it where it is served, at [fd00::7]:5001: the cluster knows nothing of it',
    );
    expect(commandsOf(verdict)[0]).toMatch(/^openssl s_client -connect '\[fd00::7\]:5001' <\/dev\/null/);
    expect(evidenceOf(verdict)).toContain(
      'shown at [fd00::7]:5001, named by certificates.servers of the configuration',
    );
  });

  test('of the API server and a kubelet: what the distribution wants', () => {
    const handshake = aHandshake({ notAfter: noon + 5 * day });
    const kubelet = aTlsServer({ is: 'kubelet', certificate: ending(5 * day) });
    const snapshot = aSnapshot({ handshake, tlsServers: [kubelet], nodes: [aNode()] });
    const [api, , node] = judged(expiring, snapshot);
    expect([api?.level, node?.level]).toEqual(['bad', 'bad']);
    expect(commandsOf(api!)).toContain('systemctl restart k3s');
    expect(commandsOf(node!)).toContain('systemctl restart k3s-agent');
  });

  test('a clock that is off is said first', () => {
    const door = aDoor({ clockAheadMs: -7 * hour, credential: aCredential({ expiresAt: noon + 12 * day }) });
    expect(evidenceOf(theVerdict(expiring, aSnapshot({ door })))[0]).toBe(
      'our clock is 7 h ahead of the clock of the API: dates may be judged wrongly',
    );
    const within = aDoor({ clockAheadMs: minute, credential: aCredential({ expiresAt: noon + 12 * day }) });
    expect(evidenceOf(theVerdict(expiring, aSnapshot({ door: within })))[0]).toMatch(/^valid from/);
  });
});

describe('what the wall itself presents', () => {
  const of = (part: Partial<CredentialFact>) =>
    judged(expiring, aSnapshot({ door: aDoor({ credential: aCredential(part) }) }));
  const soon = { issuedAt: noon - 353 * day, expiresAt: noon + 12 * day };

  test('a client certificate and a token of the kubeconfig end like any other', () => {
    const [certificate] = of(soon);
    expect([certificate?.level, sentence(certificate!)]).toEqual([
      'warn',
      "the wall's own certificate for the API ends in 12 days (13 Oct 12:00)",
    ]);
    expect(evidenceOf(certificate!)[1]).toBe('from context homelab of /home/anna/.kube/config');
    expect(commandsOf(certificate!)).toContain('systemctl restart k3s');
    const [token] = of({ ...soon, kind: 'token' });
    expect([token?.level, sentence(token!)]).toEqual([
      'warn',
      "the wall's own token for the API ends in 12 days (13 Oct 12:00)",
    ]);
    expect(token?.steps?.length).toBeGreaterThan(0);
  });

  test('a certificate is renewed on the server, and copied to where the wall reads it', () => {
    const from = 'user "default" (/home/anna/.kube/config)';
    const nodes = (part: Parameters<typeof aNode>[0] = {}) => [
      aNode({ name: 'kmaster', roles: ['control-plane'], ...part }),
    ];
    const steps = (parts: SnapshotParts) => {
      const door = aDoor({ credential: aCredential({ ...soon, from }), version: '' });
      return judged(expiring, aSnapshot({ door, ...parts }))[0]?.steps ?? [];
    };
    expect(steps({ nodes: nodes() }).map(({ command }) => command)).toEqual([
      'systemctl restart k3s',
      'scp root@192.168.1.10:/etc/rancher/k3s/k3s.yaml /home/anna/.kube/config',
      'sed -i s/127.0.0.1/192.168.1.10/ /home/anna/.kube/config',
      'k3s certificate check --output table',
    ]);
    const talos = { kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.11.0)' };
    expect(steps({ nodes: nodes(talos) }).map(({ command }) => command)).toEqual([
      'talosctl kubeconfig --force /home/anna/.kube/config',
      'talosctl config info',
    ]);
  });

  test.for(['token-file', 'service-account'] as const)('a %s is renewed all the time', (kind) => {
    expect(of({ kind, issuedAt: noon - 59 * minute, expiresAt: noon + minute })).toMatchObject([{ level: 'ok' }]);
  });

  test('what a plugin gives for hours is renewed all the time, a certificate of a year is not', () => {
    expect(of({ kind: 'exec', issuedAt: noon - hour, expiresAt: noon + minute })).toMatchObject([{ level: 'ok' }]);
    expect(of({ kind: 'exec', ...soon })).toMatchObject([{ level: 'warn' }]);
  });

  test('without an end there is nothing to say', () => {
    expect(of({ kind: 'token', expiresAt: null })).toEqual([]);
    expect(judged(expiring, aSnapshot(noDoor))).toEqual([]);
  });
});

describe('one certificate at several places', () => {
  const names = Array.from({ length: 14 }, (_, i) => `host${String(i).padStart(2, '0')}.example`);
  const shared = names.map((name) => aTlsServer({ name, certificate: ending(12 * day) }));
  const snapshot = aSnapshot({ ...noDoor, tlsServers: shared.toReversed() });

  test('is one thing to mend: the first by name explains the others', () => {
    const verdicts = judged(expiring, snapshot);
    expect(verdicts).toHaveLength(14);
    const first = verdicts.find(({ subject }) => subject.name === 'host00.example')!;
    expect(sentence(first)).toBe('the certificate of host00.example and 13 more hosts ends in 12 days (13 Oct 12:00)');
    for (const verdict of verdicts) {
      const explained = explains(expiring, first, anEffect('certificates/expiring', verdict), snapshot);
      expect(explained, verdict.subject.name).toBe(verdict !== first);
      if (verdict !== first) expect(sentence(verdict)).not.toContain('more');
    }
  });

  test('two are one and 1 more host', () => {
    const two = aSnapshot({ ...noDoor, tlsServers: shared.slice(0, 2) });
    expect(sentence(judged(expiring, two)[0]!)).toContain('host00.example and 1 more host ends');
  });

  test('a kubelet that shows the same is no host', () => {
    const kubelet = aTlsServer({ is: 'kubelet', certificate: ending(12 * day) });
    const two = aSnapshot({ ...noDoor, tlsServers: [shared[0]!, kubelet] });
    expect(judged(expiring, two).map((verdict) => sentence(verdict).includes('more'))).toEqual([false, false]);
  });

  test('the Certificate of cert-manager explains the host that shows its Secret, and no other', () => {
    const issued = anIssuedCertificate({ notBefore: noon - 80 * day, notAfter: noon + 9 * day });
    const theirs = aTlsServer({ certificate: ending(9 * day, 90 * day) });
    const other = aTlsServer({ name: 'other.example', secret: 'default/other-tls', certificate: ending(9 * day) });
    const renewed = aTlsServer({ name: 'old.example', certificate: ending(day) });
    const three = aSnapshot({ ...noDoor, tlsServers: [theirs, other, renewed], issuedCertificates: [issued] });
    const verdicts = judged(expiring, three);
    const cause = verdicts.find(({ subject }) => subject.kind === 'Certificate')!;
    const explained = verdicts.filter((each) =>
      explains(expiring, cause, anEffect('certificates/expiring', each), three),
    );
    expect(explained.map(({ subject }) => subject.name)).toEqual(['git.example']);
  });
});

describe('one of three handshakes that fails', () => {
  test('changes nothing: dates do not change when nobody answers', () => {
    const shown = hostWith(12 * day);
    const lost = { ...shown, outcome: 'no-handshake' as const, trouble: 'timeout' as const, failures: 1 };
    const verdict = (server: typeof shown) => theVerdict(expiring, aSnapshot({ ...noDoor, tlsServers: [server] }));
    expect(verdict(lost)).toEqual(verdict(shown));
    expect(verdict({ ...lost, failures: 40 })).toEqual(verdict(shown));
  });
});
