import { describe, expect, test } from 'vitest';
import certificates from '#server/checks/certificates/tile.ts';
import nodes from '#server/checks/nodes/tile.ts';
import type { EventFact } from '#server/facts/event.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import { aComponentCertificates, aDoor, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { day, hour, minute, second } from '#test/builders/time.ts';
import { evening, seeNodes, smallWall, type SmallWall } from '#test/engine/small-wall.ts';
import { warningOf } from '../certificate-play.ts';

const source = 'kubelet-certificates/kmaster';
const kmaster = aNode({ name: 'kmaster', roles: ['control-plane'] });

/** A wall over a k3s server and its agent nuc1; heartbeats have a play of their own. */
function wallOf(keeper = createHistoryMemory(() => evening)) {
  const tiles = [{ ...nodes, checks: nodes.checks.filter(({ check }) => check === 'nodes/not-ready') }, certificates];
  const wall = smallWall({ tiles, keeper });
  wall.store.declare({ name: source, role: 'feed', staleAfterMs: 31 * minute, kinds: ['componentCertificates'] });
  wall.store.declare({ name: 'events', role: 'feed', staleAfterMs: minute, kinds: ['event'] });
  wall.store.declare({ name: 'tls', role: 'probe', staleAfterMs: hour, kinds: ['tlsServer'] });
  return wall;
}

function see(
  wall: SmallWall,
  parts: { leftMs?: number; events?: EventFact[]; kubeletMs?: number; ready?: boolean },
): void {
  const { leftMs, events = [], kubeletMs, ready = true } = parts;
  const now = wall.now();
  seeNodes(wall, ready ? kmaster : { ...kmaster, conditions: { Ready: goneQuiet() } });
  wall.store.replace('api-door', 'apiDoor', [aDoor({ askedAt: now, readyAt: now })]);
  wall.store.state('api-door', 'synced');
  wall.store.fresh('api-door', now);
  if (leftMs !== undefined) {
    const [first, ...others] = aComponentCertificates().certificates;
    const all = [first!, ...others].map((each) => ({
      ...each,
      expiresAt: now + (each.isAuthority ? 3650 * day : leftMs),
    }));
    wall.store.upsert(source, 'componentCertificates', aComponentCertificates({ node: 'kmaster', certificates: all }));
    wall.store.state(source, 'synced');
    wall.store.fresh(source, now);
  }
  wall.store.replace('events', 'event', events);
  wall.store.state('events', 'synced');
  wall.store.fresh('events', now);
  const certificate = aShownCertificate({ notBefore: now - 4000 * day, notAfter: now + (kubeletMs ?? 0) });
  const servers =
    kubeletMs === undefined ? [] : [aTlsServer({ is: 'kubelet', name: 'kmaster', certificate, seenAt: now })];
  wall.store.replace('tls', 'tlsServer', servers);
  wall.store.state('tls', 'synced');
  wall.store.fresh('tls', now);
  wall.judge();
}

const findings = ({ engine }: SmallWall) =>
  engine.board().findings.map(({ id, level, cause, sentence }) => ({ id, level, cause, sentence }));
const restart = 'certificates/kubernetes-restart-renews|Node/kmaster';
const found = (wall: SmallWall) => findings(wall).find(({ id }) => id === restart);

describe('a k3s whose certificates end in 5 days', () => {
  test('is one finding, which explains what its kubelet shows', () => {
    const wall = wallOf();
    see(wall, { leftMs: 5 * day, kubeletMs: 5 * day });
    expect(found(wall)).toMatchObject({ level: 'bad', cause: null });
    expect(findings(wall)).toContainEqual(
      expect.objectContaining({ id: 'certificates/expiring|Node/kmaster|kubelet', cause: restart }),
    );
    expect(wall.engine.board().headline.text).toContain('restart k3s on kmaster before 20 April');
    expect(wall.failures).toEqual([]);
  });

  test('is fine as soon as the metric was seen after its restart, whatever its kubelet showed before', () => {
    const wall = wallOf();
    see(wall, { leftMs: 5 * day });
    expect(found(wall)?.level).toBe('bad');
    wall.later(second);
    see(wall, { leftMs: 365 * day });
    expect(found(wall)).toBeUndefined();
  });

  test('is unknown, not fine, while its kubelet is silent, which its node explains', () => {
    const wall = wallOf();
    see(wall, { leftMs: 5 * day });
    wall.store.state(source, 'unreachable', '192.168.1.10:10250 refused the connection');
    see(wall, { ready: false });
    expect(found(wall)).toMatchObject({ level: 'unknown', cause: 'nodes/not-ready|Node/kmaster' });
  });
});

describe('what k3s said by an event', () => {
  test('is kept over a restart of the wall, when the API has long forgotten it', () => {
    const keeper = createHistoryMemory(() => evening);
    const before = wallOf(keeper);
    see(before, { events: [warningOf('kmaster', { leftDays: [200], saidAt: evening })].map(endingIn(10)) });
    expect(found(before)?.level).toBe('warn');
    before.engine.stop();
    const after = wallOf(keeper);
    see(after, {});
    expect(found(after)).toMatchObject({ level: 'warn', sentence: expect.stringContaining('before 25 April') });
    expect(after.failures).toEqual([]);
  });
});

test('what k3s said is kept over a restart of the wall during which the API is away', () => {
  const keeper = createHistoryMemory(() => evening);
  const before = wallOf(keeper);
  see(before, { events: [warningOf('kmaster', { leftDays: [200], saidAt: evening })].map(endingIn(10)) });
  before.engine.stop();
  const after = wallOf(keeper);
  for (let i = 0; i < 5; i += 1) after.pass(second);
  see(after, {});
  expect(found(after)).toMatchObject({ level: 'warn', sentence: expect.stringContaining('before 25 April') });
});

/** The same event with certificates that end so many days after the evening of the wall. */
const endingIn = (days: number) => (event: EventFact) => ({
  ...event,
  certificates: (event.certificates ?? []).map((each) => ({ ...each, at: evening + days * day })),
});
