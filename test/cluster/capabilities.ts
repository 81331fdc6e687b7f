import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a machine must have for some of the cluster tests. */
export type Capability =
  | 'root'
  | 'go'
  | 'network namespaces'
  | 'iptables'
  | 'chromium'
  | 'containerd'
  | 'network plugins'
  | 'docker-registry'
  | 'nginx'
  | 'busybox'
  | 'mounts';

/** Whether it is there, and if not what to do about it. */
export interface Finding {
  there: boolean;
  /** A version or path if it is there, else how to get it. */
  detail: string;
}

/** What a real node is made of: kubelet, containers, their network and where their images come from. */
export const REAL_NODE: readonly Capability[] = ['root', 'containerd', 'network plugins', 'docker-registry', 'busybox'];

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

let found: Readonly<Record<Capability, Finding>> | undefined;

/** Looks once per process. In CI as root on Debian, the packages for network faults and for real nodes are installed first. */
export function capabilities(): Readonly<Record<Capability, Finding>> {
  if (found) return found;
  const root = process.getuid?.() === 0;
  if (process.env.CI === 'true' && root) installPackages();
  found = {
    root: { there: root, detail: root ? 'uid 0' : 'run as root to create network namespaces' },
    go: go(),
    'network namespaces': networkNamespaces(root),
    iptables: iptables(root),
    chromium: chromium(),
    containerd: containerd(root),
    'network plugins': networkPlugins(),
    'docker-registry': program('docker-registry', 'docker-registry'),
    nginx: program('nginx', 'nginx'),
    busybox: staticBusybox(),
    mounts: mounts(root),
  };
  return found;
}

/** The table for the head of a test run. */
export function capabilityTable(): string {
  const rows = Object.entries(capabilities());
  return rows.map(([name, { there, detail }]) => `  ${there ? 'yes' : 'no '}  ${name.padEnd(20)}${detail}`).join('\n');
}

/**
 * For `skipIf`: whether something is missing, with a line that says what is not tested. In CI nothing is skipped: it throws.
 */
export function lacks(what: string, needed: readonly Capability[]): boolean {
  const missing = needed.filter((name) => !capabilities()[name].there);
  if (missing.length === 0) return false;
  const because = missing.map((name) => `no ${name} (${capabilities()[name].detail})`).join(', ');
  const sentence = `Not tested: ${what}, because there is ${because}.`;
  if (process.env.CI === 'true') throw new Error(sentence);
  console.error(sentence);
  return true;
}

/** The path of a command, looked up in PATH. */
export function commandPath(name: string): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'].filter(Boolean);
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

/** Where the network plugins of containers are: Debian's place, or that of the project itself. */
export function networkPluginDirectory(): string | undefined {
  return ['/usr/lib/cni', '/opt/cni/bin'].find((directory) => existsSync(join(directory, 'bridge')));
}

function installPackages(): void {
  const commands = { ip: 'iproute2', iptables: 'iptables', runc: 'runc', containerd: 'containerd' };
  const missing = Object.entries({
    ...commands,
    'docker-registry': 'docker-registry',
    nginx: 'nginx',
    busybox: 'busybox-static',
    'mkfs.ext4': 'e2fsprogs',
  })
    .filter(([command]) => !commandPath(command))
    .map(([, name]) => name);
  if (!networkPluginDirectory()) missing.push('containernetworking-plugins');
  if (missing.length === 0 || !commandPath('apt-get')) return;
  console.error(`installing ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--quiet', '--no-install-recommends', ...missing];
  // Package lists may be missing or old: refreshed only if the installation fails without.
  if (succeeds('apt-get', install, env)) return;
  succeeds('apt-get', ['update', '--quiet'], env);
  succeeds('apt-get', install, env);
}

function go(): Finding {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  return stdout ? { there: true, detail: stdout.trim() } : { there: false, detail: 'see https://go.dev/doc/install' };
}

function networkNamespaces(root: boolean): Finding {
  if (!root) return { there: false, detail: 'needs root' };
  if (!commandPath('ip')) return { there: false, detail: 'install the package iproute2' };
  const probe = `clusterwall-probe-${process.pid}`;
  const { status, stderr } = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' });
  if (status !== 0) return { there: false, detail: `the kernel refuses: ${stderr.trim()}` };
  const cable = ['link', 'add', 'probe0', 'type', 'veth', 'peer', 'name', 'probe1'];
  const veth = spawnSync('ip', ['-n', probe, ...cable], { encoding: 'utf8' });
  spawnSync('ip', ['netns', 'delete', probe]);
  if (veth.status !== 0) return { there: false, detail: `no veth pairs: ${veth.stderr.trim()}` };
  return { there: true, detail: 'ip netns and veth' };
}

function iptables(root: boolean): Finding {
  if (!root) return { there: false, detail: 'needs root' };
  if (!commandPath('iptables')) return { there: false, detail: 'install the package iptables' };
  const { status, stdout, stderr } = spawnSync('iptables', ['--version'], { encoding: 'utf8' });
  return { there: status === 0, detail: (stdout || stderr).trim() };
}

function chromium(): Finding {
  const path = process.env.CHROME_PATH || CHROMIUM_NAMES.map(commandPath).find(Boolean);
  return path ? { there: true, detail: path } : { there: false, detail: 'install chromium, or set CHROME_PATH' };
}

function containerd(root: boolean): Finding {
  if (!root) return { there: false, detail: 'needs root' };
  const missing = ['containerd', 'containerd-shim-runc-v2', 'runc', 'ctr'].filter((name) => !commandPath(name));
  if (missing.length > 0) return { there: false, detail: 'install the packages containerd and runc' };
  const { stdout } = spawnSync('containerd', ['--version'], { encoding: 'utf8' });
  return { there: true, detail: stdout.trim() };
}

function networkPlugins(): Finding {
  const directory = networkPluginDirectory();
  return directory
    ? { there: true, detail: directory }
    : { there: false, detail: 'install the package containernetworking-plugins' };
}

/** One that needs no libraries runs in an image that has nothing else. */
function staticBusybox(): Finding {
  const found = program('busybox', 'busybox-static');
  const needsLibraries = found.there && readFileSync(found.detail).includes('.interp');
  return needsLibraries ? { there: false, detail: 'it is not static: install the package busybox-static' } : found;
}

/** Small file systems, in memory and in files, as volumes of the real node. */
function mounts(root: boolean): Finding {
  if (!root) return { there: false, detail: 'run as root to mount small file systems' };
  const makeFileSystem = commandPath('mkfs.ext4');
  if (!makeFileSystem) return { there: false, detail: 'install the package e2fsprogs' };
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-probe-'));
  const [image, point] = [join(directory, 'image'), join(directory, 'point')];
  writeFileSync(image, Buffer.alloc(1_000_000));
  mkdirSync(point);
  spawnSync(makeFileSystem, ['-q', '-F', image]);
  const { status, stderr } = spawnSync('mount', ['-o', 'loop', image, point], { encoding: 'utf8' });
  if (status === 0) spawnSync('umount', [point]);
  rmSync(directory, { recursive: true, force: true });
  return status === 0
    ? { there: true, detail: 'tmpfs, and ext4 by loop devices' }
    : { there: false, detail: `the kernel refuses: ${stderr.trim()}` };
}

function program(name: string, debianPackage: string): Finding {
  const path = commandPath(name);
  return path ? { there: true, detail: path } : { there: false, detail: `install the package ${debianPackage}` };
}

function succeeds(command: string, args: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}
