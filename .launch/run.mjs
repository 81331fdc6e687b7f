// Runs a command of package.json with Node.js 24 or later first on the PATH, on whatever Node.js npm itself runs.
// Installs what the lock file says if nothing is installed. Written for old versions of Node.js on purpose.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = 24;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

function say(text) {
  process.stderr.write(`clusterwall: ${text}\n`);
}

function installOnce() {
  // npm writes this file last, so an interrupted install is done again.
  if (existsSync(join(root, 'node_modules', '.package-lock.json'))) return;
  say('nothing is installed yet: running "npm ci" (about a minute)');
  const npm = process.env.npm_execpath;
  const [program, first] = npm ? [process.execPath, [npm]] : [windows ? 'npm.cmd' : 'npm', []];
  // npm refuses to prune development packages only when told so; the build needs them.
  const env = { ...process.env, NODE_ENV: 'development' };
  const done = spawnSync(program, [...first, 'ci', '--include=dev', '--include=optional'], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  if (done.status !== 0) {
    say(
      'the install failed: see the lines above. Node.js and npm with access to the npm registry are all that is needed.',
    );
    process.exit(1);
  }
}

function majorOf(program) {
  const asked = spawnSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return asked.status === 0 ? Number.parseInt(asked.stdout, 10) : 0;
}

function nodeFolder() {
  // npm_node_execpath is the system's Node.js, which runs npm; process.execPath may already be ours.
  const system = process.env.npm_node_execpath || process.execPath;
  if (majorOf(system) >= wanted) return dirname(system);
  const own = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(own) && majorOf(own) >= wanted) return dirname(own);
  say(
    `Node.js ${wanted} or later is needed; here is ${process.version} on ${process.platform}-${process.arch}, for which npm ` +
      `has no Node.js to install: get it from nodejs.org or your package manager and try again.`,
  );
  process.exit(2);
}

installOnce();
const path = [nodeFolder(), join(root, 'node_modules', '.bin'), process.env.PATH || ''].join(delimiter);
const [command, ...more] = process.argv.slice(2);
// What follows `--` is an argument as it stands, spaces and all; the first one is a command of package.json.
const quoted = more.map((text) => (windows ? `"${text}"` : `'${text.replace(/'/g, "'\\''")}'`));
const child = spawn([command, ...quoted].join(' '), {
  cwd: root,
  shell: true,
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? (signal === 'SIGINT' ? 130 : 143) : (code ?? 1)));
