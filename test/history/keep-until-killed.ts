import { HistoryFile } from '#server/history/history-file.ts';
import { anEpisode, noon } from './episode-data.ts';
import { someKept } from './kept-data.ts';

// Writes tick after tick and says so after each; the test kills it in the midst of this. Goes on where it was killed before.
const [directory = '', mode] = process.argv.slice(2);
const holds = mode?.startsWith('hold') === true;
if (mode === 'hold-as-nobody' && process.getuid?.() === 0) {
  // Only now, since nobody may not be able to read the program itself.
  process.setgid!(65_534);
  process.setuid!(65_534);
}
let now = noon;
const history = new HistoryFile({
  directory,
  now: () => now,
  log: (text) => process.stdout.write(`log ${text}\n`),
});
if (holds) process.stdout.write(`holding ${history.problem}\n`);
const [kept] = someKept().episodes;
const { levels, series, moments, episodes } = history.of('abc');
for (let count = (history.load('abc').episodes[0]?.since ?? 0) + 1; !holds; count += 1) {
  now = noon + count * 15_000;
  const open = Array.from({ length: (count % 50) + 1 }, (_, i) => ({ ...kept!, finding: `${i}`, since: count }));
  history.save('abc', someKept({ episodes: open }), 'soon');
  levels.record('nodes', count % 2 === 0 ? 'ok' : 'bad', now);
  levels.alive(now);
  series.record(now, [{ series: 'nodes/ready', value: count, lasting: false }]);
  moments.add({ at: now, kind: 'reboot', text: `${count}` });
  episodes.put(anEpisode({ since: now }));
  // Waited for, since what is not yet handed over is lost with the process.
  await new Promise((resolve) => process.stdout.write(`kept ${count}\n`, resolve));
  // Timers have their turn, too.
  await new Promise((resolve) => setImmediate(resolve));
}
setInterval(() => undefined, 1_000);
