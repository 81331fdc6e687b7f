import type { Area } from '#shared/area.ts';
import type { HistoryAnswer, HistoryPoint, SeriesAnswer, SeriesName, SeriesUnit } from '#shared/history.ts';
import type { Charted, ChartsShown } from '#web/parts/charted.ts';

/** A page without charts. */
export const noCharts: ChartsShown = { charts: [], range: '24h', chooseRange: () => undefined };

const hour = 3_600_000;

/** How a series of the fixtures goes: around `middle`, at times up to `high`. */
interface Course {
  title: string;
  unit: SeriesUnit;
  middle: number;
  high: number;
  limits?: HistoryAnswer['limits'];
}

const percentLimits: HistoryAnswer['limits'] = [
  { level: 'warn', value: 80 },
  { level: 'bad', value: 90 },
];
const latency: Course = {
  title: 'The API answers in',
  unit: 'ms',
  middle: 12,
  high: 31,
  limits: [{ level: 'warn', value: 1_000 }],
};
const ofNodes: Record<string, Omit<Course, 'title'> & { words: string }> = {
  cpu: { words: 'CPU', unit: 'percent', middle: 22, high: 81 },
  disk: { words: 'Disk', unit: 'percent', middle: 74, high: 94, limits: percentLimits },
  memory: { words: 'Memory', unit: 'bytes', middle: 5.1e9, high: 6.4e9 },
};

function courseOf(series: string): Course {
  const [, measure = '', node = ''] = /^nodes\/(\w+)\|Node\/(.+)$/.exec(series) ?? [];
  const known = ofNodes[measure];
  if (known !== undefined) return { ...known, title: `${known.words} of ${node}` };
  if (series === 'nodes/ready') return { title: 'Nodes ready', unit: 'count', middle: 4, high: 4 };
  const service = /^services\/(latency|reachable)\|\w+\/(.+)$/.exec(series);
  if (service?.[1] === 'latency') return { title: `${service[2]} answers in`, unit: 'ms', middle: 31, high: 140 };
  if (service !== null) return { title: `${service[2]} reachable`, unit: 'percent', middle: 100, high: 100 };
  const claim = /^storage\/used\|PersistentVolumeClaim\/(.+)$/.exec(series)?.[1];
  if (claim !== undefined) return { title: `Used of ${claim}`, unit: 'bytes', middle: 1.87e9, high: 1.92e9 };
  const workload = /^workloads\/cpu\|Deployment\/(.+)$/.exec(series)?.[1];
  if (workload !== undefined) return { title: `CPU of ${workload}`, unit: 'cores', middle: 0.12, high: 0.9 };
  return latency;
}

/** What a wall has measured: a wave with spikes, and a gap of an hour and a half while it was off. */
export function answerHistory(series: string, from: number, to: number, points: number): HistoryAnswer {
  const { title, unit, middle, high, limits } = courseOf(series);
  const step = Math.max(15_000, (to - from) / points);
  const seed = [...series].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const pointAt = (i: number): HistoryPoint => {
    const at = from + i * step;
    const off = to - at < 17 * hour && to - at > 15.5 * hour && to - from > 2 * hour;
    if (off) return [at, null, null, null];
    const wave = unit === 'count' ? 0 : Math.sin(at / (2.1 * hour) + seed) * 0.5 + Math.sin(at / (0.23 * hour)) * 0.2;
    const average = middle + (high - middle) * wave * 0.4;
    const spread = unit === 'count' ? 0 : (high - middle) * (0.1 + 0.5 * Math.max(0, Math.sin(at / (0.7 * hour)) ** 9));
    return [at, Math.max(0, average - spread * 0.3), average, average + spread];
  };
  const count = Math.floor((to - from) / step);
  const answer = { series, title, unit, step, points: Array.from({ length: count }, (_, i) => pointAt(i)) };
  return limits === undefined ? answer : { ...answer, limits };
}

/** The series of an area: of the control plane one, of the nodes one and three for each of `nodes`, of storage four, of workloads 400. */
export function answerSeries(area: Area, nodes = ['kmaster', 'nuc0', 'nuc1', 'nuc2']): SeriesAnswer {
  const named: Partial<Record<Area, string[]>> = {
    'control-plane': ['control-plane/latency'],
    nodes: [
      'nodes/ready',
      ...Object.keys(ofNodes).flatMap((measure) => nodes.map((node) => `nodes/${measure}|Node/${node}`)),
    ],
    services: ['Probe/gitea', 'Host/argocd.home.example', 'Host/ci.home.example', 'Host/photos.home.example'].flatMap(
      (subject) => [`services/latency|${subject}`, `services/reachable|${subject}`],
    ),
    storage: ['db/postgres-0', 'git/gitea-data', 'home/zigbee2mqtt', 'media/photos'].map(
      (claim) => `storage/used|PersistentVolumeClaim/${claim}`,
    ),
    workloads: Array.from({ length: 400 }, (_, i) => `workloads/cpu|Deployment/apps/app-${i}`),
  };
  const names = (named[area] ?? []).map((series): SeriesName => {
    const { title, unit } = courseOf(series);
    const inRows = { 'services/latency': 'spark', 'services/reachable': 'uptime' } as const;
    const shown = inRows[series.split('|')[0] as keyof typeof inRows];
    return { series, title, unit, area, ...(shown && { inRows: shown }) };
  });
  return { series: names };
}

/** A series as a page is given it; `now` is the end of its 24 hours. */
export function makeCharted(now: number, charted: Partial<Charted> = {}): Charted {
  const series = charted.series ?? 'control-plane/latency';
  const from = now - 24 * hour;
  return {
    series,
    range: '24h',
    history: answerHistory(series, from, now, 288),
    from,
    to: now,
    marks: [],
    spans: [],
    trouble: null,
    missing: false,
    waiting: false,
    ...charted,
  };
}
