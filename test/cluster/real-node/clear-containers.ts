import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processesIn, removeControlGroup } from './control-group.ts';
import { killIfThere } from '../kill.ts';
import type { NodePlace } from './node-place.ts';

/** Where the network plugins' library keeps what it answered, one file per pod. */
const NETWORK_RESULTS = '/var/lib/cni/results';

const PATIENCE_MS = 5_000;

/**
 * Ends all containers of a real node whose kubelet and containerd have ended, and takes away what they leave in the kernel:
 * mounts, network namespaces, the bridge, control groups. Does it at once, so that it can be done while a process ends.
 */
export function clearContainers(place: NodePlace): void {
  const leftFiles = [...shimSockets(place.runtimeState), ...networkResults(place)];
  const deadline = Date.now() + PATIENCE_MS;
  // A shim may be starting a container at this moment.
  while (endProcesses(place) > 0 && Date.now() < deadline) pause(20);
  unmountBelow(place.directory);
  spawnSync('ip', ['link', 'delete', place.bridge], { stdio: 'ignore' });
  while (!removeControlGroup(place.controlGroup) && Date.now() < deadline) pause(20);
  for (const file of leftFiles) rmSync(file, { force: true });
}

/** Kills what is in the containers and the shims beside them; returns how many there were. */
function endProcesses(place: NodePlace): number {
  const pids = [...processesIn(place.controlGroup), ...shims(join(place.directory, 'containerd.sock'))];
  for (const pid of pids) killIfThere(pid);
  return pids.length;
}

/** containerd's shims outlive it; each names the socket of its containerd. */
function shims(socket: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandLine(pid).includes(socket)).map(Number);
}

function commandLine(pid: string): string[] {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words[0]?.includes('containerd-shim') ? words : [];
  } catch (error) {
    // It ended while it was looked at.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** Sockets of shims lie in /run/containerd wherever containerd's state is, and only a shim that ends by itself removes its own. */
function shimSockets(runtimeState: string): string[] {
  const tasks = join(runtimeState, 'io.containerd.runtime.v2.task', 'k8s.io');
  const files = namesIn(tasks).map((id) => join(tasks, id, 'address'));
  const addresses = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8').trim());
  return addresses.map((address) => address.replace(/^unix:\/\//, '')).filter((path) => path.startsWith('/'));
}

function networkResults({ directory, networkName }: NodePlace): string[] {
  const pods = namesIn(join(directory, 'containerd', 'io.containerd.grpc.v1.cri', 'sandboxes'));
  const ours = (file: string) => file.startsWith(`${networkName}-`) || pods.some((pod) => file.includes(`-${pod}-`));
  return namesIn(NETWORK_RESULTS)
    .filter(ours)
    .map((file) => join(NETWORK_RESULTS, file));
}

function namesIn(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function unmountBelow(directory: string): void {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(Boolean);
  // The fifth field, in which odd characters are octal; ours has none. What was mounted last goes first.
  const points = mounts.map((line) => line.split(' ')[4] ?? '').filter((point) => point.startsWith(`${directory}/`));
  if (points.length > 0) spawnSync('umount', ['--lazy', ...points.reverse()], { stdio: 'ignore' });
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
