import { HistoryFile } from '#server/history/history-file.ts';
import { someKept } from './kept-contract.ts';

// Saves one more episode each time and then says how many there are; the test kills it in the midst of this.
const [directory = '', mode] = process.argv.slice(2);
const holds = mode?.startsWith('hold') === true;
if (mode === 'hold-as-nobody' && process.getuid?.() === 0) {
  // Only now, since nobody may not be able to read the program itself.
  process.setgid!(65_534);
  process.setuid!(65_534);
}
const keeper = new HistoryFile({ directory, log: (text) => process.stdout.write(`log ${text}\n`) });
if (holds) process.stdout.write(`holding ${keeper.problem}\n`);
const [episode] = someKept().episodes;
for (let count = 1; !holds; count++) {
  const episodes = Array.from({ length: (count % 50) + 1 }, (_, i) => ({ ...episode!, finding: `${i}`, since: count }));
  keeper.save('abc', someKept({ episodes }), 'soon');
  // Waited for, since what is not yet handed over is lost with the process.
  await new Promise((resolve) => process.stdout.write(`kept ${count}\n`, resolve));
}
setInterval(() => undefined, 1_000);
