import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';

interface Named {
  metadata: { name: string; namespace?: string };
}
const names = (items: Named[]) => items.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);

describe('lists', () => {
  test('pages give what the whole gives, in the same order, all of one revision', async () => {
    const { get, clock } = createBench();
    const whole = (await get('/api/v1/pods')).json;
    const paged: Named[] = [];
    let next = '';
    const revisions = new Set<string>();
    do {
      const { json } = await get(`/api/v1/pods?limit=7${next && `&continue=${encodeURIComponent(next)}`}`);
      paged.push(...json.items);
      revisions.add(json.metadata.resourceVersion);
      expect(json.items.length).toBeLessThanOrEqual(7);
      if (json.metadata.continue) expect(json.metadata.remainingItemCount).toBe(whole.items.length - paged.length);
      next = json.metadata.continue ?? '';
      await clock.pass(1000);
    } while (next);
    expect(names(paged)).toEqual(names(whole.items));
    expect(revisions.size).toBe(1);
  });

  test('later pages show what held at the first page, whatever happens meanwhile', async () => {
    const { get, demo, clock } = createBench();
    const before = names((await get('/api/v1/pods')).json.items);
    const first = (await get('/api/v1/pods?limit=20')).json;
    await demo.stage.apply({ action: 'drain', node: 'nuc1' });
    await clock.pass(20_000);
    const rest = (await get(`/api/v1/pods?continue=${first.metadata.continue}`)).json;
    expect([...names(first.items), ...names(rest.items)]).toEqual(before);
    expect(names((await get('/api/v1/pods')).json.items)).not.toEqual(before);
  });

  test('a page token that is too old is answered with 410, and a token to go on nevertheless', async () => {
    const { get, clock } = createBench();
    const { json } = await get('/api/v1/pods?limit=5');
    await clock.pass(660_000);
    const late = await get(`/api/v1/pods?limit=5&continue=${json.metadata.continue}`);
    expect(late.json).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired' });
    expect(late.json.message).toMatch(/^The provided continue parameter is too old/);
    const goneOn = await get(`/api/v1/pods?limit=500&continue=${late.json.metadata.continue}`);
    expect(goneOn.status).toBe(200);
    expect(goneOn.json.items.length).toBe(49);
  });

  test('a namespace cuts down, an unknown one is empty', async () => {
    const { get } = createBench();
    const { items } = (await get('/api/v1/namespaces/gitea/pods')).json;
    expect(items.length).toBe(2);
    expect((await get('/api/v1/namespaces/nope/pods')).json.items).toEqual([]);
  });

  test.each([
    ['fieldSelector=spec.nodeName=kmaster', 6],
    ['fieldSelector=status.phase!=Running', 7],
    ['fieldSelector=metadata.namespace=gitea,status.phase=Running', 2],
    ['labelSelector=app.kubernetes.io/name=gitea', 1],
    ['labelSelector=app.kubernetes.io/name in (gitea,grafana)', 2],
    ['labelSelector=job-name', 7],
    ['labelSelector=!job-name,app.kubernetes.io/name notin (gitea,grafana)', 45],
  ])('%s selects %i pods', async (query, count) => {
    const { json } = await createBench().get(`/api/v1/pods?${encodeURI(query)}`);
    expect(json.items.length).toBe(count);
  });

  test('a revision that is yet to come is waited for, then answered with 504 and Retry-After', async () => {
    const { get, clock } = createBench();
    const before = clock.now();
    const { status, headers, json } = await get('/api/v1/nodes?resourceVersion=999999999');
    expect(status).toBe(504);
    expect(headers['retry-after']).toBe('1');
    expect(json.message).toMatch(/^Timeout: Too large resource version: 999999999, current: \d+$/);
    expect(json.details).toEqual({
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
    expect(clock.now() - before).toBeGreaterThanOrEqual(3000);
  });

  test.each([
    '',
    '/',
    '?',
    '/?',
    '/api',
    '/api/',
    '/api/v1/',
    '/apis/',
    '/api/v1/namespaces//pods',
    '/api/v1/namespaces/%00/pods',
    '/api/v1/constructor',
    '/api/v1/__proto__/x',
    '/api/v1/nodes?continue=garbage',
    '/api/v1/nodes?continue=bnVsbA',
    `/api/v1/nodes?continue=${'A'.repeat(10_000)}`,
    '/api/v1/nodes?limit=999999999999999999999',
    '/api/v1/nodes?limit=-3&timeoutSeconds=-1',
    '/api/v1/nodes?labelSelector=!!!',
    `/api/v1/nodes?labelSelector=${'('.repeat(5000)}`,
    '/api/v1/nodes?fieldSelector=%F0%9F%90%88==,,,',
    '/api/v1/nodes?resourceVersion=-1',
    '/api/v1/pods?limit=1&limit=2&watch=0',
    '/readyz/../../etc/passwd',
    '/\u202e\u0000',
    `/${'a/'.repeat(5000)}`,
  ])('GET %j is answered by a status below 500', async (path) => {
    const { status } = await createBench().get(path);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
  });
});
