import { cpus, totalmem } from 'node:os';
import { benchChangeToPixel } from './change-to-pixel.ts';
import { benchFirstLoad } from './first-load.ts';
import { benchHistory } from './history.ts';
import { benchJudging } from './judging.ts';
import { benchManyPods } from './many-pods.ts';
import { benchPageCharts } from './page-charts.ts';
import { benchPageWeeks } from './page-weeks.ts';
import { benchProbes } from './probes.ts';
import { benchPrometheus } from './prometheus.ts';
import { benchScreens } from './screens.ts';
import { benchSmallCluster } from './small-cluster.ts';
import { benchTls } from './tls.ts';
import { benchVolumes } from './volume-years.ts';

const benches: Record<string, () => void | Promise<void>> = {
  'first-load': benchFirstLoad,
  history: benchHistory,
  judging: benchJudging,
  'many-pods': benchManyPods,
  'change-to-pixel': benchChangeToPixel,
  screens: benchScreens,
  'page-charts': benchPageCharts,
  'page-weeks': benchPageWeeks,
  'small-cluster': benchSmallCluster,
  prometheus: benchPrometheus,
  tls: benchTls,
  probes: benchProbes,
  volumes: benchVolumes,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
console.log(
  `${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 1e9)} GB, Node.js ${process.version}`,
);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench();
}
