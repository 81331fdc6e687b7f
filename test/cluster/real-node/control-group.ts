import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** Makes a control group in every hierarchy: below it a kubelet puts all its containers. */
export function createControlGroup(name: string): void {
  for (const path of pathsOf(name)) mkdirSync(path, { recursive: true });
}

/** The processes in a control group and all below it. */
export function processesIn(name: string): number[] {
  const groups = pathsOf(name).filter((path) => existsSync(path));
  const pids = groups
    .flatMap(withGroupsBelow)
    .flatMap((path) => linesOf(join(path, 'cgroup.procs')))
    .map(Number);
  return [...new Set(pids)];
}

/** Removes a control group in which no process is left, with all below it. Returns whether it is gone. */
export function removeControlGroup(name: string): boolean {
  const groups = pathsOf(name).filter((path) => existsSync(path));
  // The innermost first.
  return groups.flatMap((path) => withGroupsBelow(path).reverse()).every(isRemoved);
}

/** In version 2 there is one hierarchy, in version 1 one for each controller. */
function pathsOf(name: string): string[] {
  if (existsSync(join(ROOT, 'cgroup.controllers'))) return [join(ROOT, name)];
  const hierarchies = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return hierarchies.map((entry) => join(ROOT, entry.name, name));
}

function withGroupsBelow(path: string): string[] {
  const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [path, ...below.flatMap((entry) => withGroupsBelow(join(path, entry.name)))];
}

function isRemoved(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The kernel takes a moment after the last process has ended.
    if (code === 'EBUSY') return false;
    if (code === 'ENOENT') return true;
    throw error;
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch (error) {
    // The group went while it was looked at.
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
