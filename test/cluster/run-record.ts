import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { killIfThere } from './kill.ts';
import { clearContainers } from './real-node/clear-containers.ts';
import type { NodePlace } from './real-node/node-place.ts';
import { testbedDirectory } from './testbed-directory.ts';

/** Something outside this process that must not outlive it. */
export type Belonging =
  | { what: 'process'; name: string; pid: number; bornAt: string }
  | { what: 'directory'; path: string }
  | { what: 'mount'; path: string }
  | { what: 'network namespace'; name: string }
  | { what: 'real node'; name: string; place: NodePlace };

/** A file per launching process, so that the next run can clear what a killed one left. */
interface RunRecord {
  pid: number;
  bornAt: string;
  belongings: Belonging[];
}

const belongings = new Set<Belonging>();
let watchingOurEnd = false;

/** Takes responsibility: released at the latest when this process ends, or by the next run if it was killed. */
export function remember<T extends Belonging>(belonging: T): T {
  releaseAtOurEnd();
  belongings.add(belonging);
  writeRecord();
  return belonging;
}

/** Ends the responsibility, because the thing is gone already. */
export function forget(belonging: Belonging): void {
  if (belongings.delete(belonging)) writeRecord();
}

/** Releases at once what would be released at our end. */
export function releaseNow(belonging: Belonging): void {
  release(belonging);
  forget(belonging);
}

/** Clears what runs left that were killed before they could clean up. Returns what was cleared, one sentence each. */
export function clearLeftOvers(): string[] {
  const cleared: string[] = [];
  for (const file of readdirSync(recordsDirectory()).filter((name) => name.endsWith('.json'))) {
    const path = join(recordsDirectory(), file);
    const record = readRecord(path);
    if (record === undefined || isAlive(record)) continue;
    for (const belonging of [...record.belongings].reverse()) {
      release(belonging);
      cleared.push(`cleared a left-over ${belonging.what}: ${'path' in belonging ? belonging.path : belonging.name}`);
    }
    rmSync(path, { force: true });
  }
  return cleared;
}

/** When a process was started, in a form that tells two bearers of one pid apart; undefined if there is no such process. */
export function bornAt(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command in brackets may hold spaces; the start time in clock ticks is field 22, the 20th after it.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
}

function isAlive(process: { pid: number; bornAt: string }): boolean {
  return bornAt(process.pid) === process.bornAt;
}

function release(belonging: Belonging): void {
  if (belonging.what === 'process') {
    if (isAlive(belonging)) killIfThere(-belonging.pid);
  } else if (belonging.what === 'directory') {
    rmSync(belonging.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } else if (belonging.what === 'mount') {
    // Pods of a real node may still have it; a loop device goes with its last mount.
    spawnSync('umount', ['--lazy', belonging.path], { stdio: 'ignore' });
  } else if (belonging.what === 'network namespace') {
    removeNetworkNamespace(belonging.name);
  } else {
    clearContainers(belonging.place);
  }
}

/** Removes a namespace with all that runs in it: with a process left inside, it and its cable would go on without a name. */
export function removeNetworkNamespace(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
  for (const pid of (stdout ?? '').split('\n').filter(Boolean)) killIfThere(Number(pid));
  spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
}

function releaseAll(): void {
  for (const belonging of [...belongings].reverse()) release(belonging);
  belongings.clear();
  rmSync(recordPath(), { force: true });
}

function releaseAtOurEnd(): void {
  if (watchingOurEnd) return;
  watchingOurEnd = true;
  process.on('exit', releaseAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      releaseAll();
      process.kill(process.pid, signal);
    });
  }
}

function recordsDirectory(): string {
  const directory = join(testbedDirectory(), 'running');
  mkdirSync(directory, { recursive: true });
  return directory;
}

function recordPath(): string {
  return join(recordsDirectory(), `${process.pid}-${threadId}.json`);
}

function writeRecord(): void {
  const born = bornAt(process.pid);
  if (born === undefined) throw new Error('the test bed needs Linux: it keeps track of its processes by /proc');
  const record: RunRecord = { pid: process.pid, bornAt: born, belongings: [...belongings] };
  // Renamed into place, since another run may be reading it at this moment.
  writeFileSync(`${recordPath()}.new`, JSON.stringify(record));
  renameSync(`${recordPath()}.new`, recordPath());
}

function readRecord(path: string): RunRecord | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  return JSON.parse(text) as RunRecord;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
