// Keeps the series of the bench `prometheus` in real time, as the wall does and nothing else: DIRECTORY, "" to keep nothing.
import { HistoryFile } from '#server/history/history-file.ts';
import { sampleMs } from '#server/history/history.ts';
import { seriesLoad } from './series-load.ts';

const [directory = '', count = '200'] = process.argv.slice(2);
const say = (text: string) => process.stderr.write(`${text}\n`);
const history = directory === '' ? null : new HistoryFile({ directory, log: say });

function sample(): void {
  const at = Date.now();
  const samples = seriesLoad(at, Number(count));
  history?.of('bench').series.record(at, samples);
  if (history !== null && history.problem !== '') throw new Error(history.problem);
}

sample();
setInterval(sample, sampleMs);
process.once('SIGTERM', () => {
  history?.close();
  process.exit(0);
});
