import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildApp } from '#server/app.ts';
import { cordoned, fixtureBoard, fixtureView, startedAt, type FixtureView } from './fixture-view.ts';

let view: FixtureView;
let app: FastifyInstance;
let now: number;

beforeEach(async () => {
  view = fixtureView();
  now = startedAt;
  app = await buildApp({ view, pageDirectory: '/nowhere', build: 'test', log: () => undefined, now: () => now });
});

afterEach(() => app.close());

/** The lines of a family's values, by what stands before the value. */
async function valuesOf(family: string): Promise<Record<string, number>> {
  const { body } = await app.inject('/metrics');
  const lines = body.split('\n').filter((line) => line.startsWith(`${family}{`) || line.startsWith(`${family} `));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(family.length, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('metrics', () => {
  test('are of the type that Prometheus reads', async () => {
    expect((await app.inject('/metrics')).headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('tell the level of every tile, with zeros for those it has not', async () => {
    const levels = await valuesOf('clusterwall_tile_level');
    expect(Object.keys(levels)).toHaveLength(60);
    expect(levels).toMatchObject({
      '{area="nodes",level="ok"}': 1,
      '{area="nodes",level="bad"}': 0,
      '{area="jobs",level="unwatched"}': 1,
    });
    expect(await valuesOf('clusterwall_level')).toMatchObject({ '{level="ok"}': 1, '{level="bad"}': 0 });
  });

  test('count findings by check and level', async () => {
    const other = { ...cordoned, id: 'nodes/cordoned|Node/nuc1' };
    view.show({
      ...fixtureBoard(2, [cordoned, other, { ...other, level: 'unknown' }]),
      omitted: { 'nodes/cordoned': 7 },
    });
    expect(await valuesOf('clusterwall_findings')).toEqual({
      '{check="nodes/cordoned",level="notice"}': 2,
      '{check="nodes/cordoned",level="unknown"}': 1,
    });
    expect(await valuesOf('clusterwall_findings_omitted')).toEqual({ '{check="nodes/cordoned"}': 7 });
    expect(await valuesOf('clusterwall_board_changes_total')).toEqual({ '': 2 });
  });

  test('tell the state of every source, and when it was last fresh if it ever was', async () => {
    expect(await valuesOf('clusterwall_source_state')).toEqual({
      '{source="nodes",state="synced"}': 1,
      '{source="kubelet/\\"odd\\"\\\\",state="unreachable"}': 1,
    });
    expect(await valuesOf('clusterwall_source_fresh_timestamp_seconds')).toEqual({
      '{source="nodes"}': startedAt / 1000 - 2,
    });
    expect(await valuesOf('clusterwall_judged_timestamp_seconds')).toEqual({ '': startedAt / 1000 });
  });

  test('tell the last value of each series, and none that is no longer measured', async () => {
    const value = { '{series="nodes/disk|Node/nuc0",unit="percent"}': 83.5 };
    expect(await valuesOf('clusterwall_series_value')).toEqual(value);
    now = startedAt + 60_000;
    expect(await valuesOf('clusterwall_series_value')).toEqual(value);
    now += 1;
    expect(await valuesOf('clusterwall_series_value')).toEqual({});
  });

  test('tell what runs, and what it takes', async () => {
    expect(Object.keys(await valuesOf('clusterwall_build_info'))).toEqual([
      `{build="test",node="${process.version}",cluster="homelab",kubernetes="v1.34.0",demo="false"}`,
    ]);
    expect((await valuesOf('process_resident_memory_bytes'))['']).toBeGreaterThan(10_000_000);
    const startedBefore = Date.now() / 1000 - (await valuesOf('process_start_time_seconds'))['']!;
    expect(startedBefore).toBeGreaterThan(0);
    expect(startedBefore).toBeLessThan(3_600);
    const first = (await valuesOf('clusterwall_event_loop_active_seconds_total'))['']!;
    expect((await valuesOf('clusterwall_event_loop_active_seconds_total'))['']).toBeGreaterThan(first);
  });
});
