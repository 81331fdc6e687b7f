import { HistoryFile } from '#server/history/history-file.ts';
import { claim, emptiedCheck, emptiedId } from '../engine/emptied-check.ts';
import { evening, nodesTile, seeDoor, seeNodes, smallWall } from '../engine/small-wall.ts';

// A wall that sees a claim lose its data, and may be told that it was meant; the test kills it in that very moment.
const [directory = '', ends = ''] = process.argv.slice(2);
const clock = { now: evening };
const keeper = new HistoryFile({
  directory,
  log: (text) => process.stdout.write(`log ${text}\n`),
  now: () => clock.now,
});
const wall = smallWall({ keeper, tiles: [nodesTile(emptiedCheck())] });

function look(bytes: number, sample: string): void {
  wall.later(100);
  clock.now = wall.now();
  seeDoor(wall);
  seeNodes(wall, claim(bytes, sample));
  wall.judge();
}

wall.engine.start();
look(1_900_000_000, 's0');
look(32_000_000, 's1');
look(32_000_000, 's2');
if (ends === 'acknowledged') wall.engine.acknowledge(emptiedId, undefined, 'restored');
// Nothing else is written after this: no timer of the history comes to run.
process.kill(process.pid, 'SIGKILL');
