import { beforeEach, describe, expect, test, vi } from 'vitest';

import { Renewal } from '#web/live/renewal.ts';

let reloads: number;
let answers: Record<string, () => Response>;
let renewal: Renewal;

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue();
  reloads = 0;
  answers = { '/healthz': () => new Response('ok'), '/': () => new Response('<div id="clusterwall"></div>') };
  renewal = new Renewal({
    fetch: async (path) => answers[path]?.() ?? new Response('', { status: 404 }),
    reload: () => (reloads += 1),
  });
});

test('the build of the first board is no reason to reload', async () => {
  await renewal.seen('a');
  await renewal.seen('a');
  expect(reloads).toBe(0);
});

test('another build is fetched when it can be had', async () => {
  await renewal.seen('a');
  await renewal.seen('b');
  expect(reloads).toBe(1);
});

describe('never into an error page', () => {
  beforeEach(() => renewal.seen('a'));

  test('not while the process does not answer', async () => {
    answers['/healthz'] = () => {
      throw new TypeError('fetch failed');
    };
    await renewal.seen('b');
    expect(reloads).toBe(0);
  });

  test('not while the page is an error', async () => {
    answers['/'] = () => new Response('bad gateway', { status: 502 });
    await renewal.seen('b');
    expect(reloads).toBe(0);
  });

  test('not while something in between answers with a page of its own', async () => {
    answers['/'] = () => new Response('<h1>Please log in</h1>');
    await renewal.seen('b');
    expect(reloads).toBe(0);
  });

  test('it is tried again, and done once it can be had', async () => {
    answers['/healthz'] = () => new Response('', { status: 503 });
    await renewal.seen('b');
    answers['/healthz'] = () => new Response('ok');
    await renewal.seen('b');
    expect(reloads).toBe(1);
  });
});
