import { createHash } from 'node:crypto';
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testbedDirectory } from './testbed-directory.ts';

const KUBERNETES = 'v1.36.4';
const GO_MODULES = join(import.meta.dirname, 'go');
const PROGRESS_EVERY_MS = 20_000;

/** What is built: from which module directory under go/, which package, with which linker flags. */
const RECIPES = {
  etcd: { module: 'etcd', package: 'go.etcd.io/etcd/server/v3', linkerFlags: '-s -w' },
  kwok: { module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', linkerFlags: '-s -w' },
  'kube-apiserver': kubernetes('kube-apiserver'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  kubectl: kubernetes('kubectl'),
  kubelet: kubernetes('kubelet'),
} as const;

/** The programs of the test bed. */
export type Program = keyof typeof RECIPES;

/** Absolute path of each program's executable. */
export type Binaries = Readonly<Record<Program, string>>;

/** The order of building: the small ones first, so that a broken set-up shows early. */
const PROGRAMS = Object.keys(RECIPES) as Program[];

/** The programs that a directory named by KUBEBUILDER_ASSETS is known to hold. */
const ASSETS: readonly Program[] = ['etcd', 'kube-apiserver', 'kubectl'];

function kubernetes(name: string) {
  return { module: 'kube', package: `k8s.io/kubernetes/cmd/${name}`, linkerFlags: kubernetesLinkerFlags() };
}

/** Without these, /version shows placeholders and a wrong minor changes the feature gates. */
function kubernetesLinkerFlags(): string {
  const [major, minor] = KUBERNETES.slice(1).split('.');
  const variables = {
    gitVersion: KUBERNETES,
    gitMajor: major,
    gitMinor: minor,
    gitCommit: '0'.repeat(40),
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const settings = packages.flatMap((name) =>
    Object.entries(variables).map(([key, value]) => `-X ${name}.${key}=${value}`),
  );
  return ['-s -w', ...settings].join(' ');
}

/**
 * The test bed's programs, built from their Go modules once (under 6 minutes on 2 cores) and kept in the user's cache directory.
 * Programs found in KUBEBUILDER_ASSETS are used as they are. Throws one sentence when Go is missing or a build fails.
 */
export async function buildBinaries(report: (line: string) => void = console.error): Promise<Binaries> {
  const directory = join(testbedDirectory(), fingerprint(), 'bin');
  const paths = Object.fromEntries(PROGRAMS.map((name) => [name, asset(name) ?? join(directory, name)])) as Binaries;
  const missing = PROGRAMS.filter((name) => !existsSync(paths[name]));
  if (missing.length === 0) return paths;

  await requireGo();
  report(`building ${missing.join(', ')} (once; some minutes when Go's own cache is cold)`);
  mkdirSync(directory, { recursive: true });
  for (const name of missing) await build(name, paths[name], directory, report);
  return paths;
}

function asset(name: Program): string | undefined {
  const directory = process.env.KUBEBUILDER_ASSETS;
  if (!directory || !ASSETS.includes(name)) return undefined;
  const path = join(directory, name);
  if (!existsSync(path)) throw new Error(`KUBEBUILDER_ASSETS is ${directory}, but there is no ${name} in it.`);
  return path;
}

function fingerprint(): string {
  const hash = createHash('sha256').update(`${platform()} ${arch()} ${kubernetesLinkerFlags()}`);
  for (const module of new Set(PROGRAMS.map((name) => RECIPES[name].module))) {
    for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(GO_MODULES, module, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function requireGo(): Promise<void> {
  const howToGetIt = 'Get it from https://go.dev/doc/install, or set KUBEBUILDER_ASSETS for a part of the programs.';
  let answer: string;
  try {
    answer = (await promisify(execFile)('go', ['version'])).stdout;
  } catch (cause) {
    throw new Error(`The real control plane is built with Go 1.26, and there is no go command. ${howToGetIt}`, {
      cause,
    });
  }
  // From 1.21 on, Go fetches the toolchain that a go.mod asks for; before, it cannot read ours.
  const [, minor] = /go1\.(\d+)/.exec(answer) ?? [];
  if (minor !== undefined && Number(minor) < 21) {
    throw new Error(`The real control plane needs Go 1.21 or later, and here is ${answer.trim()}. ${howToGetIt}`);
  }
}

/** Builds beside the target and renames, so that a cancelled build never leaves half a program. */
async function build(name: Program, target: string, directory: string, report: (line: string) => void): Promise<void> {
  const recipe = RECIPES[name];
  const scratch = mkdtempSync(join(directory, `.${name}-`));
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const progress = setInterval(() => report(`still building ${name}, ${seconds()} s`), PROGRESS_EVERY_MS);
  try {
    const output = join(scratch, name);
    const flags = ['-mod=readonly', '-trimpath', '-ldflags', recipe.linkerFlags, '-o', output];
    await go(['build', ...flags, recipe.package], join(GO_MODULES, recipe.module));
    renameSync(output, target);
    report(`built ${name} in ${seconds()} s`);
  } finally {
    clearInterval(progress);
    rmSync(scratch, { recursive: true, force: true });
  }
}

function go(args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CGO_ENABLED: '0' };
    const child = spawn('go', args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${args[0]} of ${args.at(-1)} failed (${signal ?? `exit code ${code}`}).`));
    });
  });
}

if (import.meta.main) {
  try {
    for (const path of Object.values(await buildBinaries())) console.log(path);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
