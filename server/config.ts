import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { EngineConfig } from '#server/engine/engine-config.ts';
import { readEnvironment, type Environment, type Variables } from './config-environment.ts';
import { parseConfigFile, type FileOutcome } from './config-file.ts';
import { configReferences } from './config-references.ts';
import type { ConfigurableCheck, FileConfig } from './config-schema.ts';

/** All that is configured. Replaced as a whole, never mutated. */
export interface Config {
  environment: Environment;
  file: FileConfig;
}

/** What was read: the file null if it is no good. The start is refused if there are problems, one sentence each. */
export interface ConfigRead {
  environment: Environment;
  file: FileConfig | null;
  problems: string[];
}

/** What can be configured beside what is always there. */
export interface Configurable {
  checks: readonly ConfigurableCheck[];
  /** Names of the demo's scenarios. */
  scenarios: readonly string[];
}

/** Reads environment and file, all problems of both at once. Throws nothing that a stranger can cause. */
export function readConfig(variables: Variables, directory: string, { checks, scenarios }: Configurable): ConfigRead {
  const { environment, problems } = readEnvironment(variables, directory, scenarios);
  const read = readConfigFile(environment, directory, checks, variables);
  if ('problems' in read) return { environment, file: null, problems: [...problems, ...read.problems] };
  return { environment, file: read.config, problems };
}

/**
 * Reads the file alone, with the files and `variables` that it names (absolute paths of the former are `files`). A file that
 * is not there is a problem only if it was named; otherwise all is default.
 */
export function readConfigFile(
  environment: Environment,
  directory: string,
  checks: readonly ConfigurableCheck[],
  variables: Variables,
): FileOutcome & { files: readonly string[] } {
  const references = configReferences(dirname(environment.configFile), variables);
  const outcome = readOutcome(environment, directory, (name, text) => parseConfigFile(name, text, checks, references));
  return { ...outcome, files: references.paths };
}

function readOutcome(
  { configFile, configNamed }: Environment,
  directory: string,
  parse: (name: string, text: string) => FileOutcome,
): FileOutcome {
  const name = relative(directory, configFile).startsWith('..') ? configFile : relative(directory, configFile);
  const text = readText(configFile);
  if (typeof text === 'string') return parse(name, text);
  if (text.code !== 'ENOENT') return { problems: [`${name}: cannot be read: ${reasons[text.code] ?? text.code}`] };
  if (configNamed) return { problems: [`${name}: there is no such file (CLUSTERWALL_CONFIG names it)`] };
  return parse(name, '');
}

const reasons: Record<string, string> = {
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of its path is not a directory',
};

function readText(file: string): string | { code: string } {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

/** What the engine judges by; `contextName` is the cluster's name where the file gives none. */
export function engineConfigOf(file: FileConfig, contextName: string): EngineConfig {
  return {
    timeZone: file.timeZone,
    clusterName: file.cluster.name ?? contextName,
    checks: file.checks,
    ignore: file.ignore,
  };
}
