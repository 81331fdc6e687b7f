import { describe, expect, test } from 'vitest';
import { kubeletCertificateLimits, kubeletCertificates } from '#server/cluster/kubelet-certificates.ts';
import { kubeletStats } from '#server/cluster/kubelet-stats.ts';
import { followKubelets } from '#server/cluster/kubelets.ts';
import { readyCondition } from '#test/builders/node.ts';
import { day, minute } from '#test/builders/time.ts';
import type { Answer } from '#test/connect/api-stand-in.ts';
import { metricsOfServer } from '#test/facts/raw-metrics.ts';
import {
  kubeletPlay,
  nodeOf,
  smallKubeletLimits,
  statsOf,
  type KubeletPlay,
  type KubeletPlayOptions,
} from './kubelet-play.ts';

/** Asked once and then not again for the length of a test, but for what is worth it. */
const seldom = { ...smallKubeletLimits, everyMs: 600_000, staleAfterMs: 600_000, soonMs: 20, soonTimes: 3 };

const play = (options: KubeletPlayOptions & { limits?: Partial<typeof seldom> } = {}) =>
  kubeletPlay({
    ...options,
    follow: (parts) =>
      followKubelets({ ...parts, question: kubeletCertificates, limits: { ...seldom, ...options.limits } }),
  });
const told = ({ store }: KubeletPlay, node = 'nuc0') => store.snapshot().facts('componentCertificates').get(node);
const sourceOf = ({ store }: KubeletPlay, node = 'nuc0') => {
  const {
    state = 'none',
    fresh = false,
    reason = '',
  } = store.snapshot().sources.get(`kubelet-certificates/${node}`) ?? {};
  return { state, fresh, reason };
};
const rightOf = ({ store }: KubeletPlay) => store.snapshot().facts('rights').get('kubelet-certificates');
/** How much is left until the first ends, in whole days. */
const daysLeft = (playing: KubeletPlay) =>
  Math.round(((told(playing)?.certificates[0]?.expiresAt ?? NaN) - Date.now()) / day);
const says =
  (text: string): Answer =>
  (_, answering) =>
    void answering.end(text);
const old = metricsOfServer(NaN).replaceAll(/^k3s_.*\n/gm, '');

describe('the kubelet of a k3s node', () => {
  test('is asked for its metrics with our token, and tells when its certificates end', async () => {
    const playing = await play();
    const kubelet = await playing.kubelet('nuc0', undefined, says(metricsOfServer(40 * day)));
    playing.nodes(nodeOf('nuc0', kubelet));
    await playing.until('it is told', () => told(playing) !== undefined);
    expect(sourceOf(playing)).toEqual({ state: 'synced', fresh: true, reason: '' });
    expect(told(playing)).toMatchObject({ source: 'kubelet-certificates/nuc0', product: 'k3s' });
    expect(told(playing)?.certificates).toHaveLength(16);
    expect(daysLeft(playing)).toBe(40);
    expect(kubelet.asked[0]).toMatchObject({
      path: '/metrics',
      headers: { authorization: 'Bearer house-token', accept: 'text/plain' },
    });
    expect(rightOf(playing)).toMatchObject({ granted: true, required: false, rule: { resource: 'nodes/metrics' } });
  });

  test('is asked on the connection on which it is asked for what the node uses', async () => {
    const playing = await kubeletPlay({
      follow(parts) {
        const stats = followKubelets({ ...parts, question: kubeletStats });
        const certificates = followKubelets({
          ...parts,
          question: kubeletCertificates,
          limits: { ...seldom, everyMs: 60 },
        });
        return {
          ask: (config) => [stats, certificates].forEach((each) => each.ask(config)),
          restart: () => undefined,
          stop: () => [stats, certificates].forEach((each) => each.stop()),
        };
      },
    });
    const kubelet = await playing.kubelet('nuc0', undefined, ({ url }, answering) =>
      answering.end(url === '/metrics' ? metricsOfServer(40 * day) : statsOf('nuc0')),
    );
    playing.nodes(nodeOf('nuc0', kubelet));
    const asked = (path: string) => kubelet.asked.filter((each) => each.path === path).length;
    await playing.until('both were asked often', () => asked('/metrics') > 4 && asked('/stats/summary') > 4);
    // Two where both are asked in the same moment.
    expect(kubelet.connections()).toBeLessThanOrEqual(2);
  });

  test('that is too old to tell is asked again soon, then seldom, and nothing is wrong', async () => {
    const playing = await play();
    const kubelet = await playing.kubelet('nuc0', undefined, says(old));
    playing.nodes(nodeOf('nuc0', kubelet));
    await playing.until('it was asked to the end', () => kubelet.asked.length === 4);
    await playing.until('it is synced', () => sourceOf(playing).fresh);
    expect(sourceOf(playing)).toEqual({ state: 'synced', fresh: true, reason: '' });
    expect(told(playing)).toBeUndefined();
    expect(rightOf(playing)?.granted).toBe(true);
  });

  test.each([
    ['of kubeadm', 'v1.36.4', 0],
    ['of no version', '', 0],
    ['of RKE2', 'v1.36.4+rke2r1', 1],
  ])('and that %s (%j) is asked %d times', async (_, kubeletVersion, times) => {
    const playing = await play({ limits: { soonTimes: 0 } });
    const [kubelet, other] = [
      await playing.kubelet('nuc1', undefined, says(old)),
      await playing.kubelet('nuc0', undefined, says(old)),
    ];
    playing.nodes(nodeOf('nuc1', kubelet, { kubeletVersion }), nodeOf('nuc0', other));
    await playing.until('the other one was asked', () => sourceOf(playing, 'nuc0').fresh);
    await playing.until('it was asked as often', () => kubelet.asked.length === times);
    if (times === 0) expect(sourceOf(playing, 'nuc1').state).toBe('none');
  });

  test('is not asked where kubelets are not asked', async () => {
    const playing = await play({ config: { from: 'off' } });
    const kubelet = await playing.kubelet('nuc0', undefined, says(metricsOfServer(40 * day)));
    playing.nodes(nodeOf('nuc0', kubelet));
    playing.kubelets.ask({ from: 'direct', verify: true });
    await playing.until('it is told', () => told(playing) !== undefined);
    playing.kubelets.ask({ from: 'off', verify: true });
    expect([told(playing), sourceOf(playing).state, rightOf(playing)]).toEqual([undefined, 'none', undefined]);
  });

  test('is asked through the API server where the owner says so', async () => {
    const playing = await play({ config: { from: 'api' } });
    playing.api.answer = says(metricsOfServer(40 * day));
    playing.nodes(nodeOf('nuc0', { port: 1 }));
    await playing.until('it is told', () => told(playing) !== undefined);
    expect(playing.api.asked[0]?.path).toBe('/api/v1/nodes/nuc0/proxy/metrics');
    expect(rightOf(playing)).toMatchObject({ granted: true, rule: { resource: 'nodes/proxy' } });
  });
});

describe('an answer that is no good', () => {
  const refusal = 'Forbidden (user=house, verb=get, resource=nodes, subresource(s)=[metrics])';

  test('for want of the right names it, and is asked again once it is given', async () => {
    const playing = await play();
    const kubelet = await playing.kubelet(
      'nuc0',
      undefined,
      (_, answering) => void answering.writeHead(403).end(refusal),
    );
    playing.nodes(nodeOf('nuc0', kubelet));
    await playing.until('it is forbidden', () => sourceOf(playing).state === 'forbidden');
    expect(sourceOf(playing).reason).toBe(
      'we may not ask the kubelet of nuc0: the right to get nodes/metrics is missing',
    );
    expect(rightOf(playing)).toMatchObject({ granted: false, message: `403 Forbidden: ${refusal}` });
    kubelet.answer = says(metricsOfServer(40 * day));
    await playing.until('it is told', () => told(playing) !== undefined && rightOf(playing)?.granted === true);
  });

  test.each([
    ['has no metrics', 404, 'the kubelet of nuc0 has no metrics (404)'],
    ['fails', 500, 'the kubelet of nuc0 says 500 Internal Server Error: no'],
  ])('since it %s (%d) is told in words', async (_, status, reason) => {
    const playing = await play();
    const kubelet = await playing.kubelet(
      'nuc0',
      undefined,
      (_asked, answering) => void answering.writeHead(status).end('no'),
    );
    playing.nodes(nodeOf('nuc0', kubelet));
    await playing.until('it fails', () => sourceOf(playing).state === 'failing');
    expect(sourceOf(playing).reason).toBe(reason);
  });

  test('since it does not end is not taken', async () => {
    const playing = await play();
    const kubelet = await playing.kubelet('nuc0', undefined, says('kubelet_running_pods 3\n'.repeat(10_000)));
    playing.nodes(nodeOf('nuc0', kubelet));
    await playing.until('it fails', () => sourceOf(playing).state === 'failing');
    expect(sourceOf(playing).reason).toBe('the kubelet of nuc0 says more than 0.1 MB');
  });

  test('in some of its lines is taken without them', async () => {
    const long = `k3s_certificate_expiration_seconds{subject="CN=${'x'.repeat(9_000)}",usages=""} 60\n`;
    const playing = await play();
    const text = `${long}{"node": "no metrics"}\n\0\xff\n${metricsOfServer(40 * day)}${long.slice(0, -1)}`;
    const kubelet = await playing.kubelet('nuc0', undefined, says(text));
    playing.nodes(nodeOf('nuc0', kubelet));
    await playing.until('it is told', () => told(playing) !== undefined);
    expect(told(playing)?.certificates).toHaveLength(16);
  });
});

describe('a restart', () => {
  /** A kubelet that has told of certificates with 5 days left, and not asked again by itself. */
  const before = async () => {
    const playing = await play();
    const kubelet = await playing.kubelet('nuc0', undefined, says(metricsOfServer(5 * day)));
    playing.nodes(nodeOf('nuc0', kubelet));
    await playing.until('it was asked once more after its first answer', () => kubelet.asked.length === 2);
    expect(daysLeft(playing)).toBe(5);
    return { playing, kubelet };
  };

  test.each<[string, (playing: KubeletPlay, port: { port: number }) => void]>([
    ['by an event', (playing) => playing.sign('nuc0', Date.now())],
    ['by another boot', (playing, kubelet) => playing.nodes(nodeOf('nuc0', kubelet, { bootId: 'another' }))],
    [
      'by a node that is ready since another moment',
      (playing, kubelet) =>
        playing.nodes(nodeOf('nuc0', kubelet, { conditions: { Ready: readyCondition({ changedAt: Date.now() }) } })),
    ],
    [
      'by another version',
      (playing, kubelet) => playing.nodes(nodeOf('nuc0', kubelet, { kubeletVersion: 'v1.37.0+k3s1' })),
    ],
  ])('that shows %s is seen at once', async (_, show) => {
    const { playing, kubelet } = await before();
    kubelet.answer = says(metricsOfServer(365 * day));
    show(playing, kubelet);
    await playing.until('the new ends are told', () => daysLeft(playing) === 365);
  });

  test('after which nothing is told for a while leaves what was told before', async () => {
    const { playing, kubelet } = await before();
    kubelet.answer = says(old);
    playing.sign('nuc0', Date.now());
    await playing.until('it was asked again', () => kubelet.asked.length === 4);
    expect(daysLeft(playing)).toBe(5);
    kubelet.answer = says(metricsOfServer(365 * day));
    await playing.until('the new ends are told', () => daysLeft(playing) === 365);
  });

  test('after which nothing is told any more, as by a version before, ends what was told', async () => {
    const { playing, kubelet } = await before();
    kubelet.answer = says(old);
    playing.sign('nuc0', Date.now());
    await playing.until('it is gone', () => told(playing) === undefined);
    expect(sourceOf(playing).state).toBe('synced');
  });

  test('whose event the API has forgotten is no news', async () => {
    const { playing, kubelet } = await before();
    const other = await playing.kubelet('nuc1', undefined, says(metricsOfServer(5 * day)));
    playing.nodes(nodeOf('nuc0', kubelet), nodeOf('nuc1', other));
    playing.sign('nuc0', 5_000);
    await playing.until('both were asked twice', () => kubelet.asked.length === 4 && other.asked.length === 2);
    playing.sign('nuc0', 0);
    playing.sign('nuc1', 1_000);
    await playing.until('the other was asked twice more', () => other.asked.length === 4);
    expect(kubelet.asked).toHaveLength(4);
  });
});

test('the dates are asked for every 10 min, and believed for three times that', () => {
  expect(kubeletCertificateLimits).toMatchObject({
    everyMs: 10 * minute,
    staleAfterMs: 31 * minute,
    mostBytes: 20_000_000,
  });
});
