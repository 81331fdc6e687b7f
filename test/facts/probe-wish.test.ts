import { describe, expect, test } from 'vitest';
import { probeWishOf, statusOf } from '#server/facts/probe-wish.ts';

const wish = (annotations: Record<string, unknown>) =>
  probeWishOf(Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`clusterwall.dev/${key}`, value])));

describe('annotations of how hosts are to be probed', () => {
  test('wish nothing if there are none, and cost nothing', () => {
    expect(wish({})).toEqual({ off: false, path: '', text: '', status: [], problem: '' });
    expect(wish({})).toBe(
      probeWishOf({ 'cert-manager.io/cluster-issuer': 'letsencrypt', 'clusterwall.dev/other': 'x' }),
    );
  });

  test('wish a path, a text and a status', () => {
    expect(wish({ path: '/healthz?full=1', text: ' Explore ', status: '200,204' })).toEqual({
      ...{ off: false, path: '/healthz?full=1', text: 'Explore', problem: '' },
      status: [
        { from: 200, to: 200 },
        { from: 204, to: 204 },
      ],
    });
  });

  test.each([
    ['false', true],
    ['False', true],
    ['off', true],
    ['no', true],
    ['true', false],
    ['on', false],
    ['', false],
  ])('probe: %j switches it off: %j', (probe, off) => {
    expect(wish({ probe })).toMatchObject({ off, problem: '' });
  });

  test.each([
    [{ probe: 'flase' }, 'clusterwall.dev/probe "flase" is neither "true" nor "false"'],
    [{ path: 'healthz' }, 'clusterwall.dev/path "healthz" is no path: it must begin with one / and hold no spaces'],
    [
      { path: '//evil.example/' },
      'clusterwall.dev/path "//evil.example/" is no path: it must begin with one / and hold no spaces',
    ],
    [
      { path: '/\\evil.example/' },
      'clusterwall.dev/path "/\\evil.example/" is no path: it must begin with one / and hold no spaces',
    ],
    [
      { path: 'https://evil.example/' },
      'clusterwall.dev/path "https://evil.example/" is no path: it must begin with one / and hold no spaces',
    ],
    [{ path: '/a b' }, 'clusterwall.dev/path "/a b" is no path: it must begin with one / and hold no spaces'],
    [
      { path: '/a\r\nHost: b' },
      'clusterwall.dev/path "/a Host: b" is no path: it must begin with one / and hold no spaces',
    ],
    [
      { path: `/${'x'.repeat(600)}` },
      `clusterwall.dev/path "/${'x'.repeat(56)}..." is no path: it must begin with one / and hold no spaces`,
    ],
    [
      { path: 'a?token=hunter2' },
      'clusterwall.dev/path "a?..." is no path: it must begin with one / and hold no spaces',
    ],
    [{ text: 'x'.repeat(501) }, 'clusterwall.dev/text is longer than 500 characters'],
    [{ status: 'fine' }, 'clusterwall.dev/status "fine" is none: write it like 200, 2xx or 200,204'],
    [
      { probe: '?', status: '99' },
      'clusterwall.dev/probe "?" is neither "true" nor "false"; clusterwall.dev/status "99" is none: write it like 200, 2xx or 200,204',
    ],
  ])('%j cannot be understood, is told and wishes nothing', (annotations, problem) => {
    expect(wish(annotations)).toEqual({ off: false, path: '', text: '', status: [], problem });
  });

  test('that are no texts wish nothing', () => {
    for (const odd of [null, 3, {}, ['/'], true])
      expect(wish({ probe: odd, path: odd, text: odd, status: odd })).toMatchObject({ off: false, path: '', text: '' });
  });
});

describe('a status', () => {
  test.each([
    ['', []],
    ['200', [[200, 200]]],
    ['2xx', [[200, 299]]],
    [
      '2XX, 404',
      [
        [200, 299],
        [404, 404],
      ],
    ],
    ['200-299', [[200, 299]]],
    [
      '100,599',
      [
        [100, 100],
        [599, 599],
      ],
    ],
  ])('%j is %j', (text, ranges) => {
    expect(statusOf(text)?.map(({ from, to }) => [from, to])).toEqual(ranges);
  });

  test.each([
    '0',
    '99',
    '600',
    '6xx',
    '2x',
    '299-200',
    '200,',
    ',',
    '200 204',
    '-200',
    '2e2',
    Array(21).fill('200').join(),
  ])('%j is none', (text) => {
    expect(statusOf(text)).toBeNull();
  });
});
