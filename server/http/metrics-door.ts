import type { FastifyInstance } from 'fastify';
import { boardMetrics } from './board-metrics.ts';
import { processMetrics, type ProcessFigures } from './process-metrics.ts';
import { prometheusText, prometheusType, type MetricFamily } from './prometheus-text.ts';
import { seriesMetrics } from './series-metrics.ts';
import type { WallView } from './wall-view.ts';

/** `GET /metrics` in Prometheus' text format. Whoever asks, and however many do: no value depends on it. */
export function addMetricsDoor(app: FastifyInstance, view: WallView, figures: ProcessFigures, now: () => number): void {
  app.get('/metrics', (_, reply) => {
    const families = [
      ...boardMetrics(view.board()),
      judgedAt(view.judgedAt()),
      ...seriesMetrics(view.measured(), now()),
      ...processMetrics(figures),
    ];
    return reply.type(prometheusType).send(prometheusText(families));
  });
}

function judgedAt(at: number): MetricFamily {
  const name = 'clusterwall_judged_timestamp_seconds';
  const help = 'When the board was last judged, in Unix time; 0 if it never was.';
  return { name, type: 'gauge', help, values: [{ value: at / 1000 }] };
}
