import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '#test/cluster/until.ts';

/** What the kernel has accounted for a process so far. MB are 10^6 bytes. */
export interface Usage {
  cpuSeconds: number;
  rssMb: number;
  peakRssMb: number;
}

/** A program that runs in a process of its own and is looked at from outside. */
export interface MeasuredProcess {
  readonly child: ChildProcess;
  usage(): Usage;
  /** The longest event-loop block in ms since the last call (or the start). */
  longestBlockMs(): Promise<number>;
  stop(): Promise<void>;
}

// Linux counts CPU time of a process in 1/100 s, whatever the kernel's own tick.
const ticksPerSecond = 100;

/** Starts `node` with `args`; what it prints goes nowhere unless it fails. */
export function startMeasured(args: string[], env: Record<string, string>, watchEventLoop: boolean): MeasuredProcess {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-bench-'));
  const report = join(directory, 'event-loop');
  const preload = watchEventLoop ? ['--import', join(import.meta.dirname, 'event-loop-watch.mjs')] : [];
  const child = spawn(process.execPath, [...preload, ...args], {
    env: { ...process.env, CLUSTERWALL_DATA: join(directory, 'data'), ...env, EVENT_LOOP_REPORT: report },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  return {
    child,
    usage: () => usageOf(child.pid!),
    async longestBlockMs() {
      const before = lines(report).length;
      child.kill('SIGUSR2');
      const after = await until('the process reports', () => lines(report).length > before && lines(report));
      return (JSON.parse(after.at(-1)!) as { longestBlockMs: number }).longestBlockMs;
    },
    async stop() {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(patience);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function lines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

/** What the kernel has accounted for this process. */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]);
  // The program's name stands in brackets and may hold spaces; utime and stime are the 12th and 13th field behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    rssMb: (kilobytes('VmRSS') * 1024) / 1e6,
    peakRssMb: (kilobytes('VmHWM') * 1024) / 1e6,
  };
}
