import { statSync } from 'node:fs';
import { readConfigFile, type Config } from './config.ts';
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

/** Watches the file of `first` and those of authorities; a changed one is taken up, a bad one keeps what held before. */
export function watchConfig(
  first: Config,
  directory: string,
  checks: readonly ConfigurableCheck[],
  everyMs = lookEveryMs,
): ConfigSource {
  let config = first;
  let problem = '';
  const { configFile } = first.environment;
  let authorities = first.file.authorityFiles;
  let stamp = stampOf(configFile);
  let authorityStamps = stampsOf(authorities);
  const listeners = new Set<() => void>();
  const look = () => {
    const now = stampOf(configFile);
    const stampsNow = stampsOf(authorities);
    if (now === stamp && authorities.every((file) => stampsNow.get(file) === authorityStamps.get(file))) return;
    stamp = now;
    const before = { config, problem };
    ({ config, problem, authorities } = takeUp({ config, authorities }, now, directory, checks));
    // As they were before they were read: what was written meanwhile is a change.
    authorityStamps = new Map([...stampsOf(authorities), ...stampsNow]);
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

/** What holds, and the files of authorities that are watched. */
interface Holding {
  config: Config;
  authorities: readonly string[];
}

function takeUp(
  { config, authorities }: Holding,
  stamp: string,
  directory: string,
  checks: readonly ConfigurableCheck[],
): Holding & { problem: string } {
  if (stamp === missing)
    return { config, authorities, problem: 'the configuration file is gone; what it last said still holds' };
  const read = readConfigFile(config.environment, directory, checks);
  if ('problems' in read) return { config, authorities: read.files, problem: read.problems.join('; ') };
  const { context } = config.file.cluster;
  const wanted = read.config.cluster.context;
  const file = { ...read.config, cluster: { ...read.config.cluster, context } };
  const problem =
    wanted === context
      ? ''
      : `cluster.context is now ${wanted ?? 'not set'}: restart clusterwall to watch that cluster`;
  return { config: { ...config, file }, authorities: read.files, problem };
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
