import { describe, expect, test } from 'vitest';
import { rememberWarned, warnedNodes, type WarnedCertificates } from '#server/checks/warned-certificates.ts';
import { aComponentCertificates, aShownCertificate, aTlsServer } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, hour, minute, noon } from '#test/builders/time.ts';
import { fineOf, warningOf } from './certificate-play.ts';

const snapshot = (parts: SnapshotParts = {}) =>
  aSnapshot({ nodes: [aNode()], sources: { 'kubelet-certificates/nuc0': {} }, ...parts });
const leafs = (before: WarnedCertificates | undefined, parts: SnapshotParts = {}) =>
  rememberWarned('leafs', before, 'nuc0', snapshot(parts));
const authorities = (before: WarnedCertificates | undefined, parts: SnapshotParts = {}) =>
  rememberWarned('authorities', before, 'nuc0', snapshot(parts));
const ca = (saidAt: number, left = 200) =>
  warningOf('nuc0', {
    leftDays: [left],
    saidAt,
    reason: 'CACertificateExpirationWarning',
    name: () => 'CN=k3s-server-ca@1700000000',
  });

const warning = warningOf('nuc0', { leftDays: [60, 58, 59] });
const warned = leafs(undefined, { events: [warning] });

describe('what k3s warned of', () => {
  test('is remembered with the soonest ends', () => {
    expect(warned).toEqual({
      saidAt: noon - 10 * minute,
      fineAt: 0,
      ends: [
        { certificate: 'CN=system:component-1', at: noon + 58 * day },
        { certificate: 'CN=system:component-2', at: noon + 59 * day },
        { certificate: 'CN=system:component-0', at: noon + 60 * day },
      ],
      count: 3,
      undated: false,
    });
  });

  test('stays the same object while nothing is said, and after the event is gone', () => {
    expect(leafs(warned, { events: [warning] })).toBe(warned);
    expect(leafs(warned)).toBe(warned);
    expect(leafs(warned, { now: noon + 100 * day })).toBe(warned);
  });

  test('is what was said last', () => {
    const again = warningOf('nuc0', { leftDays: [57], saidAt: noon });
    expect(leafs(warned, { events: [again, warning] })).toMatchObject({ saidAt: noon, count: 1 });
  });

  test('is of its own node, by whoever watches certificates there', () => {
    expect(leafs(undefined, { events: [warningOf('nuc1', { leftDays: [5] })] }).count).toBe(0);
    expect(leafs(undefined, { events: [{ ...warning, component: 'kubelet' }] }).count).toBe(0);
    expect(leafs(undefined, { events: [{ ...warning, component: 'rke2-cert-monitor' }] }).count).toBe(3);
  });

  test('is bounded', () => {
    const many = leafs(undefined, { events: [warningOf('nuc0', { leftDays: Array.from({ length: 90 }, () => 9) })] });
    expect([many.ends.length, many.count]).toEqual([5, 90]);
  });

  test('is of nodes of k3s and RKE2 only', () => {
    const nodes = ['v1.36.4+k3s1', 'v1.36.4+rke2r1', 'v1.36.4', ''];
    const parts = { nodes: nodes.map((kubeletVersion, i) => aNode({ name: `n${i}`, kubeletVersion })) };
    expect(warnedNodes(aSnapshot(parts))).toEqual(['n0', 'n1']);
  });

  test('without a date in it is a warning all the same', () => {
    expect(leafs(undefined, { events: [warningOf('nuc0', { leftDays: [] })] })).toMatchObject({
      count: 0,
      undated: true,
    });
  });
});

describe('a warning is over', () => {
  const over = { saidAt: warned.saidAt, ends: [], count: 0 };

  test('when k3s says that all is well, and stays over while the old event is still there', () => {
    const events = [warning, fineOf('nuc0', noon - minute)];
    const fine = leafs(warned, { events });
    expect(fine).toMatchObject({ ...over, fineAt: noon - minute });
    expect(leafs(fine, { events })).toBe(fine);
    expect(leafs(fine, { events: [warning] })).toBe(fine);
    expect(leafs(undefined, { events })).toMatchObject({ count: 0, fineAt: noon - minute });
  });

  test('but not when that was said before it', () => {
    expect(leafs(warned, { events: [warning, fineOf('nuc0', noon - hour)] })).toBe(warned);
  });

  test('until the next one', () => {
    const fine = leafs(warned, { events: [fineOf('nuc0', noon - minute)] });
    const next = warningOf('nuc0', { leftDays: [110], saidAt: noon });
    expect(leafs(fine, { events: [next] })).toMatchObject({ saidAt: noon, count: 1 });
  });

  test('when the metric knows of later ends, and not when it knows of the same', () => {
    const componentCertificates = [aComponentCertificates()];
    const fine = leafs(warned, { events: [warning], componentCertificates });
    expect(fine).toMatchObject(over);
    expect(leafs(fine, { events: [warning], componentCertificates })).toBe(fine);
    const [first, ...others] = aComponentCertificates().certificates;
    const same = aComponentCertificates({ certificates: [{ ...first!, expiresAt: noon + 58 * day }, ...others] });
    expect(leafs(warned, { componentCertificates: [same] })).toBe(warned);
  });

  test('but not by a metric that nobody can see now', () => {
    const parts = {
      componentCertificates: [aComponentCertificates()],
      sources: { 'kubelet-certificates/nuc0': { fresh: false } },
    };
    expect(leafs(warned, parts)).toBe(warned);
  });

  test('when its kubelet shows a certificate that was issued later, once the warning is not repeated', () => {
    const shows = (notAfter: number) => ({
      tlsServers: [aTlsServer({ is: 'kubelet', certificate: aShownCertificate({ notAfter }) })],
    });
    const renewed = shows(noon + 366 * day);
    expect(leafs(warned, renewed)).toBe(warned);
    expect(leafs(warned, { ...renewed, now: noon + hour })).toMatchObject(over);
    expect(leafs(warned, { ...shows(noon + 300 * day), now: noon + hour })).toBe(warned);
  });

  test('when k3s still warns of authorities, but no more of what a restart renews', () => {
    expect(leafs(warned, { events: [warning, ca(noon - 10 * minute)] })).toBe(warned);
    expect(leafs(warned, { events: [warning, ca(noon + 50 * minute)], now: noon + hour })).toMatchObject(over);
  });
});

describe('warnings of authorities', () => {
  test('are remembered apart', () => {
    const events = [warning, ca(noon - 10 * minute)];
    expect(authorities(undefined, { events })).toMatchObject({
      ends: [{ certificate: 'CN=k3s-server-ca@1700000000', at: noon + 200 * day }],
    });
    expect(leafs(undefined, { events }).count).toBe(3);
  });

  test('stand in warnings of other files too, which hold their authorities', () => {
    const name = (i: number) => (i === 0 ? 'CN=k3s-client-ca@1700000000' : 'CN=system:node:nuc0,O=system:nodes');
    const events = [warningOf('nuc0', { leftDays: [40, 50], name })];
    expect(authorities(undefined, { events }).ends.map(({ at }) => at)).toEqual([noon + 40 * day]);
    expect(leafs(undefined, { events }).ends.map(({ at }) => at)).toEqual([noon + 50 * day]);
  });

  test('are over when all is well, and when the metric knows of later ends', () => {
    const said = authorities(undefined, { events: [ca(noon - minute)] });
    expect(said.count).toBe(1);
    expect(authorities(said, { events: [fineOf('nuc0', noon)] }).count).toBe(0);
    expect(authorities(said, { componentCertificates: [aComponentCertificates()] }).count).toBe(0);
  });
});
