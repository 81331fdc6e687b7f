import { spawn, type ChildProcess } from 'node:child_process';
import type { Environment } from './find-kubeconfig.ts';
import { sayable } from './sayable.ts';
import { readExecAnswer, type ExecAnswer } from './exec-answer.ts';
import type { Endpoint } from './way-in.ts';

/** A plugin as the kubeconfig describes it. */
export interface ExecPlugin {
  /** A bare name (looked up in PATH) or an absolute path. */
  command: string;
  args: string[];
  /** Added to our own environment. */
  env: Record<string, string>;
  apiVersion: string;
  provideClusterInfo: boolean;
  /** What the owner shall do if the command is missing, "" if nothing is said. */
  installHint: string;
  /** What the kubeconfig holds for the plugin beside the cluster. */
  clusterConfig?: unknown;
}

/** How one run is bounded; `env` is our own environment. */
export interface ExecRun {
  env: Environment;
  endpoint: Endpoint;
  limitMs: number;
  /** Aborted when all ends: the plugin is killed. */
  stop: AbortSignal;
}

// A token has a few kB, a certificate chain some 20: more is a plugin gone wild.
const mostOutput = 1_000_000;
const mostComplaint = 4_000;

/** Runs the plugin once and reads its answer. Never rejects; the problem holds no secret. A plugin that overruns is killed with its children. */
export async function runExecPlugin(plugin: ExecPlugin, run: ExecRun): Promise<ExecAnswer | { problem: string }> {
  const name = sayable(plugin.command, 100);
  const end = await runToEnd(plugin, run);
  if (end.failure === 'ENOENT') {
    const hint = plugin.installHint === '' ? '' : `: ${sayable(plugin.installHint, 300)}`;
    return { problem: `the credential plugin ${name} is not installed${hint}` };
  }
  if (end.failure !== '') return { problem: `the credential plugin ${name} ${end.failure}` };
  if (end.code !== 0) {
    const said = sayable(end.complaint, 200);
    const how = end.code === null ? 'was killed' : `failed with exit code ${end.code}`;
    return { problem: `the credential plugin ${name} ${how}${said === '' ? '' : `: ${said}`}` };
  }
  const answer = readExecAnswer(end.output, plugin.apiVersion);
  return 'problem' in answer ? { problem: `the credential plugin ${name} ${answer.problem}` } : answer;
}

interface ExecEnd {
  /** Why it did not run to its end, "" if it did; "ENOENT" if there is no such command. */
  failure: string;
  code: number | null;
  output: string;
  complaint: string;
}

function runToEnd(plugin: ExecPlugin, { env, endpoint, limitMs, stop }: ExecRun): Promise<ExecEnd> {
  return new Promise((resolve) => {
    const output: Buffer[] = [];
    let size = 0;
    let complaint = '';
    const finish = (failure: string, code: number | null) => {
      clearTimeout(limit);
      stop.removeEventListener('abort', cancel);
      kill(child);
      resolve({ failure, code, output: Buffer.concat(output).toString('utf8'), complaint });
    };
    const cancel = () => finish('was stopped', null);
    const limit = setTimeout(() => finish(`gave no answer within ${limitMs / 1_000} s and was killed`, null), limitMs);
    // A process group of its own, so that a wrapper's children can be killed with it.
    const child = spawn(plugin.command, plugin.args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(plugin, endpoint)) },
    });
    child.on('error', (error: NodeJS.ErrnoException) => finish(spawnFailure(error), null));
    child.on('close', (code) => finish('', code));
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostOutput) return finish('wrote more than 1 MB and was killed', null);
      output.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(0, mostComplaint);
    });
    stop.addEventListener('abort', cancel);
  });
}

function spawnFailure({ code = 'unknown error' }: NodeJS.ErrnoException): string {
  return code === 'ENOENT' ? code : `cannot be run (${code})`;
}

/** Ends the whole group; one that has ended is no error. */
function kill(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** What `KUBERNETES_EXEC_INFO` tells the plugin. */
function execInfo({ apiVersion, provideClusterInfo, clusterConfig }: ExecPlugin, endpoint: Endpoint): object {
  const cluster = {
    server: endpoint.server,
    ...(endpoint.serverName !== null && { 'tls-server-name': endpoint.serverName }),
    ...(endpoint.skipVerify && { 'insecure-skip-tls-verify': true }),
    ...(endpoint.ca !== null && { 'certificate-authority-data': Buffer.from(endpoint.ca).toString('base64') }),
    ...((clusterConfig ?? null) !== null && { config: clusterConfig }),
  };
  return { apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...(provideClusterInfo && { cluster }) } };
}
