// Builds the page and the server bundle if a source is newer than what is in dist/.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const sources = ['shared', 'server', 'web', 'package.json', 'package-lock.json', 'vite.config.ts', 'svelte.config.js'];

function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isBuilt() {
  const built = ['dist/main.js', 'dist/history.js', 'dist/web/index.html'];
  if (!built.every((file) => existsSync(file))) return false;
  const builtAt = Math.min(...built.map((file) => statSync(file).mtimeMs));
  return builtAt > Math.max(...sources.map(newest));
}

if (!isBuilt()) {
  process.stderr.write('clusterwall: building page and server\n');
  const done = spawnSync('vite', ['build', '--app', '--logLevel', 'warn'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  process.exit(done.status ?? 1);
}
