import { createSeriesStore } from '#server/history/series-store.ts';
import { sampleMs } from '#server/history/history.ts';
import { openSeriesAccess } from './series-access.ts';
import { samplesOf, seriesBegin } from './series-contract.ts';

// Records one tick after the other and says which was written; the test kills it in the midst of this.
const [file = '', from = '0'] = process.argv.slice(2);
let tick = Number(from);
const store = createSeriesStore(openSeriesAccess(file), 'abc', () => seriesBegin + tick * sampleMs);
for (; ; tick += 1) {
  store.record(seriesBegin + tick * sampleMs, samplesOf({ tick, ...(tick % 3 === 0 ? { third: 1 } : {}) }));
  // Waited for, since what is not yet handed over is lost with the process.
  await new Promise((resolve) => process.stdout.write(`${tick}\n`, resolve));
}
