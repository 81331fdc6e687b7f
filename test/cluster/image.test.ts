import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { lacks } from './capabilities.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const repository = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(repository, 'Dockerfile'), 'utf8');
/** What the last stage says: `{ HOST: '0.0.0.0', ... }`, the user and the command. */
const environment = Object.fromEntries(
  (/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? '').split(' ').map((pair) => pair.split('=') as [string, string]),
);
const user = /^USER (.+)$/m.exec(dockerfile)?.[1] ?? '';
const command = JSON.parse(/^CMD (.+)$/m.exec(dockerfile)?.[1] ?? '[]') as string[];

// There need not be an engine that builds images: what the image does is done by hand, in a root that holds nothing but
// Node.js, the libraries it is linked to, and dist/.
describe.skipIf(lacks('what the image does, step by step', ['root']))('dist/ alone, as the image runs it', () => {
  const root = mkdtempSync(join(tmpdir(), 'clusterwall-image-'));
  let wall: ChildProcess | undefined;
  let url: string;
  let said = '';

  beforeAll(async () => {
    furnish(root);
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    wall = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', script(root, port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [wall.stdout, wall.stderr]) stream?.on('data', (chunk: Buffer) => (said += String(chunk)));
    await until('it serves a board', () => board(url), { withinMs: 20_000 }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it said: ${said}`, { cause: error });
    });
  });

  afterAll(() => {
    // The whole group: a change of user makes the kernel forget that the wall was to end with its parent.
    if (wall?.pid !== undefined) process.kill(-wall.pid, 'SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });

  test('runs under Node.js 24 with nothing beside it, and shows the demo where there is no cluster', async () => {
    expect(process.version).toMatch(/^v24\./);
    const { cluster, tiles } = await board(url);
    expect(cluster.demo).toBe(true);
    expect(tiles).toHaveLength(10);
    expect(await (await fetch(url)).text()).toContain('<script type="module"');
  });

  test('runs as nobody special, and can write nothing but its data', () => {
    const [uid, gid] = user.split(':');
    expect(said).toContain(`uid ${uid} gid ${gid}`);
    expect(said).toContain('/app: read-only');
    expect(said).toContain('/tmp: read-only');
    expect(said).toContain('/data: writable');
  });

  test('its health check passes', () => {
    const check = /^HEALTHCHECK .* CMD (\[.+\])$/m.exec(dockerfile)?.[1] ?? '[]';
    const [, ...args] = JSON.parse(check) as string[];
    const env = { ...process.env, PORT: new URL(url).port };
    expect(() => execFileSync(process.execPath, args, { env })).not.toThrow();
  });
});

async function board(url: string): Promise<Board> {
  return (await (await fetch(`${url}/api/board`)).json()) as Board;
}

function furnish(root: string): void {
  for (const directory of ['app', 'data', 'bin', 'dev', 'proc', 'tmp']) mkdirSync(join(root, directory));
  // Whoever is not root must be able to enter.
  chmodSync(root, 0o755);
  cpSync(join(repository, 'dist'), join(root, 'app'), { recursive: true });
  cpSync(process.execPath, join(root, 'bin/node'));
  for (const library of librariesOf(process.execPath)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
  writeFileSync(join(root, 'dev/null'), '');
  writeFileSync(join(root, 'look.js'), look);
}

/** What the program in the root sees of itself before it starts. */
const look = `
const { writeFileSync } = require('node:fs');
console.log('uid ' + process.getuid() + ' gid ' + process.getgid());
for (const directory of ['/app', '/tmp', '/data']) {
  try { writeFileSync(directory + '/probe', ''); console.log(directory + ': writable'); }
  catch (error) { console.log(directory + ': ' + (error.code === 'EROFS' ? 'read-only' : error.code)); }
}
`;

function librariesOf(program: string): string[] {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []).filter((path) => existsSync(path));
}

/** Everything read-only but the data, then the image's own command as the image's own user. */
function script(root: string, port: string): string {
  const [uid, gid] = user.split(':');
  const pairs = Object.entries({ ...environment, PORT: port, HOST: '127.0.0.1', HOME: '/home/node' });
  const node = `env -i ${pairs.map((pair) => pair.join('=')).join(' ')} /usr/sbin/chroot --userspec=${user} ${root} /bin/node`;
  // In its working directory /app the image finds main.js; a chroot begins at the root.
  const args = command.slice(1).map((part) => (part.startsWith('-') ? part : `/app/${part}`));
  return [
    'set -e',
    `mount --bind ${root} ${root}`,
    `mount --bind /dev/null ${root}/dev/null`,
    `mount -t proc proc ${root}/proc`,
    `mount -t tmpfs -o uid=${uid},gid=${gid},size=64m tmpfs ${root}/data`,
    `mount -o remount,ro,bind ${root} ${root}`,
    `${node} /look.js`,
    `exec ${node} ${args.join(' ')}`,
  ].join('\n');
}
