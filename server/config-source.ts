import { statSync } from 'node:fs';
import { readConfigFile, type Config } from './config.ts';
import type { Variables } from './config-environment.ts';
import type { ConfigurableCheck } from './config-schema.ts';

/** The configuration that holds now, replaced as a whole when the file changes. */
export interface ConfigSource {
  current(): Config;
  /** Why the file as it is now was not taken up, "" if it was. */
  problem(): string;
  /** Called when `current` or `problem` differ. Returns the way to stop. */
  onChange(listener: () => void): () => void;
  close(): void;
}

// Asked by stat, since file events do not come on network file systems nor through a ConfigMap's symbolic links.
const lookEveryMs = 5_000;

/** Watches the file of `first` and those that it names; a changed one is taken up, a bad one keeps what held before. */
export function watchConfig(
  first: Config,
  directory: string,
  checks: readonly ConfigurableCheck[],
  everyMs = lookEveryMs,
  variables: Variables = process.env,
): ConfigSource {
  let config = first;
  let problem = '';
  const { configFile } = first.environment;
  let files = first.file.namedFiles;
  let stamp = stampOf(configFile);
  let fileStamps = stampsOf(files);
  const listeners = new Set<() => void>();
  const look = () => {
    const now = stampOf(configFile);
    const stampsNow = stampsOf(files);
    if (now === stamp && files.every((file) => stampsNow.get(file) === fileStamps.get(file))) return;
    stamp = now;
    const before = { config, problem };
    ({ config, problem, files } = takeUp({ config, files }, now, (of) =>
      readConfigFile(of, directory, checks, variables),
    ));
    // As they were before they were read: what was written meanwhile is a change.
    fileStamps = new Map([...stampsOf(files), ...stampsNow]);
    if (config !== before.config || problem !== before.problem) for (const listener of listeners) listener();
  };
  const timer = setInterval(look, everyMs).unref();
  return {
    current: () => config,
    problem: () => problem,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => clearInterval(timer),
  };
}

const missing = 'missing';
const mostTold = 20;

/** What holds, and the files that are watched beside the configuration's own. */
interface Holding {
  config: Config;
  files: readonly string[];
}

function takeUp(
  { config, files }: Holding,
  stamp: string,
  read: (environment: Config['environment']) => ReturnType<typeof readConfigFile>,
): Holding & { problem: string } {
  if (stamp === missing)
    return { config, files, problem: 'the configuration file is gone; what it last said still holds' };
  const now = read(config.environment);
  if ('problems' in now) return { config, files: now.files, problem: toldTogether(now.problems) };
  const { context } = config.file.cluster;
  const wanted = now.config.cluster.context;
  const file = { ...now.config, cluster: { ...now.config.cluster, context } };
  const problem =
    wanted === context
      ? ''
      : `cluster.context is now ${wanted ?? 'not set'}: restart clusterwall to watch that cluster`;
  return { config: { ...config, file }, files: now.files, problem };
}

/** In one sentence on the wall, which is read and not searched. */
function toldTogether(problems: readonly string[]): string {
  const more = problems.length - mostTold;
  return [...problems.slice(0, mostTold), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function stampsOf(files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(files.map((file) => [file, stampOf(file)]));
}

function stampOf(file: string): string {
  try {
    const found = statSync(file, { bigint: true });
    return `${found.ino}/${found.size}/${found.mtimeNs}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? missing : `cannot be read: ${code}`;
  }
}
