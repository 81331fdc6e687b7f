// Finds Prometheus and its promtool for the tests of /metrics: installed ones, else (in CI on Debian) those of apt's package.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const programs = ['prometheus', 'promtool'];
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'clusterwall');
const unpacked = join(cache, 'prometheus');

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

function installed() {
  const named = process.env.CLUSTERWALL_PROMETHEUS;
  const folders = named ? [named] : [...(process.env.PATH ?? '').split(delimiter), join(unpacked, 'usr', 'bin')];
  return folders.find((folder) => folder && programs.every((name) => isProgram(join(folder, name))));
}

function run(program, args, cwd) {
  return spawnSync(program, args, { cwd, stdio: ['ignore', 2, 2], timeout: 300_000 }).status === 0;
}

/** Unpacked and not installed: the package would start a service that nobody asked for. */
function byApt() {
  if (process.env.CI !== 'true' || !existsSync('/etc/debian_version')) return undefined;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'prometheus-'));
  try {
    const download = () => run('apt-get', ['download', '-q', 'prometheus'], folder);
    if (!download() && !(run('apt-get', ['update', '-qq'], folder) && download())) return undefined;
    const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (file === undefined || !run('dpkg-deb', ['-x', file, 'unpacked'], folder)) return undefined;
    rmSync(unpacked, { recursive: true, force: true });
    renameSync(join(folder, 'unpacked'), unpacked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return installed();
}

/** The folder with both programs, or undefined if they cannot be had. */
export function findPrometheus() {
  return installed() ?? byApt();
}
