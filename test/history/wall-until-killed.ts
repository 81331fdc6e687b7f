import { HistoryFile } from '#server/history/history-file.ts';
import { evening, node, seeDoor, seeNodes, smallWall } from '../engine/small-wall.ts';

// A wall that watches for ten minutes of its own time, sees a node fail, says so and goes on; the test kills it.
const [directory = ''] = process.argv.slice(2);
const clock = { now: evening };
const keeper = new HistoryFile({
  directory,
  log: (text) => process.stdout.write(`log ${text}\n`),
  now: () => clock.now,
});
const wall = smallWall({ keeper });

function look(nuc0: 'True' | 'False', nuc1: 'True' | 'Unknown'): void {
  seeDoor(wall);
  seeNodes(wall, node('nuc0', nuc0), node('nuc1', nuc1));
  wall.judge();
}

function watch(seconds: number, nuc0: 'True' | 'False', nuc1: 'True' | 'Unknown'): void {
  for (let i = 0; i < seconds; i += 1) {
    wall.later(1_000);
    clock.now = wall.now();
    look(nuc0, nuc1);
  }
}

wall.engine.start();
watch(300, 'True', 'True');
watch(300, 'False', 'True');
wall.engine.acknowledge('nodes/not-ready|Node/nuc0', undefined, 'seen');
look('False', 'Unknown');
// Episodes that come and go are written once a second.
watch(1, 'False', 'Unknown');
// What waits for its second has been written once that has passed.
setTimeout(() => process.stdout.write(`watched until ${wall.now()}\n`), 1_500);
setInterval(() => undefined, 1_000);
