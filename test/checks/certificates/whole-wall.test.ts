import { describe, expect, test } from 'vitest';
import certificates from '#server/checks/certificates/tile.ts';
import controlPlane from '#server/checks/control-plane/tile.ts';
import nodes from '#server/checks/nodes/tile.ts';
import type { TileDefinition } from '#server/engine/define-tile.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { ApiHandshakeFact } from '#server/facts/api-handshake.ts';
import type { IssuedCertificateFact } from '#server/facts/issued-certificate.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import type { Tile } from '#shared/board.ts';
import {
  aCredential,
  aDoor,
  aHandshake,
  anIssuedCertificate,
  aShownCertificate,
  aTlsServer,
} from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { day, hour, minute, second } from '#test/builders/time.ts';
import { evening, node, seeNodes, smallWall, type SmallWall } from '#test/engine/small-wall.ts';

const own = 'certificates/expired|Credential/wall';
const refused = 'control-plane/api-answers|Endpoint/api';

/** A tile with a few of its checks: the others need more than is seen here. */
const only = (tile: TileDefinition, ...names: string[]): TileDefinition => ({
  ...tile,
  checks: tile.checks.filter(({ check }) => names.includes(check)),
});
const ours = ['expired', 'expiring', 'not-yet-valid', 'untrusted', 'renewal-failing', 'not-shown'];

function wallOf(): SmallWall {
  const tiles = [
    only(controlPlane, 'control-plane/api-answers'),
    only(nodes, 'nodes/not-ready'),
    only(certificates, ...ours.map((name) => `certificates/${name}`)),
  ];
  const wall = smallWall({ tiles });
  for (const [name, kind] of [
    ['api-handshake', 'apiHandshake'],
    ['tls', 'tlsServer'],
  ] as const)
    wall.store.declare({ name, role: 'probe', staleAfterMs: 60_000, kinds: [kind] });
  wall.store.declare({ name: 'certificates', role: 'feed', staleAfterMs: 15_000, kinds: ['issuedCertificate'] });
  return wall;
}

/** What is seen at present; what is not named is as it should be. */
interface Seen {
  door?: Partial<ApiDoorFact>;
  handshake?: Partial<ApiHandshakeFact>;
  servers?: readonly TlsServerFact[];
  issued?: readonly IssuedCertificateFact[];
  /** The streams live. */
  streams?: boolean;
}

function see(wall: SmallWall, { door, handshake, servers = [aTlsServer()], issued = [], streams = true }: Seen): void {
  const now = wall.now();
  wall.store.replace('api-door', 'apiDoor', [doorAt(now, door)]);
  wall.store.replace('api-handshake', 'apiHandshake', [handshakeAt(now, handshake)]);
  wall.store.replace('tls', 'tlsServer', servers);
  for (const name of ['api-door', 'api-handshake', 'tls']) {
    wall.store.state(name, 'synced');
    wall.store.fresh(name, now);
  }
  if (streams) {
    seeNodes(wall, aNode(), node('nuc1'));
    wall.store.replace('certificates', 'issuedCertificate', issued);
    wall.store.state('certificates', 'synced');
    wall.store.fresh('certificates', now);
  }
  wall.judge();
}

const lasting = { expiresAt: evening + 200.5 * day, issuedAt: evening - 165 * day };

function doorAt(now: number, part: Partial<ApiDoorFact> = {}): ApiDoorFact {
  const credential = aCredential(lasting);
  return aDoor({ credential, clusterId: 'one', outcomeSince: evening, askedAt: now, readyAt: now, ...part });
}

function handshakeAt(now: number, part: Partial<ApiHandshakeFact> = {}): ApiHandshakeFact {
  return aHandshake({
    askedAt: now,
    outcomeSince: evening,
    notBefore: evening - day,
    notAfter: evening + 364 * day,
    ...part,
  });
}

const ending = (left: number) => aShownCertificate({ notBefore: evening + left - 365 * day, notAfter: evening + left });
const tileOf = (wall: SmallWall, area: string): Tile => wall.engine.board().tiles.find((tile) => tile.area === area)!;
const told = (wall: SmallWall) =>
  wall.engine.board().findings.map(({ id, level, cause }) => [id, level, ...(cause === null ? [] : [cause])]);

describe('the wall’s own certificate ends', () => {
  const endsAt = evening + minute;
  const credential = aCredential({ issuedAt: endsAt - 365 * day, expiresAt: endsAt });

  function play(): SmallWall {
    const wall = wallOf();
    see(wall, { door: { credential } });
    expect(told(wall)).toEqual([['certificates/expiring|Credential/wall', 'bad']]);
    expect(wall.engine.board().headline.text).toBe("the wall's own certificate for the API ends within 10 min (20:36)");
    wall.later(minute + 2 * second);
    see(wall, { door: { credential, outcome: 'unauthorized', outcomeSince: wall.now() - second, status: 401 } });
    return wall;
  }

  test('and is the cause of the 401, at once', () => {
    const wall = play();
    expect(told(wall)).toEqual([
      [own, 'bad'],
      [refused, 'bad', own],
    ]);
    const { headline, findings } = wall.engine.board();
    expect(headline).toMatchObject({
      level: 'bad',
      finding: own,
      text: "the wall's own certificate for the API expired at 20:36: the API refuses us (401), and 1 more because of it",
    });
    expect(findings[0]).toMatchObject({ since: endsAt, explains: 1 });
    expect(tileOf(wall, 'certificates')).toMatchObject({ level: 'bad', figure: { value: 'expired' } });
    expect(wall.failures).toEqual([]);
  });

  test('then the streams end: all that is unknown is because of it, and it stays known itself', () => {
    const wall = play();
    wall.later(20 * second);
    see(wall, {
      door: { credential, outcome: 'unauthorized', outcomeSince: endsAt + second, status: 401 },
      streams: false,
    });
    expect(told(wall)).toEqual([
      [own, 'bad'],
      [refused, 'bad', own],
      ['nodes/unseen|Source/nodes', 'unknown', refused],
    ]);
    expect(wall.engine.board().headline.text).toBe(
      "the wall's own certificate for the API expired at 20:36: the API refuses us (401), and 2 more because of it",
    );
    const { figure } = tileOf(wall, 'certificates');
    expect(figure.asOf, 'its figure is not old').toBeUndefined();
  });

  test('seen by an owner, it is still the headline: nothing fresh can be known', () => {
    const wall = play();
    expect(wall.engine.acknowledge(own, undefined, 'seen')).toBe('done');
    wall.judge();
    expect(wall.engine.board().headline).toMatchObject({ level: 'bad', finding: own });
  });

  test('a 401 of long before it ended is another matter', () => {
    const wall = wallOf();
    const early = { outcome: 'unauthorized' as const, outcomeSince: evening - hour, status: 401 };
    see(wall, { door: { credential, ...early } });
    wall.later(2 * minute);
    see(wall, { door: { credential, ...early } });
    expect(told(wall)).toEqual([
      [refused, 'bad'],
      [own, 'bad'],
    ]);
  });

  test('a new one is taken up, and all is over', () => {
    const wall = play();
    wall.later(10 * second);
    see(wall, {});
    expect(told(wall)).toEqual([]);
    expect(tileOf(wall, 'certificates')).toMatchObject({ level: 'ok' });
  });
});

describe('the API server’s certificate ends', () => {
  test('and is the cause of every connection that fails', () => {
    const wall = wallOf();
    const notAfter = evening - hour;
    see(wall, { handshake: { outcome: 'expired', notAfter, notBefore: notAfter - 365 * day } });
    const id = 'certificates/expired|Endpoint/api';
    expect(told(wall)).toEqual([
      [id, 'bad'],
      [refused, 'bad', id],
    ]);
    expect(wall.engine.board().headline.text).toBe(
      "the API server's certificate expired at 19:35, and 1 more because of it",
    );
  });

  test('that it ends soon stays known while the API is down', () => {
    const wall = wallOf();
    const soon = { notAfter: evening + 5 * day, notBefore: evening - 360 * day };
    see(wall, { handshake: soon });
    const expiring = ['certificates/expiring|Endpoint/api', 'bad'];
    expect(told(wall)).toEqual([expiring]);
    wall.later(10 * second);
    see(wall, {
      handshake: { ...soon, outcome: 'no-handshake', outcomeSince: wall.now() },
      door: { outcome: 'refused', outcomeSince: wall.now() },
    });
    expect(told(wall)).toEqual([[refused, 'bad'], expiring]);
  });
});

describe('hosts', () => {
  test('fourteen with one certificate are one thing', () => {
    const wall = wallOf();
    const servers = Array.from({ length: 14 }, (_, i) =>
      aTlsServer({ name: `host${10 + i}.example`, certificate: ending(12 * day) }),
    );
    see(wall, { servers });
    const { headline, findings } = wall.engine.board();
    expect(findings).toHaveLength(14);
    expect(findings.filter(({ cause }) => cause === null).map(({ id }) => id)).toEqual([
      'certificates/expiring|Host/host10.example',
    ]);
    expect(headline.text).toBe('the certificate of host10.example and 13 more hosts ends in 12 days (27 Apr 20:35)');
    expect(headline.also).toEqual([]);
    expect(tileOf(wall, 'certificates')).toMatchObject({ level: 'warn', figure: { value: '12', rest: 'days left' } });
  });

  test('one of three handshakes that is lost, again and again, says nothing', () => {
    const wall = wallOf();
    const changes: unknown[] = [];
    see(wall, {});
    wall.engine.onChange((change) => changes.push(change.tiles ?? change));
    for (let look = 0; look < 30; look += 1) {
      wall.later(20 * second);
      const failures = look % 3;
      const lost = { outcome: 'no-handshake' as const, trouble: 'timeout' as const, failures };
      see(wall, { servers: [aTlsServer(failures === 0 ? {} : lost)] });
    }
    expect(changes).toEqual([]);
    expect(told(wall)).toEqual([]);
  });

  test('three in a row greys the tile, and its figure stays', () => {
    const wall = wallOf();
    const lost = { outcome: 'no-handshake' as const, trouble: 'timeout' as const, failures: 3, outcomeSince: evening };
    see(wall, { servers: [aTlsServer({ ...lost, certificate: ending(40 * day) })] });
    expect(told(wall)).toEqual([['certificates/not-shown|Host/git.example', 'unknown']]);
    expect(tileOf(wall, 'certificates')).toMatchObject({ level: 'unknown', figure: { value: '40' } });
  });

  test('what cert-manager cannot renew is the cause of what its host shows', () => {
    const wall = wallOf();
    const certificate = aShownCertificate({ notBefore: evening - 80 * day, notAfter: evening + 10 * day });
    const { notBefore, notAfter } = certificate;
    const issued = anIssuedCertificate({ notBefore, notAfter, renewalAt: evening - 20 * day, failedAttempts: 5 });
    see(wall, { servers: [aTlsServer({ certificate })], issued: [issued] });
    const failing = 'certificates/renewal-failing|Certificate/default/web';
    const roots = wall.engine.board().findings.filter(({ cause }) => cause === null);
    expect(
      roots.map(({ id, explains }) => [id, explains]),
      'that it ends is no news',
    ).toEqual([[failing, 1]]);
  });
});

test('14 hosts behind a dead Ingress controller are one root, and 14 rows', () => {
  const wall = wallOf();
  const name = (i: number) => `h${String(i).padStart(2, '0')}.example`;
  const certificate = (i: number) => ({ ...ending(200 * day), fingerprint: `f${i}`, names: [name(i)] });
  const server = (i: number, part: Partial<TlsServerFact> = {}) =>
    aTlsServer({ key: `Host/${name(i)}`, name: name(i), certificate: certificate(i), ...part });
  const all = [...Array(14).keys()];
  see(wall, { servers: all.map((i) => server(i)) });
  expect(told(wall)).toEqual([]);
  wall.later(minute);
  const dead = { outcome: 'no-handshake', trouble: 'refused', failures: 3, outcomeSince: wall.now() - minute } as const;
  const root = `certificates/not-shown|Host/${name(0)}`;
  see(wall, { servers: all.map((i) => server(i, dead)) });
  const { findings, headline } = wall.engine.board();
  expect(findings.filter(({ cause }) => cause === null).map(({ id, explains }) => [id, explains])).toEqual([[root, 0]]);
  expect(findings.filter(({ cause }) => cause === root)).toHaveLength(13);
  const sentence = `no certificate of ${name(0)} and 13 more hosts for 60 s: connections are refused`;
  expect(headline.text).toBe(sentence);
  expect(headline.counts).toMatchObject({ unknown: 1 });
  const rows = wall.engine.area('certificates')?.rows ?? [];
  expect(rows.filter(({ subject, level }) => subject.kind === 'Host' && level === 'unknown')).toHaveLength(14);
  see(wall, { servers: all.map((i) => server(i, i === 0 ? {} : dead)) });
  expect(told(wall).filter(([, , cause]) => cause === undefined)).toEqual([
    [`certificates/not-shown|Host/${name(1)}`, 'unknown'],
  ]);
});
