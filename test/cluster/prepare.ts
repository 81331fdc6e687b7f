import { buildBinaries } from './build.ts';
import { capabilityTable } from './capabilities.ts';
import { clearLeftOvers } from './run-record.ts';

/** Before the first cluster test: says what this machine can do, clears left-overs, builds what is not built yet. */
export async function setup(): Promise<void> {
  console.error(`What this machine has for the cluster tests:\n${capabilityTable()}`);
  for (const sentence of clearLeftOvers()) console.error(sentence);
  await buildBinaries();
}
