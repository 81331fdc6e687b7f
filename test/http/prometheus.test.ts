import { spawnSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findPrometheus } from '../../.launch/prometheus.mjs';
import { buildApp } from '#server/app.ts';
import { cordoned, fixtureBoard, fixtureView, type FixtureView } from './fixture-view.ts';
import { startPrometheus, type FoundValue } from './prometheus-process.ts';

const folder = findPrometheus();
if (folder === undefined) {
  const sentence =
    'Not tested: /metrics read by a real Prometheus: "apt-get install prometheus", or set CLUSTERWALL_PROMETHEUS.';
  if (process.env['CI'] === 'true') throw new Error(sentence);
  console.error(sentence);
}

const odd = 'kubelet/"odd"\\';
let view: FixtureView;
let app: FastifyInstance;

beforeEach(async () => {
  view = fixtureView();
  app = await buildApp({ view, pageDirectory: '/nowhere', build: 'test', log: () => undefined });
});

afterEach(() => app.close());

/** What promtool finds wrong with a text, "" if nothing. */
function complaints(text: string): string {
  const { stdout, stderr, status } = spawnSync(join(folder!, 'promtool'), ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  const said = `${stdout}${stderr}`;
  return status === 0 ? said : `${said}(exit code ${status})`;
}

describe.skipIf(folder === undefined)('promtool', () => {
  test('finds nothing to complain about', async () => {
    view.measured = () => [
      { series: 'nodes/ready', unit: 'count', value: 4, at: Date.now() },
      { series: 'workloads/cpu|Deployment/shop/a "b"\n', unit: 'cores', value: 1e-9, at: Date.now() },
    ];
    view.show({
      ...fixtureBoard(1e6, [cordoned, { ...cordoned, level: 'bad' }]),
      omitted: { 'nodes/cordoned': 3 },
      sources: [
        { name: 'pods\n', state: 'stale', since: 1, freshAt: 2, restarts: { '410': 2, 'connection "lost"': 1 } },
      ],
    });
    const { body } = await app.inject('/metrics');
    expect(body).toContain('workloads/cpu');
    expect(body).toContain('restarts_total{source="pods\\n",reason="410"} 2');
    expect(complaints(body)).toBe('');
  });

  test('would have found something', () => {
    expect(complaints('# TYPE board_changes counter\nboard_changes 1\n')).toContain('_total');
    expect(complaints('a{of="b"} 1\na{of="b\n')).toContain('exit code');
  });
});

describe.skipIf(folder === undefined)('a real Prometheus', () => {
  test('reads levels, findings, sources and series, and sees them change', async () => {
    view.measured = () => [{ series: 'nodes/disk|Node/nuc0', unit: 'percent', value: 83.5, at: Date.now() }];
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const prometheus = await startPrometheus(folder!, `127.0.0.1:${port}`, 250);
    onTestFinished(prometheus.stop);
    const seen = async (expression: string) => (await prometheus.query(expression)).map(told);
    await vi.waitFor(async () => expect(await seen('up == 1')).toHaveLength(1), { timeout: 20_000, interval: 100 });

    expect(await seen('clusterwall_tile_level{area="nodes"} == 1')).toEqual(['area=nodes level=ok: 1']);
    expect(await seen('clusterwall_findings')).toEqual(['check=nodes/cordoned level=notice: 1']);
    expect(await seen('clusterwall_series_value')).toEqual(['series=nodes/disk|Node/nuc0 unit=percent: 83.5']);
    expect(await seen(`clusterwall_source_state{state="unreachable"}`)).toEqual([`source=${odd} state=unreachable: 1`]);
    // All that we tell was taken: none is a duplicate, none is out of order.
    const lines = (await app.inject('/metrics')).body.split('\n').filter((line) => /^[a-z]/.test(line));
    expect((await prometheus.query('scrape_samples_post_metric_relabeling'))[0]?.value).toBe(lines.length);
    expect(
      await prometheus.query('count({job="clusterwall",__name__=~"clusterwall_.+|process_.+|nodejs_.+"})'),
    ).toEqual([{ labels: {}, value: lines.length }]);

    const board = fixtureBoard(2, []);
    view.show({ ...board, tiles: board.tiles.map((tile) => ({ ...tile, level: 'bad' as const })) });
    await vi.waitFor(
      async () => {
        expect(await seen('clusterwall_tile_level{area="nodes"} == 1')).toEqual(['area=nodes level=bad: 1']);
        expect(await seen('clusterwall_findings')).toEqual([]);
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});

/** A value as "label=value label=value: 1", without what Prometheus adds itself. */
function told({ labels, value }: FoundValue): string {
  const own = Object.entries(labels).filter(([name]) => !['__name__', 'instance', 'job'].includes(name));
  return `${own.map(([name, text]) => `${name}=${text}`).join(' ')}: ${value}`;
}
