import { describe, expect, test } from 'vitest';
import tile from '#server/checks/certificates/tile.ts';
import { soonestCertificate } from '#server/checks/certificate-series.ts';
import type { Subject } from '#shared/finding.ts';
import {
  aComponentCertificates,
  aCredential,
  aDoor,
  aHandshake,
  anIssuedCertificate,
  aShownCertificate,
  aTlsServer,
} from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';

function figureOf(parts: SnapshotParts) {
  const figure = tile.figure(aSnapshot(parts));
  if (figure === null) return null;
  const { detail, ...rest } = figure;
  return { ...rest, detail: sentence({ say: detail }) };
}

const ending = (left: number, whole = 365 * day) =>
  aShownCertificate({ notBefore: noon + left - whole, notAfter: noon + left });
const hostWith = (left: number, whole?: number, name = 'git.example') =>
  aTlsServer({ name, certificate: { ...ending(left, whole), fingerprint: name } });
const noDoor = { door: null };

describe('the figure of the certificates', () => {
  test('is how many days the soonest still lasts, with its name', () => {
    const tlsServers = [hostWith(12 * day), hostWith(20 * day, 365 * day, 'nas.example')];
    expect(figureOf({ tlsServers, handshake: aHandshake() })).toEqual({
      value: '12',
      rest: 'days left',
      detail: 'git.example',
    });
  });

  test.for([
    [2 * day, '2', 'days left'],
    [2 * day - 1, '1', 'day left'],
    [day, '1', 'day left'],
    [day - 1, '23', 'h left'],
    [hour, '1', 'h left'],
    [minute, '< 1', 'h left'],
    [999 * day, '999', 'days left'],
    [3_660 * day, '10', 'years left'],
    [253_402_300_799_000 - noon, '7973', 'years left'],
  ] as const)('%i ms are "%s" "%s"', ([left, value, rest]) => {
    expect(figureOf({ ...noDoor, tlsServers: [hostWith(left)] })).toMatchObject({ value, rest });
  });

  test('of what has ended is that it has', () => {
    expect(figureOf({ ...noDoor, tlsServers: [hostWith(0)] })).toEqual({
      value: 'expired',
      detail: 'git.example, since 12:00',
    });
    const two = [hostWith(-day), hostWith(-2 * day, 365 * day, 'nas.example'), hostWith(day, 365 * day, 'c.example')];
    expect(figureOf({ ...noDoor, tlsServers: two })).toEqual({
      value: 'expired',
      rest: '2 certificates',
      detail: 'nas.example, since Tue 12:00',
    });
  });

  test('names the API server, a kubelet, the wall itself and k3s', () => {
    const soon = noon + 12 * day;
    const named = (parts: SnapshotParts) => figureOf({ ...noDoor, ...parts })?.detail.split(',')[0];
    expect(named({ handshake: aHandshake({ notAfter: soon }) })).toBe('API server');
    expect(named({ tlsServers: [aTlsServer({ is: 'kubelet', certificate: ending(day) })] })).toBe('kubelet of nuc0');
    expect(named({ door: aDoor({ credential: aCredential({ expiresAt: soon }) }) })).toBe("the wall's own");
    expect(
      named({ componentCertificates: [aComponentCertificates()], sources: { 'kubelet-certificates/nuc0': {} } }),
    ).toBe('k3s on nuc0');
    expect(named({ issuedCertificates: [anIssuedCertificate()] })).toBe('Certificate default/web');
  });

  test('is that of what cert-manager renews as well', () => {
    const renewed = { ...hostWith(40 * day, 200 * day), secret: 'default/web-tls' };
    const parts = {
      tlsServers: [{ ...hostWith(300 * day, 365 * day, 'nas.example'), secret: null }, renewed],
      issuedCertificates: [anIssuedCertificate({ notBefore: noon - 160 * day, notAfter: noon + 40 * day })],
    };
    expect(figureOf({ ...noDoor, ...parts })).toMatchObject({ value: '40', rest: 'days left' });
    const ofNinety = { ...noDoor, tlsServers: [...parts.tlsServers, hostWith(34 * day, 90 * day, 'media.example')] };
    expect(figureOf(ofNinety)).toMatchObject({ value: '34', detail: 'media.example' });
  });

  test('counts one certificate once that several hosts show, and says on how many', () => {
    const shown = { ...ending(-day), fingerprint: 'aa' };
    const host = (name: string, certificate = shown) => aTlsServer({ name, secret: null, certificate });
    const eight = ['a', 'b', 'c'].map((name) => host(`${name}.example`));
    expect(figureOf({ ...noDoor, tlsServers: eight })).toMatchObject({ value: 'expired', rest: 'on 3 hosts' });
    const another = host('d.example', { ...shown, fingerprint: 'bb' });
    expect(figureOf({ ...noDoor, tlsServers: [...eight, another] })).toMatchObject({ rest: '2 certificates' });
    const issued = anIssuedCertificate({ notBefore: shown.notBefore, notAfter: shown.notAfter });
    const one = aTlsServer({ certificate: shown, secret: `${issued.namespace}/${issued.secretName}` });
    const both = figureOf({ ...noDoor, tlsServers: [one], issuedCertificates: [issued] });
    expect(both, 'its Certificate is no other').not.toHaveProperty('rest');
  });

  test('is not that of something that lives for days while another lasts longer', () => {
    const ofAYear = { ...hostWith(300 * day, 365 * day, 'nas.example'), secret: null };
    const others: SnapshotParts[] = [
      { tlsServers: [ofAYear, hostWith(10 * hour, day)] },
      { tlsServers: [ofAYear, hostWith(6 * day, 14 * day)] },
    ];
    for (const parts of others)
      expect(figureOf({ ...noDoor, ...parts })).toMatchObject({ value: '300', detail: expect.stringMatching(/^nas/) });
    expect(
      figureOf({ ...noDoor, tlsServers: [hostWith(10 * hour, day)] }),
      'where there is nothing else',
    ).toMatchObject({ value: '10', rest: 'h left' });
    const late = { tlsServers: [ofAYear, hostWith(5 * hour, day)] };
    expect(figureOf({ ...noDoor, ...late }), 'it is late').toMatchObject({ value: '5', rest: 'h left' });
  });

  test('is none of a token that is renewed all the time, until it has ended', () => {
    const token = (expiresAt: number) =>
      aDoor({ credential: aCredential({ kind: 'service-account', issuedAt: noon - hour, expiresAt }) });
    expect(figureOf({ door: token(noon + minute) })).toBeNull();
    expect(figureOf({ door: token(noon - minute) })).toMatchObject({ value: 'expired' });
  });

  test('goes by what is seen now, and by what was seen last where nothing is', () => {
    const parts = {
      ...noDoor,
      tlsServers: [hostWith(12 * day)],
      issuedCertificates: [anIssuedCertificate({ namespace: 'media', notAfter: noon + day })],
    };
    const blind = { certificates: { fresh: false, state: 'stale' as const } };
    expect(figureOf({ ...parts, sources: blind })).toMatchObject({ value: '12' });
    expect(figureOf(parts)).toMatchObject({ value: '1' });
    expect(figureOf({ ...noDoor, issuedCertificates: parts.issuedCertificates, sources: blind })).toMatchObject({
      value: '1',
    });
  });

  test('is none where there is nothing, and is awaited while somebody looks', () => {
    expect(figureOf(noDoor)).toBeNull();
    const looking = { tls: { state: 'syncing' as const, fresh: false } };
    expect(figureOf({ ...noDoor, sources: looking })).toEqual({ value: '–', detail: 'no certificate seen yet' });
  });

  test('needs nothing of the API but its door, which is asked while the API is blind', () => {
    expect(tile.needs).toEqual(['apiDoor']);
  });
});

describe('the series of the soonest', () => {
  const read = (parts: SnapshotParts) => [...soonestCertificate.read(aSnapshot({ ...noDoor, ...parts }))];

  test('is in whole days, 0 once it has ended, and nothing where there is none', () => {
    expect(read({ tlsServers: [hostWith(12.7 * day)] })).toEqual([{ subject: null, value: 12 }]);
    expect(read({ tlsServers: [hostWith(-3 * day)] })).toEqual([{ subject: null, value: 0 }]);
    expect(read({})).toEqual([]);
  });

  test.for(['tls', 'api-handshake', 'nodes', 'ingresses'])('is nothing before %s was seen a first time', (source) => {
    const looking = { [source]: { state: 'syncing' as const } };
    expect(read({ handshake: aHandshake(), sources: looking })).toEqual([]);
    expect(read({ handshake: aHandshake(), sources: { [source]: {} } })).toHaveLength(1);
  });
});

describe('what still answers', () => {
  const said = (parts: SnapshotParts) => {
    const answer = tile.stillAnswers?.(aSnapshot(parts)) ?? null;
    return answer === null ? null : sentence({ say: answer });
  };

  test('counts hosts and kubelets by what they showed at their last looks', () => {
    const silent = aTlsServer({ name: 'b.example', outcome: 'no-handshake', trouble: 'timeout', failures: 3 });
    const lost = aTlsServer({ name: 'c.example', outcome: 'no-handshake', trouble: 'timeout', failures: 1 });
    const never = { ...lost, key: 'Host/d.example', seenAt: null };
    const tlsServers = [aTlsServer(), aTlsServer({ is: 'kubelet' }), silent, lost, never];
    expect(said({ tlsServers })).toBe('3 of 5 TLS servers still answer');
  });

  test('is nothing where there are none, or nobody looks', () => {
    expect(said({})).toBeNull();
    expect(said({ tlsServers: [aTlsServer()], sources: { tls: { fresh: false } } })).toBeNull();
  });
});

describe('a row of the certificates', () => {
  const snapshot = aSnapshot({
    handshake: aHandshake(),
    nodes: [aNode(), aNode({ name: 'nuc1' })],
    tlsServers: [
      aTlsServer(),
      aTlsServer({
        name: 'own.example',
        secret: null,
        certificate: aShownCertificate({ chainIs: 'self-signed', fingerprint: 'own' }),
      }),
      aTlsServer({ name: 'none.example', certificate: null, seenAt: null }),
      aTlsServer({ is: 'kubelet', name: 'nuc0', certificate: ending(100 * day) }),
      aTlsServer({
        is: 'kubelet',
        name: 'nuc1',
        certificate: aShownCertificate({ chainIs: 'self-signed', selfSigned: true }),
      }),
    ],
    issuedCertificates: [anIssuedCertificate()],
    componentCertificates: [
      aComponentCertificates(),
      aComponentCertificates({
        node: 'nuc1',
        product: 'rke2',
        certificates: [{ subject: 'CN=system:admin', usages: 'ClientAuth', isAuthority: false, expiresAt: noon + day }],
      }),
    ],
    sources: { 'kubelet-certificates/nuc1': { freshAt: noon - minute } },
  });
  const cells = (kind: string, name: string, namespace?: string) => {
    const subject: Subject = namespace === undefined ? { kind, name } : { kind, name, namespace };
    const row = tile.cells(subject, snapshot);
    expect(Object.keys(row).toSorted(), 'one for each column').toEqual(tile.columns.map(({ key }) => key).toSorted());
    return row;
  };

  test('names who renews a certificate at all hosts that show it', () => {
    const certificate = { ...ending(100 * day), fingerprint: 'shared' };
    const hosts = ['a', 'b', 'c'].map((name) =>
      aTlsServer({ name: `${name}.example`, secret: name === 'b' ? 'web/wild-tls' : null, certificate }),
    );
    const lonely = aTlsServer({ name: 'd.example', secret: null, certificate: { ...certificate, fingerprint: 'own' } });
    const shared = aSnapshot({ ...noDoor, tlsServers: [...hosts, lonely] });
    const by = (name: string) => tile.cells({ kind: 'Host', name }, shared)['renewal'];
    expect(['a', 'b', 'c'].map((name) => by(`${name}.example`))).toEqual(
      Array(3).fill('whoever writes Secret web/wild-tls'),
    );
    expect(by('d.example')).toBeNull();
  });

  test.for([
    ["C=US, O=Let's Encrypt, CN=R11", "Let's Encrypt, R11"],
    ['O=Acme Co\\, Ltd., CN=Acme Root', 'Acme Root'],
    ['O=nobody', 'nobody'],
    ['no letters', 'no letters'],
    [
      'C=GB, O=Sectigo Limited, CN=Sectigo Public Server Authentication CA DV R36',
      expect.stringMatching(/^Sectigo .{8,24}$/),
    ],
  ] as const)('has a short word for the issuer %s', ([issuer, said]) => {
    const one = aTlsServer({ certificate: { ...ending(day), issuer } });
    const subject = { kind: 'Host', name: 'git.example' };
    expect(tile.cells(subject, aSnapshot({ ...noDoor, tlsServers: [one] }))['issuer']).toEqual(said);
  });

  test('has no more columns than fit side by side', () => {
    expect(tile.columns.map(({ key }) => key)).toEqual(['name', 'ends', 'issuer', 'renewal', 'trust', 'seen']);
  });

  test('of a host', () => {
    expect(cells('Host', 'git.example')).toEqual({
      ...{
        name: 'git.example',
        ends: noon + 182 * day,
        issuer: "Let's Encrypt, R11",
      },
      ...{ renewal: 'cert-manager', trust: 'trusted', seen: noon - minute },
    });
    expect(cells('Host', 'own.example')).toMatchObject({ renewal: null, trust: 'self-signed' });
    expect(cells('Host', 'none.example')).toMatchObject({
      name: 'none.example',
      ends: null,
      seen: null,
    });
  });

  test('of the API server, of the wall itself, of cert-manager', () => {
    expect(cells('Endpoint', 'api')).toMatchObject({
      name: 'API server',
      renewal: 'k3s, when restarted',
      trust: 'trusted',
      seen: noon,
    });
    expect(cells('Credential', 'wall')).toMatchObject({
      name: "the wall's own",
      issuer: 'k3s-client-ca@1700000000',
      seen: null,
    });
    expect(cells('Certificate', 'web', 'default')).toMatchObject({
      name: 'Certificate default/web',
      issuer: 'ClusterIssuer letsencrypt',
      renewal: 'cert-manager',
    });
  });

  test('of a node is the first to end of its kubelet’s and of its k3s’s', () => {
    expect(cells('Node', 'nuc0')).toMatchObject({
      name: 'kubelet of nuc0',
      trust: 'trusted',
    });
    expect(cells('Node', 'nuc1')).toMatchObject({
      name: 'RKE2 on nuc1: CN=system:admin',
      renewal: 'RKE2, when restarted',
      seen: noon - minute,
    });
  });

  test('of an authority', () => {
    const name = 'k3s-server-ca@1700000000';
    expect(cells('Authority', name)).toMatchObject({ name, ends: expect.any(Number), renewal: 'by hand' });
    expect(cells('Authority', 'unheard-of')).toMatchObject({ name: 'unheard-of', ends: null });
  });

  test('of anything else has its name', () => {
    expect(cells('Source', 'tls')).toMatchObject({ name: 'tls' });
  });

  test('the bars are drawn from columns there are', () => {
    const columns = new Map(tile.columns.map(({ key, type }) => [key, type]));
    const until = tile.bars !== undefined && 'until' in tile.bars ? tile.bars.until : '';
    expect(columns.get(until)).toBe('at');
    expect(columns.get(tile.bars!.name)).toBe('text');
  });
});
