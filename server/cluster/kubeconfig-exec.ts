import { dirname, resolve } from 'node:path';
import type { ExecPlugin } from './exec-plugin.ts';
import { isMap } from './kubeconfig-file.ts';

const group = 'client.authentication.k8s.io';
const versions = [`${group}/v1`, `${group}/v1beta1`];

/** Reads `exec` of a user; a relative command with a slash is relative to the kubeconfig, a bare one is looked up in PATH. */
export function readExecPlugin(exec: unknown, file: string): { plugin: ExecPlugin | null; problems: string[] } {
  if ((exec ?? null) === null) return { plugin: null, problems: [] };
  if (!isMap(exec) || typeof exec['command'] !== 'string' || exec['command'] === '') {
    return { plugin: null, problems: ['exec names no command'] };
  }
  const { command, apiVersion, args, env, interactiveMode, provideClusterInfo, installHint } = exec;
  const problems: string[] = [];
  if (typeof apiVersion !== 'string' || !versions.includes(apiVersion)) {
    const name = typeof apiVersion === 'string' ? `"${apiVersion}"` : 'none';
    problems.push(`exec has apiVersion ${name}; supported are ${versions.join(' and ')}`);
  }
  if (interactiveMode === 'Always') {
    problems.push('exec has interactiveMode Always, which is not supported: nobody sits before a wall to answer');
  }
  if (!Array.isArray(args ?? []) || !((args ?? []) as unknown[]).every((arg) => typeof arg === 'string')) {
    problems.push('exec has args that are no list of texts');
  }
  const variables = readVariables(env);
  if (variables === null) problems.push('exec has env that is no list of names and values');
  if (problems.length > 0) return { plugin: null, problems };
  const plugin: ExecPlugin = {
    command: command.includes('/') ? resolve(dirname(file), command) : command,
    args: (args ?? []) as string[],
    env: variables ?? {},
    apiVersion: apiVersion as string,
    provideClusterInfo: provideClusterInfo === true,
    installHint: typeof installHint === 'string' ? installHint : '',
  };
  return { plugin, problems };
}

function readVariables(env: unknown): Record<string, string> | null {
  if ((env ?? null) === null) return {};
  if (!Array.isArray(env)) return null;
  const variables: Record<string, string> = {};
  for (const item of env as unknown[]) {
    if (!isMap(item) || typeof item['name'] !== 'string' || typeof (item['value'] ?? '') !== 'string') return null;
    variables[item['name']] = (item['value'] ?? '') as string;
  }
  return variables;
}
