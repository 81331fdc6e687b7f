import type { Board } from '#shared/board.ts';
import type { TileLevel } from '#shared/level.ts';
import type { MetricFamily, MetricValue } from './prometheus-text.ts';

const levels: readonly TileLevel[] = ['ok', 'warn', 'bad', 'unknown', 'absent', 'unwatched'];

/**
 * What the wall says. Levels are told one value for each that there is, 1 for the one it has, so that an alert on
 * `{level="bad"} == 1` ends and an average over time is a share of it.
 */
export function boardMetrics(board: Board): MetricFamily[] {
  return [
    {
      ...gauge('clusterwall_build_info', 'The build that runs, and the cluster it watches; always 1.'),
      values: [{ labels: buildOf(board), value: 1 }],
    },
    {
      ...gauge('clusterwall_level', 'Level of the headline, 1 for the one it has.'),
      values: eachLevel(board.headline.level, {}),
    },
    {
      ...gauge('clusterwall_tile_level', 'Level of each tile, 1 for the one it has.'),
      values: board.tiles.flatMap(({ area, level }) => eachLevel(level, { area })),
    },
    {
      ...gauge('clusterwall_tile_unknown', 'Findings and subjects of each tile that cannot be judged.'),
      values: board.tiles.map(({ area, unknownCount }) => ({ labels: { area }, value: unknownCount })),
    },
    {
      ...gauge('clusterwall_findings', 'Findings on the wall by check and level; none of a check that finds none.'),
      values: findingsOf(board),
    },
    {
      ...gauge('clusterwall_findings_omitted', 'Findings by check that are too many to be listed.'),
      values: Object.entries(board.omitted).map(([check, value]) => ({ labels: { check }, value })),
    },
    {
      name: 'clusterwall_board_changes_total',
      type: 'counter',
      help: 'How often the board has changed since the start.',
      values: [{ value: board.revision }],
    },
    ...sourceMetrics(board),
  ];
}

function sourceMetrics({ sources }: Board): MetricFamily[] {
  return [
    {
      ...gauge('clusterwall_source_state', 'State of each source, 1 for the one it has; the others are not told.'),
      values: sources.map(({ name, state }) => ({ labels: { source: name, state }, value: 1 })),
    },
    {
      ...gauge(
        'clusterwall_source_fresh_timestamp_seconds',
        'When the data of a source were last known to be true, in Unix time; nothing if they never were.',
      ),
      values: sources.flatMap(({ name, freshAt }) =>
        freshAt === null ? [] : [{ labels: { source: name }, value: freshAt / 1000 }],
      ),
    },
    {
      name: 'clusterwall_source_restarts_total',
      type: 'counter',
      help: 'How often a source had to begin anew, by reason.',
      values: sources.flatMap(({ name, restarts = {} }) =>
        Object.entries(restarts).map(([reason, value]) => ({ labels: { source: name, reason }, value })),
      ),
    },
  ];
}

function findingsOf({ findings }: Board): MetricValue[] {
  const counts = new Map<string, { labels: { check: string; level: string }; value: number }>();
  for (const { check, level } of findings) {
    const key = `${check} ${level}`;
    const count = counts.get(key);
    if (count === undefined) counts.set(key, { labels: { check, level }, value: 1 });
    else count.value += 1;
  }
  return [...counts.values()];
}

function eachLevel(current: TileLevel, labels: Record<string, string>): MetricValue[] {
  return levels.map((level) => ({ labels: { ...labels, level }, value: level === current ? 1 : 0 }));
}

function buildOf({ build, cluster }: Board): Record<string, string> {
  const { name, version, demo } = cluster;
  return { build, node: process.version, cluster: name, kubernetes: version, demo: String(demo) };
}

function gauge(name: string, help: string): Omit<MetricFamily, 'values'> {
  return { name, type: 'gauge', help };
}
