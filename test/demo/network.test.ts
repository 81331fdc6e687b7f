import { HARBOR } from '#server/cluster/demo/harbor.ts';
import { webHosts } from '#server/cluster/demo/web-hosts.ts';
import type { HttpAnswer, HttpAsk } from '#server/cluster/network.ts';
import { describe, expect, test } from 'vitest';
import { createBench, type DemoBench } from './demo-client.ts';

const LIMIT_MS = 10_000;

function asked({ demo, clock }: DemoBench, url: string, part: Partial<HttpAsk> = {}): Promise<HttpAnswer> {
  const usual = { method: 'GET', headers: {}, redirects: 5, address: '', resolver: '', verify: 'dates' } as const;
  const ask = { url, ...usual, authorities: [], linkLocal: false, loopback: false, bodyLimit: 262_144, ...part };
  return clock.until(demo.network.askHttp(ask, LIMIT_MS), LIMIT_MS + 1000);
}

function titleOf(answer: HttpAnswer): string {
  return answer.trouble === '' ? (/<title>(.*)<\/title>/.exec(answer.body)?.[1] ?? '') : answer.trouble;
}

const git = 'https://git.home.example/';
const registry = 'https://registry.home.example';
const manifest = `${registry}/v2/home/dashboard/manifests/2.3`;

describe('hosts behind Traefik', () => {
  test('each shows its application, wherever it leads who has not logged in', async () => {
    const bench = createBench();
    const seen: [string, number | string, string][] = [];
    for (const { host } of webHosts) {
      const answer = await asked(bench, `https://${host}/`);
      seen.push([host.replace('.home.example', ''), answer.trouble || answer.status, titleOf(answer)]);
    }
    expect(seen).toEqual([
      ['argocd', 200, 'Argo CD'],
      ['dashboard', 200, 'Home'],
      ['git', 200, 'Gitea: Git with a cup of tea'],
      ['grafana', 200, 'Grafana'],
      ['ha', 200, 'Home Assistant'],
      ['longhorn', 401, ''],
      ['media', 200, 'Jellyfin'],
      ['metrics', 200, ''],
      ['paper', 200, 'Paperless-ngx sign in'],
      ['photos', 200, 'Synology Photos'],
      ['recipes', 200, 'Mealie'],
      ['zigbee', 200, 'Zigbee2MQTT'],
    ]);
  });

  test('who follows no redirect is told where it leads, who follows one too few that it goes on', async () => {
    const bench = createBench();
    const answer = await asked(bench, 'https://grafana.home.example/', { redirects: 0 });
    expect(answer).toMatchObject({ trouble: '', status: 302, headers: { location: '/login' } });
    const plain = await asked(bench, 'http://grafana.home.example/', { redirects: 2 });
    expect(plain).toMatchObject({ trouble: '', status: 200, url: 'https://grafana.home.example/login' });
    const few = await asked(bench, 'http://grafana.home.example/', { redirects: 1 });
    expect(few).toMatchObject({ trouble: 'redirects' });
  });

  test('an answer takes as long as its parts, and says whom it came from', async () => {
    const bench = createBench();
    const before = bench.clock.now();
    const { phases, address } = await asked(bench, git);
    const { dnsMs, connectMs, tlsMs, firstByteMs, wholeMs } = phases;
    expect(wholeMs).toBeGreaterThan(dnsMs! + connectMs! + tlsMs! + firstByteMs! - 1);
    expect(wholeMs).toBeLessThan(150);
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(wholeMs);
    expect(address).toBe('192.168.1.10:443');
  });

  test('an unknown host gets the 404 of Traefik itself', async () => {
    const answer = await asked(createBench(), 'https://nobody.home.example/');
    expect(answer).toMatchObject({
      ...{ trouble: '', status: 404, body: '404 page not found\n' },
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });

  test('while nobody is ready behind it a host gets 503 in the words of Traefik, and all others go on', async () => {
    const bench = createBench();
    bench.demo.player.play('service-down');
    await bench.clock.pass(20_000);
    const answer = await asked(bench, 'https://recipes.home.example/');
    expect(answer).toMatchObject({ trouble: '', status: 503, body: 'no available server\n' });
    expect(await asked(bench, git)).toMatchObject({ status: 200 });
    await bench.clock.pass(180_000);
    expect(await asked(bench, 'https://recipes.home.example/')).toMatchObject({ status: 200 });
  });

  test('while Traefik crashes nobody gets through, be it on foot or with TLS; afterwards everybody does', async () => {
    const bench = createBench();
    bench.demo.player.play('traefik-down');
    for (let look = 0; look < 30; look += 1) {
      await bench.clock.pass(5000);
      expect(await asked(bench, git)).toMatchObject({
        ...{ trouble: 'refused', message: 'git.home.example refused the connection', address: '192.168.1.10:443' },
      });
    }
    expect(await asked(bench, 'http://git.home.example/')).toMatchObject({ trouble: 'refused' });
    expect(await asked(bench, `${registry}/v2/`)).toMatchObject({ status: 200 });
    await bench.clock.pass(40_000);
    expect(await asked(bench, git)).toMatchObject({ status: 200 });
  });

  test('whose pod is on a dead node waits until the API has given it up, and gets 503 then', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'silenceNode', node: 'nuc2' });
    const before = bench.clock.now();
    expect(await asked(bench, 'https://media.home.example/')).toMatchObject({
      ...{ trouble: 'silent', message: 'connected to media.home.example, but no answer came within 10 s' },
    });
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(LIMIT_MS);
    await bench.clock.pass(70_000);
    expect(await asked(bench, 'https://media.home.example/')).toMatchObject({ status: 503 });
    expect(await asked(bench, git)).toMatchObject({ status: 200 });
  });

  test('when the node is dead that the names lead to, nobody connects', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'silenceNode', node: 'kmaster' });
    expect(await asked(bench, git)).toMatchObject({
      ...{ trouble: 'timeout', message: 'no connection to git.home.example within 10 s', address: '' },
    });
  });

  test('answer on while the API refuses us, is silent or is gone', async () => {
    const bench = createBench();
    for (const action of ['apiUnauthorized', 'apiSilent', 'apiRefused'] as const) {
      await bench.demo.stage.apply({ action });
      expect(await asked(bench, git), action).toMatchObject({ status: 200 });
    }
  });
});

describe('certificates', () => {
  const wildcard = 'kube-system/wildcard-home-example-tls';

  test('an expired one ends it where dates count, and does not where nothing does', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ action: 'certificateAges', certificate: wildcard, leftDays: -1 });
    const ha = 'https://ha.home.example/';
    for (const verify of ['dates', 'all'] as const) {
      expect(await asked(bench, ha, { verify })).toMatchObject({
        ...{ trouble: 'tls', distrust: 'expired', message: 'the certificate of ha.home.example:443 has expired' },
      });
    }
    expect(await asked(bench, ha, { verify: 'none' })).toMatchObject({ status: 200, distrust: 'expired' });
    expect(await asked(bench, git)).toMatchObject({ status: 200, distrust: '' });
  });

  test('one for another name is told, and ends it where all counts', async () => {
    const bench = createBench();
    const deep = 'https://a.b.home.example/';
    expect(await asked(bench, deep)).toMatchObject({ status: 404, distrust: 'wrong-name' });
    expect(await asked(bench, deep, { verify: 'all' })).toMatchObject({ trouble: 'tls', distrust: 'wrong-name' });
  });
});

describe('names', () => {
  test('that do not exist are not found at once; none is found while nobody answers for names', async () => {
    const bench = createBench();
    expect(await asked(bench, 'https://git.example.org/')).toMatchObject({
      ...{ trouble: 'dns', message: 'the name git.example.org cannot be resolved (ENOTFOUND)' },
    });
    await bench.demo.stage.apply({ thing: 'names', action: 'namesFail' });
    const { demo, clock } = bench;
    const target = { host: 'git.home.example', port: 443, serverName: 'git.home.example', otherName: '' };
    const tls = { ...target, trust: 'system', also: [], resolver: '' } as const;
    expect(await asked(bench, git)).toMatchObject({ trouble: 'dns', address: '' });
    expect(await clock.until(demo.connection.lookAtTls(tls, LIMIT_MS))).toMatchObject({ trouble: 'dns' });
    const node = { ...tls, host: '192.168.1.11', port: 10_250, trust: 'cluster' } as const;
    expect((await clock.until(demo.connection.lookAtTls(node, LIMIT_MS))).trouble).toBe('');
    await demo.stage.apply({ thing: 'names', action: 'namesHeal' });
    expect(await asked(bench, git)).toMatchObject({ status: 200 });
  });

  test('are looked up, and lead to the first node or to the NAS', async () => {
    const { demo, clock } = createBench();
    const lookUp = (name: string) => clock.until(demo.network.askDns({ name, resolver: '' }, LIMIT_MS));
    expect(await lookUp('git.home.example')).toMatchObject({ trouble: '', addresses: ['192.168.1.10'] });
    expect(await lookUp('registry.home.example')).toMatchObject({ trouble: '', addresses: ['192.168.1.5'] });
    expect(await lookUp('git.example.org')).toMatchObject({ trouble: 'dns', addresses: [] });
  });
});

test('connections without a word: open, refused, lost', async () => {
  const { demo, clock } = createBench();
  const connect = (host: string, port: number) => {
    const ask = { host, port, resolver: '', linkLocal: false, loopback: false };
    return clock.until(demo.network.askTcp(ask, LIMIT_MS), LIMIT_MS + 1000);
  };
  expect(await connect('nas', 22)).toMatchObject({ trouble: '', address: '192.168.1.5:22' });
  expect(await connect('192.168.1.12', 22)).toMatchObject({ trouble: '', address: '192.168.1.12:22' });
  expect(await connect('192.168.1.12', 5432)).toMatchObject({
    ...{ trouble: 'refused', message: '192.168.1.12:5432 refused the connection' },
  });
  expect(await connect('192.168.1.99', 22)).toMatchObject({
    ...{ trouble: 'timeout', message: 'no connection to 192.168.1.99:22 within 10 s', address: '' },
  });
});

describe('the registry on the NAS', () => {
  test('says that it is one, and holds what was built at home by tag and digest', async () => {
    const bench = createBench();
    expect(await asked(bench, `${registry}/v2/`)).toMatchObject({
      ...{ status: 200, address: '192.168.1.5:443', distrust: '' },
      headers: { 'docker-distribution-api-version': 'registry/2.0' },
    });
    const held = await asked(bench, manifest, { method: 'HEAD' });
    expect(held).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-type': expect.stringContaining('index') },
    });
    const digest = held.trouble === '' ? held.headers['docker-content-digest'] : '';
    expect(digest).toMatch(/^sha256:[\da-f]{64}$/);
    expect(await asked(bench, manifest.replace(/2\.3$/, digest!))).toMatchObject({ status: 200 });
    expect(await asked(bench, manifest.replace('2.3', '2.4'))).toMatchObject({
      ...{ status: 404, body: expect.stringContaining('"code":"MANIFEST_UNKNOWN"') },
    });
  });

  test('refuses, comes back without its images, and has them again', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ thing: 'registry', action: 'registryRefuses' });
    expect(await asked(bench, `${registry}/v2/`)).toMatchObject({
      ...{ trouble: 'refused', message: 'registry.home.example refused the connection' },
    });
    await bench.demo.stage.apply({ thing: 'registry', action: 'registryEmptied' });
    expect(await asked(bench, `${registry}/v2/`)).toMatchObject({ status: 200 });
    expect(await asked(bench, manifest, { method: 'HEAD' })).toMatchObject({ status: 404 });
    await bench.demo.stage.apply({ thing: 'registry', action: 'registryHeals' });
    expect(await asked(bench, manifest, { method: 'HEAD' })).toMatchObject({ status: 200 });
  });
});

describe('Harbor', () => {
  const url = `https://${HARBOR.host}`;
  const health = async (bench: DemoBench) => {
    const answer = await asked(bench, `${url}/api/v2.0/health`);
    if (answer.trouble !== '') throw new Error(answer.message);
    const { status, components } = JSON.parse(answer.body) as {
      status: string;
      components: { name: string; status: string }[];
    };
    return { http: answer.status, status, ill: components.filter((each) => each.status !== 'healthy') };
  };

  test('is there only while it stands, with all its objects, and leaves nothing', async () => {
    const bench = createBench();
    const names = async () => {
      const paths = ['/api/v1/pods', '/api/v1/services', '/apis/apps/v1/deployments', '/apis/apps/v1/replicasets'];
      const others = ['/apis/apps/v1/statefulsets', '/api/v1/namespaces', '/apis/networking.k8s.io/v1/ingresses'];
      const lists = await Promise.all([...paths, ...others].map(async (path) => (await bench.get(path)).json.items));
      return lists.flat().map(({ metadata }: { metadata: { uid: string } }) => metadata.uid);
    };
    const before = await names();
    expect(await asked(bench, `${url}/`)).toMatchObject({ status: 404 });
    await bench.demo.stage.apply({ thing: 'harbor', action: 'harborStands', databaseFrom: 'itself' });
    expect(await asked(bench, `${url}/v2/`)).toMatchObject({
      ...{ status: 401, headers: { 'www-authenticate': expect.stringContaining('service="harbor-registry"') } },
    });
    expect(titleOf(await asked(bench, `${url}/`))).toBe('Harbor');
    expect(await health(bench)).toEqual({ http: 200, status: 'healthy', ill: [] });
    expect((await names()).length).toBeGreaterThan(before.length + 20);
    await bench.demo.stage.apply({ thing: 'harbor', action: 'harborGoes' });
    await bench.clock.pass(200);
    expect(await names()).toEqual(before);
  });

  test('gives who has a token what it holds', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ thing: 'harbor', action: 'harborStands', databaseFrom: 'docker.io' });
    const lamp = `${url}/v2/home/weather-lamp/manifests/0.9`;
    expect(await asked(bench, lamp, { method: 'HEAD' })).toMatchObject({ status: 401 });
    const token = await asked(bench, `${url}/service/token?service=harbor-registry`);
    expect(token).toMatchObject({ status: 200, body: expect.stringContaining('"token"') });
    const headers = { Authorization: 'Bearer demo' };
    expect(await asked(bench, lamp, { method: 'HEAD', headers })).toMatchObject({ status: 200 });
  });

  test('says with status 200 which part is not well', async () => {
    const bench = createBench();
    await bench.demo.stage.apply({ thing: 'harbor', action: 'harborStands', databaseFrom: 'docker.io' });
    await bench.demo.stage.apply({ thing: 'harbor', action: 'harborPartFails', part: 'jobservice' });
    expect(await health(bench)).toMatchObject({ http: 200, status: 'unhealthy', ill: [{ name: 'jobservice' }] });
  });
});

test('the same seed gives the same answers in the same time, another one other times', async () => {
  const all = async (seed: number) => {
    const bench = createBench({ seed });
    const answers = [];
    for (const { host } of webHosts) answers.push(await asked(bench, `https://${host}/`));
    return JSON.stringify(answers);
  };
  expect(await all(7)).toBe(await all(7));
  expect(await all(8)).not.toBe(await all(7));
});
