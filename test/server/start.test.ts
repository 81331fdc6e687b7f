import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folderOfTest, startWall } from './wall-child.ts';

/** A port at which nobody answers. */
const silentPort = 9;

const kubeconfig = (server: string, context = 'homelab') => `
apiVersion: v1
kind: Config
current-context: ${context}
clusters: [{ name: c, cluster: { server: "${server}" } }]
users: [{ name: u, user: { token: abc } }]
contexts: [{ name: homelab, context: { cluster: c, user: u } }]
`;

/** A port that is in use until the end of the test. */
async function usedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('which cluster is watched', () => {
  test('without any cluster at all it is the demo, which touches no data directory', async () => {
    const wall = startWall();
    await wall.url();
    expect(wall.said()).toContain('showing the demo cluster');
    expect((await wall.board()).cluster.demo).toBe(true);
    wall.signal('SIGTERM');
    expect((await wall.ended).code).toBe(0);
    expect(existsSync(join(wall.folder, 'data'))).toBe(false);
  });

  test('that of ~/.kube/config is named with its context and server', async () => {
    const folder = folderOfTest();
    mkdirSync(join(folder, '.kube'));
    writeFileSync(join(folder, '.kube', 'config'), kubeconfig(`http://127.0.0.1:${silentPort}`));
    const wall = startWall({}, folder);
    await wall.url();
    expect(wall.said()).toContain(`watching cluster homelab (context homelab, http://127.0.0.1:${silentPort})`);
    expect((await wall.board()).cluster).toMatchObject({ name: 'homelab', demo: false });
  });

  test('a kubeconfig that is named and not there is refused, never replaced by the demo', async () => {
    const { code, out, err } = await startWall({ KUBECONFIG: '/nowhere/config' }).ended;
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe('clusterwall: KUBECONFIG names only files that do not exist: /nowhere/config\n');
  });

  test('a context that is not there is refused', async () => {
    const folder = folderOfTest();
    writeFileSync(join(folder, 'config'), kubeconfig('http://127.0.0.1:9'));
    writeFileSync(join(folder, 'clusterwall.yaml'), 'cluster: { context: other }');
    const { code, err } = await startWall({ KUBECONFIG: join(folder, 'config') }, folder).ended;
    expect(code).toBe(2);
    expect(err).toContain('"other"');
  });

  test('a cluster that the configuration names and nothing leads to is refused, never replaced by the demo', async () => {
    const folder = folderOfTest();
    writeFileSync(join(folder, 'clusterwall.yaml'), 'cluster: { name: homelab }');
    const { code, err } = await startWall({}, folder).ended;
    expect(code).toBe(2);
    expect(err).toContain('there is no cluster to watch');
  });

  test('CLUSTERWALL_DEMO wins over a kubeconfig', async () => {
    const wall = startWall({ CLUSTERWALL_DEMO: 'calm', KUBECONFIG: '/nowhere/config' });
    await wall.url();
    expect(wall.said()).toContain('showing the demo cluster');
  });
});

describe('a start that is refused', () => {
  test('because of its port and its kubeconfig says both, and leaves nothing behind', async () => {
    const port = await usedPort();
    const wall = startWall({ KUBECONFIG: '/nowhere/config', PORT: String(port) });
    const { code, err } = await wall.ended;
    expect(code).toBe(2);
    expect(err).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(err).toContain('/nowhere/config');
    expect(readdirSync(wall.folder)).toEqual([]);
  });

  test('says all that is wrong at once, and listens nowhere', async () => {
    const folder = folderOfTest();
    writeFileSync(join(folder, 'clusterwall.yaml'), 'timZone: UTC\nchecks:\n  nodes/cordond: {}\n');
    const { code, out, err } = await startWall({ PORT: 'eighty' }, folder).ended;
    expect([code, out]).toEqual([2, '']);
    expect(err.trim().split('\n')).toEqual([
      'clusterwall: PORT is "eighty": it must be a number from 1 to 65535',
      'clusterwall: clusterwall.yaml:1: timZone: unknown key "timZone": the nearest known one is "timeZone"',
      expect.stringContaining('clusterwall.yaml:3: checks.nodes/cordond'),
    ]);
  });

  test('because its port is in use says which, and what to do', async () => {
    const port = await usedPort();
    const { code, err } = await startWall({ CLUSTERWALL_DEMO: '1', PORT: String(port) }).ended;
    expect(code).toBe(2);
    expect(err).toBe(
      `clusterwall: port ${port} on 127.0.0.1 is in use: end what listens there, or set PORT to another\n`,
    );
  });

  test('because its address is none of this machine says so', async () => {
    const { code, err } = await startWall({ CLUSTERWALL_DEMO: '1', HOST: '192.0.2.1' }).ended;
    expect([code, err]).toEqual([2, 'clusterwall: HOST is 192.0.2.1, which is no address of this machine\n']);
  });
});
