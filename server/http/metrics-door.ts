import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { WallView } from './wall-view.ts';

/** What the metrics tell beside the board. */
export interface ProcessFigures {
  /** Longest lateness of a timer of ours since the last time it was asked for, ms. */
  longestDelayMs(): number;
  /** Open sockets. */
  sockets(): number;
}

/** `GET /metrics` in Prometheus' text format. */
export function addMetricsDoor(app: FastifyInstance, view: WallView, figures: ProcessFigures, now: () => number): void {
  let utilization: EventLoopUtilization = performance.eventLoopUtilization();
  app.get('/metrics', (_, reply) => {
    const since = performance.eventLoopUtilization(utilization);
    utilization = performance.eventLoopUtilization();
    const text = [...processLines(since.utilization, figures), ...boardLines(view, now())].join('\n');
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(`${text}\n`);
  });
}

function processLines(utilization: number, figures: ProcessFigures): string[] {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  return [
    ...metric('process_resident_memory_bytes', 'gauge', 'Resident memory.', memory.rss),
    ...metric('process_heap_bytes', 'gauge', 'Used JavaScript heap.', memory.heapUsed),
    ...metric('process_cpu_seconds_total', 'counter', 'CPU time.', (cpu.user + cpu.system) / 1e6),
    ...metric('process_uptime_seconds', 'gauge', 'Time since the start.', Math.round(process.uptime())),
    ...metric('clusterwall_event_loop_utilization', 'gauge', 'Share of time busy since last asked.', utilization),
    ...metric(
      'clusterwall_event_loop_delay_seconds',
      'gauge',
      'Longest lateness of a timer since last asked.',
      figures.longestDelayMs() / 1000,
    ),
    ...metric('clusterwall_sockets', 'gauge', 'Open screens.', figures.sockets()),
  ];
}

function boardLines(view: WallView, now: number): string[] {
  const { revision, findings, sources, tiles } = view.board();
  const levels = ['bad', 'warn', 'unknown', 'notice'] as const;
  return [
    ...metric('clusterwall_board_revision', 'counter', 'Changes of the board.', revision),
    ...metric('clusterwall_judged_age_seconds', 'gauge', 'Age of the last judgement.', seconds(now - view.judgedAt())),
    ...head('clusterwall_findings', 'gauge', 'Findings by level.'),
    ...levels.map((level) => {
      const count = findings.filter((finding) => finding.level === level).length;
      return `clusterwall_findings{level="${level}"} ${count}`;
    }),
    ...head('clusterwall_tile', 'gauge', 'Level of each area, 1 for the one it has.'),
    ...tiles.map(({ area, level }) => `clusterwall_tile{area="${area}",level="${level}"} 1`),
    ...head('clusterwall_source', 'gauge', 'State of each source, 1 for the one it has.'),
    ...sources.map(({ name, state }) => `clusterwall_source{source="${label(name)}",state="${state}"} 1`),
    ...head('clusterwall_source_age_seconds', 'gauge', 'Time since the data of a source were last known to be true.'),
    ...sources.flatMap(({ name, freshAt }) =>
      freshAt === null ? [] : [`clusterwall_source_age_seconds{source="${label(name)}"} ${seconds(now - freshAt)}`],
    ),
  ];
}

function metric(name: string, type: 'gauge' | 'counter', help: string, value: number): string[] {
  return [...head(name, type, help), `${name} ${Number.isFinite(value) ? value : 'NaN'}`];
}

function head(name: string, type: 'gauge' | 'counter', help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function seconds(ms: number): number {
  return Math.max(0, ms) / 1000;
}

// Names of sources hold names of nodes, which are strangers' input.
function label(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').slice(0, 300);
}
