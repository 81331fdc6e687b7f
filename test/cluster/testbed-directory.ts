import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built programs and the records of running test beds are kept: a directory of the user's cache, never the repository. */
export function testbedDirectory(): string {
  const directory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'clusterwall', 'testbed');
  mkdirSync(directory, { recursive: true });
  return directory;
}
