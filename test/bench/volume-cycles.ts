import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { row, table } from './report.ts';
import type { CycleKind, VolumeCycles } from './volume-cycle-process.ts';

const names: Record<CycleKind, string> = {
  steady: 'nothing changed',
  kubelet: 'one kubelet of ten has answered',
  backup: 'a Backup object has changed',
  target: 'a place for backups was validated',
};

/** Whole cycles of the areas storage and backups with 500 claims, beside those of nodes and workloads of the same cluster. */
export function benchVolumeCycles(): void {
  const script = join(import.meta.dirname, 'volume-cycle-process.ts');
  const flags = ['--max-semi-space-size=2', '--max-old-space-size=128'];
  const told = execFileSync(process.execPath, [...flags, script], { encoding: 'utf8' });
  const { own, baseline } = JSON.parse(told) as VolumeCycles;
  const kinds = Object.keys(names) as CycleKind[];
  table(
    'a cycle of storage and backups: 500 claims, pods and volumes of Longhorn, 2,000 backups; baseline: nodes and workloads of the same',
    kinds.flatMap((kind) => [
      row(`${names[kind]}, CPU time`, '10', own[kind].cpuMs, baseline[kind].cpuMs, 'ms'),
      row(`${names[kind]}, median by the clock`, '-', own[kind].median, baseline[kind].median, 'ms'),
      row(`${names[kind]}, 99th percentile by the clock`, '-', own[kind].p99, baseline[kind].p99, 'ms'),
    ]),
  );
}
