import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#server/config.ts';
import { watchConfig, type ConfigSource } from '#server/config-source.ts';
import type { FileConfig } from '#server/config-schema.ts';

/** A folder of its own with a configuration in it. */
export interface ConfigFolder {
  directory: string;
  /** Writes a file beside the configuration. */
  write(name: string, text: string | Uint8Array): string;
  /** What a configuration says; throws with all that is wrong with it. */
  of(text: string): FileConfig;
  problems(text: string): string[];
  /** Watches a configuration that is good, every 20 ms. */
  watch(text: string): ConfigSource;
  remove(): void;
}

/** `variables`: the environment. */
export function configFolder(variables: Record<string, string> = {}): ConfigFolder {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-config-'));
  const write = (name: string, text: string | Uint8Array) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const read = (text: string) => {
    write('clusterwall.yaml', text);
    return readConfig(variables, directory, { checks: [], scenarios: [] });
  };
  const good = (text: string) => {
    const { environment, file, problems } = read(text);
    if (file === null) throw new Error(problems.join('\n'));
    return { environment, file };
  };
  return {
    directory,
    write,
    of: (text) => good(text).file,
    problems: (text) => read(text).problems,
    watch: (text) => watchConfig(good(text), directory, [], 20, variables),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
