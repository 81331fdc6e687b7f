import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { deadCluster, folderOfTest, startWall, type WallChild } from './wall-child.ts';

const seesCheck = (wall: WallChild, check: string) =>
  vi.waitFor(
    async () => {
      const found = (await wall.board()).findings.find((finding) => finding.check === check);
      expect(found, `no finding of ${check}`).toBeDefined();
      return found!;
    },
    { timeout: 15_000, interval: 200 },
  );

describe('a running wall', () => {
  test('that cannot reach its cluster says so', async () => {
    const folder = folderOfTest();
    const wall = startWall(deadCluster(folder), folder);
    const finding = await seesCheck(wall, 'control-plane/api-answers');
    expect(finding.level).toBe('bad');
    expect(existsSync(join(folder, 'data', 'clusterwall.db'))).toBe(true);
  });

  test('told to end does so within 2 s, with screens and silent connections open, and leaves its file in order', async () => {
    const folder = folderOfTest();
    const wall = startWall(deadCluster(folder), folder);
    const screen = io(await wall.url(), { transports: ['websocket'], reconnection: false });
    onTestFinished(() => void screen.disconnect());
    await new Promise((resolve) => screen.once('board', resolve));
    // As browsers open in advance: nothing was asked on it yet.
    const silent = connect(Number(new URL(await wall.url()).port), '127.0.0.1').on('error', () => undefined);
    onTestFinished(() => void silent.destroy());
    await once(silent, 'connect');
    const toldAt = performance.now();
    wall.signal('SIGTERM');
    expect((await wall.ended).code).toBe(0);
    expect(performance.now() - toldAt).toBeLessThan(2_000);
    // The lock stays, since one that goes could be taken twice. Nothing waits to be written into the file.
    expect(readdirSync(join(folder, 'data')).toSorted()).toEqual(['clusterwall.db', 'clusterwall.lock']);
  });

  test('shows what is wrong with a changed configuration, and that it is gone again', async () => {
    const folder = folderOfTest();
    const wall = startWall({ CLUSTERWALL_DEMO: 'calm' }, folder);
    await wall.url();
    writeFileSync(join(folder, 'clusterwall.yaml'), 'cluster: { nme: x }');
    const finding = await seesCheck(wall, 'control-plane/configuration');
    expect(finding.sentence).toContain('unknown key "nme"');
    writeFileSync(join(folder, 'clusterwall.yaml'), 'cluster: { name: renamed }');
    await vi.waitFor(
      async () => {
        const { cluster, findings } = await wall.board();
        expect(cluster.name).toBe('renamed');
        expect(findings.map(({ check }) => check)).not.toContain('control-plane/configuration');
      },
      { timeout: 15_000, interval: 200 },
    );
  });

  test('whose history cannot be kept runs and says so', async () => {
    const folder = folderOfTest();
    writeFileSync(join(folder, 'file'), '');
    const wall = startWall({ ...deadCluster(folder), CLUSTERWALL_DATA: 'file/data' }, folder);
    const finding = await seesCheck(wall, 'control-plane/history-not-kept');
    expect(finding.sentence).toContain('is not a directory');
  });

  test('beside another on the same data directory says so', async () => {
    const folder = folderOfTest();
    const first = startWall(deadCluster(folder), folder);
    await first.url();
    const second = startWall(deadCluster(folder), folder);
    const finding = await seesCheck(second, 'control-plane/history-not-kept');
    expect(finding.sentence).toContain('another clusterwall keeps its history');
    expect((await first.board()).findings.map(({ check }) => check)).not.toContain('control-plane/history-not-kept');
  });
});

describe('the bundle', () => {
  test('runs alone from any folder, without node_modules, and serves the page', async () => {
    const dist = join(import.meta.dirname, '../../dist');
    expect(existsSync(join(dist, 'main.js')), 'build first: npm run build').toBe(true);
    const folder = folderOfTest();
    cpSync(dist, join(folder, 'app'), { recursive: true });
    const wall = startWall({ CLUSTERWALL_DEMO: 'calm' }, folderOfTest(), join(folder, 'app', 'main.js'));
    const page = await (await fetch(await wall.url())).text();
    const [script] = /\/assets\/[\w.-]+\.js/.exec(page) ?? [];
    const answer = await fetch(`${await wall.url()}${script}`, { headers: { 'accept-encoding': 'br' } });
    expect(answer.headers.get('content-encoding')).toBe('br');
    expect((await answer.text()).length).toBeGreaterThan(10_000);
    await vi.waitFor(async () => expect((await fetch(`${await wall.url()}/readyz`)).status).toBe(200), 10_000);
  });
});
