import { resolve } from 'node:path';
import { unknownName } from './config-nearest.ts';
import { concealed } from './config-secrets.ts';

/** What the environment says, checked. `KUBECONFIG` is read by what connects. */
export interface Environment {
  /** Absolute path of the configuration file, and whether `CLUSTERWALL_CONFIG` named it. */
  configFile: string;
  configNamed: boolean;
  host: string;
  port: number;
  /** Absolute path. */
  dataDirectory: string;
  /** What `CLUSTERWALL_DEMO` asks to be played on the demo cluster: "1" or the name of a scenario; null = no demo. */
  demo: string | null;
}

/** Environment variables as Node gives them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the environment; all that is wrong with it comes in `problems`. Relative paths are taken from `directory`. */
export function readEnvironment(
  variables: Variables,
  directory: string,
  scenarios: readonly string[],
): { environment: Environment; problems: string[] } {
  // Compose files and systemd units set what they leave out to "".
  const value = (name: string) => variables[name] || undefined;
  const problems: string[] = [];
  const named = value('CLUSTERWALL_CONFIG');
  const environment = {
    configFile: resolve(directory, named ?? 'clusterwall.yaml'),
    configNamed: named !== undefined,
    host: value('HOST') ?? '127.0.0.1',
    port: portOf(value('PORT') ?? '8080', problems),
    dataDirectory: dataDirectoryOf(directory, variables),
    demo: demoOf(value('CLUSTERWALL_DEMO'), scenarios, problems),
  };
  return { environment, problems };
}

/** The data directory as an absolute path; a relative one is taken from `directory`. */
export function dataDirectoryOf(directory: string, variables: Variables = process.env): string {
  return resolve(directory, variables['CLUSTERWALL_DATA'] || 'data');
}

/** The folder that a command was called in: npm runs it in that of package.json. */
export function startedFrom(variables: Variables = process.env): string {
  return (variables['npm_lifecycle_event'] && variables['INIT_CWD']) || process.cwd();
}

function portOf(text: string, problems: string[]): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  problems.push(`PORT is ${JSON.stringify(concealed(text).slice(0, 80))}: it must be a number from 1 to 65535`);
  return 0;
}

function demoOf(text: string | undefined, scenarios: readonly string[], problems: string[]): string | null {
  if (text === undefined || text === '0' || text === 'false') return null;
  if (text === '1' || text === 'true') return '1';
  if (scenarios.includes(text)) return text;
  problems.push(`CLUSTERWALL_DEMO is neither 1 nor a scenario: ${unknownName('scenario', text, scenarios)}`);
  return null;
}
