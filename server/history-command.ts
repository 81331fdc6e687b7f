import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkHistory } from '#server/history/check-history.ts';
import { exportHistory, importHistory } from '#server/history/copy-history.ts';
import { dataDirectoryOf, startedFrom } from './config-environment.ts';

const usage = `usage: npm run history -- export FILE   writes the history to FILE, also while the wall runs
       npm run history -- import FILE   puts FILE in the place of the history, while no wall runs
       npm run history -- check         looks whether the history is whole, and what it holds
The history is that of CLUSTERWALL_DATA, else of ./data. In the image: node history.js export FILE`;

/** Does what the arguments say: 0 = done, 1 = it could not be done, 2 = it was not understood. */
async function main([command = '', file, ...more]: string[]): Promise<0 | 1 | 2> {
  const directory = dataDirectoryOf(process.cwd());
  const path = file === undefined ? null : resolve(startedFrom(), file);
  if (more.length > 0) return misunderstood('too many arguments: a FILE with spaces in its name must be quoted');
  if (command === 'check' && path === null) return say(checkHistory(directory, Date.now()));
  if (command !== 'export' && command !== 'import') {
    return misunderstood(command === 'check' ? 'check takes no FILE' : 'what is to be done?');
  }
  if (path === null) return misunderstood(`${command} needs a FILE`);
  if (command === 'export') return say(await exportHistory(directory, path));
  if (!existsSync(directory)) return say({ done: false, sentence: `there is no directory ${directory}` });
  return say(await importHistory(directory, path, Date.now()));
}

function say({ done, sentence }: { done: boolean; sentence: string }): 0 | 1 {
  (done ? process.stdout : process.stderr).write(`${done ? '' : 'clusterwall: '}${sentence}\n`);
  return done ? 0 : 1;
}

function misunderstood(why: string): 2 {
  process.stderr.write(`clusterwall: ${why}\n${usage}\n`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
