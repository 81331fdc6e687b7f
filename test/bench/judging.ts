import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { JudgingFigures } from './judging-process.ts';
import { row, table } from './report.ts';

/** Nodes with 40 pods each: 1,000, 5,000 and 20,000 pods. */
const sizes = [25, 125, 500];

/** Judging 20,000 pods on 500 nodes, beside judging them with nothing kept, and beside 1,000 and 5,000 pods. */
export function benchJudging(): void {
  const [small, middle, large] = sizes.map(measure);
  if (small === undefined || middle === undefined || large === undefined) return;
  const title = 'baseline: with nothing kept from one judgement to the next';
  for (const [by, unit] of [
    ['ms', 'by the clock'],
    ['cpuMs', 'CPU time, told to 4 ms'],
  ] as const) {
    table(`judging ${large.pods} pods on 500 nodes, ${unit}; ${title}`, [
      row('a cycle, nothing changed', '50', large.tick[by], large.cold[by], 'ms'),
      row('a cycle, one pod changed', '50', large.change[by], large.cold[by], 'ms'),
      row('longest block', '20', large.block[by], large.cold[by], 'ms'),
      row('first judgement of all', '-', large.first[by], null, 'ms'),
      row('longest block of that', '20', large.firstBlock[by], large.first[by], 'ms'),
    ]);
  }
  const perPod = ({ tick, pods }: JudgingFigures) => (tick.cpuMs / pods) * 1_000;
  table('CPU time of a cycle for each 1,000 pods; baseline: of 1,000', [
    row('of 1,000', '-', perPod(small), null, 'ms'),
    row('of 5,000', '-', perPod(middle), perPod(small), 'ms'),
    row('of 20,000', '-', perPod(large), perPod(small), 'ms'),
  ]);
}

function measure(nodes: number): JudgingFigures {
  const script = join(import.meta.dirname, 'judging-process.ts');
  const flags = ['--max-semi-space-size=2', '--max-old-space-size=128'];
  const told = execFileSync(process.execPath, [...flags, script, String(nodes)], { encoding: 'utf8' });
  return JSON.parse(told) as JudgingFigures;
}
