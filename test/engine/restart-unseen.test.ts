import { expect, test } from 'vitest';
import certificates from '#server/checks/certificates/tile.ts';
import controlPlane from '#server/checks/control-plane/tile.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { aDoor, aHandshake, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { day, minute, second } from '#test/builders/time.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { evening, smallWall, type SmallWall } from './small-wall.ts';

const names = ['expiring', 'untrusted', 'not-shown'].map((name) => `certificates/${name}`);
const tiles = [
  { ...certificates, checks: certificates.checks.filter(({ check }) => names.includes(check)) },
  { ...controlPlane, checks: controlPlane.checks.filter(({ check }) => check === 'control-plane/clock-off') },
];

const soon = aShownCertificate({ notBefore: evening - 353 * day, notAfter: evening + 12 * day, fingerprint: 'soon' });
const host = (name: string, part: Partial<TlsServerFact> = {}) =>
  aTlsServer({ key: `Host/${name}`, uid: `Host/${name}`, name, ...part });
const lost = { outcome: 'no-handshake', trouble: 'timeout', certificate: null, seenAt: null } as const;
const ending = host('soon.example', { certificate: soon });
const stranger = host('stranger.example', { outcome: 'untrusted', trouble: '' });
const silent = (failures: number) => host('silent.example', { ...lost, failures, outcomeSince: evening });

const expiring = 'certificates/expiring|Host/soon.example';
const ids = [
  'certificates/expiring|Endpoint/api',
  expiring,
  'certificates/not-shown|Host/silent.example',
  'certificates/untrusted|Host/stranger.example',
  'control-plane/clock-off|Endpoint/api',
];

interface Seen {
  servers?: readonly TlsServerFact[];
  /** All servers were looked at a first time. */
  all?: boolean;
  /** The API shows its certificate, and what time it is. */
  api?: boolean;
}

function see(wall: SmallWall, { servers = [], all = true, api = true }: Seen): void {
  const now = wall.now();
  const { store } = wall;
  const end = { notBefore: evening - 360 * day, notAfter: evening + 5 * day };
  const none = { outcome: 'no-handshake', notBefore: null, notAfter: null, certificate: null } as const;
  store.declare({ name: 'api-handshake', role: 'probe', staleAfterMs: minute, kinds: ['apiHandshake'] });
  store.declare({ name: 'tls', role: 'probe', staleAfterMs: minute, kinds: ['tlsServer'] });
  store.replace('api-handshake', 'apiHandshake', [aHandshake({ askedAt: now, ...(api ? end : none) })]);
  store.replace('tls', 'tlsServer', servers);
  const clockAheadMs = api ? 600 * second : null;
  store.replace('api-door', 'apiDoor', [aDoor({ clusterId: 'one', askedAt: now, clockAheadMs })]);
  for (const name of ['api-door', 'api-handshake', 'tls']) {
    store.state(name, name === 'tls' && !all ? 'syncing' : 'synced');
    store.fresh(name, now);
  }
  wall.judge();
}

const told = (wall: SmallWall) =>
  new Map(
    wall.engine
      .board()
      .findings.filter(({ id }) => ids.includes(id))
      .map((finding) => [finding.id, finding]),
  );
const sinces = (wall: SmallWall) => Object.fromEntries([...told(wall)].map(([id, { since }]) => [id, since]));

/** A wall that knows of all of them for ten minutes, was told that one is seen, and is started again. */
function restarted(): { again: SmallWall; before: Record<string, number> } {
  const keeper = memoryKeeper();
  const wall = smallWall({ tiles, keeper });
  for (let minutes = 0; minutes < 10; minutes += 1) {
    see(wall, { servers: [ending, stranger, silent(3)] });
    wall.later(minute);
  }
  see(wall, { servers: [ending, stranger, silent(3)] });
  expect([...told(wall).keys()].toSorted()).toEqual(ids);
  expect(wall.engine.acknowledge(expiring, undefined, 'seen')).toBe('done');
  wall.judge();
  const before = sinces(wall);
  wall.engine.stop();
  return { again: smallWall({ tiles, keeper, at: wall.now() + 5 * second }), before };
}

test('what was not looked at yet goes on after a restart, and is known again once it was', () => {
  const { again, before } = restarted();
  see(again, { all: false, api: false });
  expect(sinces(again)).toEqual(before);
  expect([...told(again).values()].map(({ level }) => level)).toEqual(ids.map(() => 'unknown'));
  again.later(second);
  see(again, { servers: [ending, silent(1)], all: false });
  expect(sinces(again)).toEqual(before);
  expect(told(again).get(expiring)).toMatchObject({ level: 'warn', acknowledged: expect.anything() });
  again.later(10 * second);
  see(again, { servers: [ending, stranger, silent(3)] });
  expect(sinces(again)).toEqual(before);
  expect(again.failures).toEqual([]);
});

test('a host that shows nothing since the restart is not healed: what was known of it stays as unknown', () => {
  const { again, before } = restarted();
  for (const failures of [1, 2, 3, 4]) {
    see(again, { servers: [host('soon.example', { ...lost, failures }), host('stranger.example', lost)], api: false });
    again.later(20 * second);
  }
  expect(told(again).get(expiring)).toMatchObject({ level: 'unknown', lastLevel: 'warn', since: before[expiring] });
  expect(sinces(again)['certificates/untrusted|Host/stranger.example']).toBe(before[ids[3]!]);
});

test('what all looks do not tell of any more is over', () => {
  const { again } = restarted();
  see(again, {});
  expect([...told(again).keys()].toSorted()).toEqual([ids[0], ids[4]]);
});

test('of what was never said nothing is said, though it was not seen', () => {
  const wall = smallWall({ tiles });
  see(wall, { servers: [host('new.example', { ...lost, failures: 1 })], api: false });
  expect(wall.engine.board().findings).toEqual([]);
});
