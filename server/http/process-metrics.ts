import { performance } from 'node:perf_hooks';
import type { MetricFamily } from './prometheus-text.ts';

/** What is told of the process beside what Node knows of it. */
export interface ProcessFigures {
  /** Longest lateness of a timer of ours in the last minute, ms. */
  longestDelayMs(): number;
  /** Open sockets. */
  sockets(): number;
}

/** The process itself: names as other programs have them, where there are such names. */
export function processMetrics({ longestDelayMs, sockets }: ProcessFigures): MetricFamily[] {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  return [
    gauge('process_resident_memory_bytes', 'Resident memory size.', memory.rss),
    gauge('process_start_time_seconds', 'When the process started, in Unix time.', performance.timeOrigin / 1000),
    counter('process_cpu_seconds_total', 'CPU time, of the user and of the system.', (cpu.user + cpu.system) / 1e6),
    gauge('nodejs_heap_size_used_bytes', 'JavaScript heap that is used.', memory.heapUsed),
    gauge('nodejs_heap_size_total_bytes', 'JavaScript heap that is reserved.', memory.heapTotal),
    gauge('nodejs_external_memory_bytes', 'Memory that JavaScript objects hold outside of the heap.', memory.external),
    counter(
      'clusterwall_event_loop_active_seconds_total',
      'Time in which the event loop was busy.',
      loop.active / 1000,
    ),
    counter('clusterwall_event_loop_idle_seconds_total', 'Time in which the event loop was idle.', loop.idle / 1000),
    gauge(
      'clusterwall_event_loop_delay_seconds',
      'How late a timer came at worst in the last minute.',
      longestDelayMs() / 1000,
    ),
    gauge('clusterwall_sockets', 'Open screens.', sockets()),
  ];
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'gauge', help, values: [{ value }] };
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { name, type: 'counter', help, values: [{ value }] };
}
