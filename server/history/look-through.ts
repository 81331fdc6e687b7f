import { Worker } from 'node:worker_threads';

// Run beside the wall: on a large file and a slow disk it takes seconds. As text, since the server is one bundled file.
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
let answer = '';
try {
  const database = new DatabaseSync(workerData, { readOnly: true });
  database.exec('PRAGMA cache_size = -200');
  answer = Object.values(database.prepare('PRAGMA quick_check(1)').get())[0];
  database.close();
} catch (error) {
  answer = error.errcode === 11 || error.errcode === 26 ? 'broken' : 'ok';
}
parentPort.postMessage(answer);
`;

/** Looks through a whole file for pages that are broken, in a thread of its own; calls back once if there are any. Gives the way to stop. */
export function lookThrough(file: string, broken: () => void): () => void {
  const limits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 };
  const worker = new Worker(program, { eval: true, workerData: file, resourceLimits: limits });
  worker.unref();
  worker.once('message', (answer) => {
    if (answer !== 'ok') broken();
  });
  // A thread that fails says nothing of the file.
  worker.once('error', (error) => process.emitWarning(`the history could not be looked through: ${error.message}`));
  return () => void worker.terminate();
}
