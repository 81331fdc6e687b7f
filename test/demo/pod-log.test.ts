import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';

const LOG = '/api/v1/namespaces/gitea/pods/gitea-postgresql-0/log';

describe("a pod's log", () => {
  test('the run before: the last lines, as plain text', async () => {
    const { demo, clock, get } = createBench();
    demo.player.play('crash-loop');
    await clock.pass(60_000);
    const { status, headers, text } = await get(`${LOG}?container=gitea-postgresql&previous=true&tailLines=4`);
    expect([status, headers['content-type']]).toEqual([200, 'text/plain']);
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBe(4);
    expect(lines[0]).toMatch(
      /^2026-11-21 09:0\d:\d\d\.\d{3} UTC \[29\] PANIC: {2}could not locate a valid checkpoint record$/,
    );
    expect((await get(`${LOG}?previous=true`)).text.split('\n').length).toBe(9);
  });

  test('what is not there is refused in the words of the API server and the kubelet', async () => {
    const { demo, clock, get } = createBench();
    const said = async (path: string) => {
      const { status, json } = await get(path);
      return [status, json.reason, json.message];
    };
    expect(await said('/api/v1/namespaces/gitea/pods/nobody/log')).toEqual([
      404,
      'NotFound',
      'pods "nobody" not found',
    ]);
    expect(await said(`${LOG}?container=nope`)).toEqual([
      ...[400, 'BadRequest', 'container nope is not valid for pod gitea-postgresql-0'],
    ]);
    expect(await said(`${LOG}?previous=true`)).toEqual([
      ...[400, 'BadRequest', 'previous terminated container "gitea-postgresql" in pod "gitea-postgresql-0" not found'],
    ]);
    demo.player.play('image-tag-missing');
    await clock.pass(20_000);
    expect(await said('/api/v1/namespaces/home/pods/home-assistant-0/log')).toEqual([
      ...[400, 'BadRequest'],
      'container "home-assistant" in pod "home-assistant-0" is waiting to start: trying and failing to pull image',
    ]);
  });

  test('what runs has said little, and other subresources are not served', async () => {
    const { get } = createBench();
    expect((await get(LOG)).text).toBe('gitea-postgresql has started\n');
    expect((await get('/api/v1/namespaces/gitea/pods/gitea-postgresql-0/exec')).status).toBe(404);
    expect((await get('/api/v1/pods/gitea-postgresql-0/log')).status).toBe(404);
  });

  test('without the right it is refused by name', async () => {
    const { demo, get } = createBench();
    await demo.stage.apply({ action: 'apiForbidden', resource: 'pods/log' });
    const { status, json } = await get(LOG);
    expect(status).toBe(403);
    expect(json.message).toBe(
      'pods "gitea-postgresql-0" is forbidden: User "clusterwall" cannot get resource "pods/log" in API group "" in the namespace "gitea"',
    );
    expect((await get('/api/v1/pods')).status).toBe(200);
  });
});
