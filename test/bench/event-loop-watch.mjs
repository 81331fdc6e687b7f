// Loaded before the measured program (`node --import`): on SIGUSR2 writes its longest event-loop block and heap as one
// JSON line to the file EVENT_LOOP_REPORT names, and begins anew. In the process itself, since nothing outside can tell.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolution = 5;
const delays = monitorEventLoopDelay({ resolution });
delays.enable();

process.on('SIGUSR2', () => {
  // The histogram counts from the last timer; what it was due to wait anyway is no block.
  const longestBlockMs = Math.max(0, delays.max / 1e6 - resolution);
  const { rss, heapUsed } = process.memoryUsage();
  appendFileSync(process.env.EVENT_LOOP_REPORT, `${JSON.stringify({ longestBlockMs, rss, heapUsed })}\n`);
  delays.reset();
});
