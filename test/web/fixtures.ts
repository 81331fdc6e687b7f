import { areas, type Area } from '#shared/area.ts';
import type { AreaAnswer, AreaMeasured, AreaRow, Bars, Column } from '#shared/area-rows.ts';
import type { Board, Tile } from '#shared/board.ts';
import { findingId, type Evidence, type Finding, type Subject } from '#shared/finding.ts';
import type { LevelsAnswer, Moment } from '#shared/history.ts';
import { plainly, render, say, type Say } from '#shared/say.ts';
import type { SourceStatus } from '#shared/source.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const timeZone = 'Europe/Amsterdam';

/** One state of the wall: its board and what its doors answer. Everything is told relative to `now`. */
export interface Scene {
  board: Board;
  rows: Partial<Record<Area, AreaRow[]>>;
  moments: Moment[];
  /** Columns of areas beside the nodes'. */
  columns?: Partial<Record<Area, Column[]>>;
  bars?: Partial<Record<Area, Bars>>;
  /** Cells of columns that are measured. */
  measured?: Partial<Record<Area, AreaMeasured['rows']>>;
  /** All evidence of a finding, by its id, where the board holds less. */
  evidence?: Record<string, Evidence[]>;
}

const context = (now: number) => ({ now, timeZone });

export function makeTile(area: Area, now: number, tile: Partial<Tile> & { detailSay?: Say } = {}): Tile {
  const detailSay = tile.detailSay ?? plainly('');
  const detail = render(detailSay, context(now));
  return {
    area,
    level: 'unwatched',
    figure: { value: '' },
    detail,
    detailSay,
    unknownCount: 0,
    since: now - 40 * hour,
    ...tile,
  };
}

type Sketch = Partial<Finding> & Pick<Finding, 'check' | 'level' | 'subject' | 'say'>;

export function makeFinding(now: number, sketch: Sketch): Finding {
  const id = findingId(sketch.check, sketch.subject);
  const since = sketch.since ?? now - 6 * minute;
  return {
    id,
    episode: `${id}@${since}`,
    area: (sketch.check.split('/')[0] ?? 'nodes') as Area,
    sentence: render(sketch.say, context(now)),
    since,
    evidence: [],
    steps: [],
    cause: null,
    explains: 0,
    series: [],
    ...sketch,
  };
}

export function saw(kind: Evidence['kind'], words: Say, now: number): Evidence {
  return { kind, say: words, text: render(words, context(now)) };
}

export function makeSources(now: number, state: SourceStatus['state'] = 'synced', reason?: string): SourceStatus[] {
  const freshAt = state === 'synced' ? now - second : now - 6 * minute;
  return ['api-door', 'api-handshake', 'nodes', 'leases', 'pods', 'events', 'apiservices'].map((name) => ({
    name,
    state,
    since: state === 'synced' ? now - 40 * hour : now - 6 * minute,
    freshAt,
    ...(reason === undefined ? {} : { reason }),
  }));
}

export function makeBoard(
  now: number,
  tiles: Tile[],
  findings: Finding[],
  headline: Partial<Board['headline']> = {},
): Board {
  const byArea = new Map(tiles.map((tile) => [tile.area, tile]));
  const all = areas.map((area) => byArea.get(area) ?? makeTile(area, now));
  const count = (level: Tile['level']) => all.filter((tile) => tile.level === level).length;
  const worst = findings.find(({ level }) => level !== 'notice');
  const others = findings.filter(({ id, cause, level }) => id !== worst?.id && cause === null && level !== 'notice');
  const words = headline.say ?? worst?.say ?? plainly('All good');
  return {
    revision: 1,
    judgedAt: now,
    build: 'preview',
    cluster: { id: 'c1', name: 'homelab', version: 'k3s v1.36.2', demo: false },
    timeZone,
    headline: {
      level: worst === undefined ? 'ok' : worst.level === 'notice' ? 'ok' : worst.level,
      text: render(words, context(now)),
      say: words,
      finding: worst?.id ?? null,
      also: others.slice(0, 3).map(({ sentence }) => sentence),
      alsoSay: others.slice(0, 3).map((other) => other.say),
      counts: { bad: count('bad'), warn: count('warn'), unknown: count('unknown') },
      ...headline,
    },
    tiles: all,
    findings,
    omitted: {},
    sources: makeSources(now),
  };
}

export function makeMoments(now: number): Moment[] {
  return [
    { at: now - 22.5 * hour, kind: 'reboot', text: 'nuc0 rebooted' },
    { at: now - 15 * hour, kind: 'cordon', text: 'nuc2 cordoned' },
    { at: now - 11.4 * hour, kind: 'incident-end', text: 'nuc1 renews its lease again', level: 'ok' },
    { at: now - 3.2 * hour, kind: 'version', text: 'nuc1 kubelet 1.36.1 to 1.36.2' },
  ];
}

const nodeNames = ['kmaster', 'nuc0', 'nuc1', 'nuc2'];

export function makeNodeRows(now: number, lost: string | null = null): AreaRow[] {
  return nodeNames.map((name, i) => ({
    subject: { kind: 'Node', name },
    level: name === lost ? 'bad' : 'ok',
    cells: {
      name,
      ready: name === lost ? 'no heartbeat' : 'ready',
      heartbeat: name === lost ? now - 4 * minute : now - (i + 2) * second,
      kubelet: 'v1.36.2',
      pods: 12 + i,
      memory: (4 + 4 * i) * 1e9,
      disk: 41 + 9 * i,
    },
    verdicts:
      name === lost
        ? [
            {
              check: 'nodes/no-heartbeat',
              level: 'bad',
              sentence: `${name} is silent`,
              finding: `nodes/no-heartbeat|Node/${name}`,
            },
          ]
        : [{ check: 'nodes/no-heartbeat', level: 'ok', sentence: `${name} renewed its lease 2 s ago` }],
  }));
}

export function answerArea(scene: Scene, area: Area): AreaAnswer {
  const { board } = scene;
  const rows = scene.rows[area] ?? [];
  const columns: AreaAnswer['columns'] =
    area === 'nodes'
      ? [
          { key: 'name', title: 'Node', type: 'text' },
          { key: 'ready', title: 'State', type: 'text' },
          { key: 'heartbeat', title: 'Heartbeat', type: 'age' },
          { key: 'kubelet', title: 'Kubelet', type: 'text' },
          { key: 'pods', title: 'Pods', type: 'number' },
          { key: 'memory', title: 'Memory', type: 'bytes' },
          { key: 'disk', title: 'Disk', type: 'percent' },
        ]
      : (scene.columns?.[area] ?? []);
  const bars = scene.bars?.[area];
  const findings = board.findings.filter((finding) => finding.area === area);
  return { area, revision: board.revision, judgedAt: board.judgedAt, columns, ...(bars && { bars }), rows, findings };
}

/** What the strip of a subject shows: fine but for some hours, one of them blind, and a gap while nobody watched. */
export function answerLevels(subject: string, now: number, from: number): LevelsAnswer {
  const stretches: LevelsAnswer['stretches'] = [
    { level: 'ok', from: now - 29 * 24 * hour, to: now - 9 * 24 * hour },
    { level: 'warn', from: now - 9 * 24 * hour, to: now - 9 * 24 * hour + 2.4 * hour },
    { level: 'ok', from: now - 9 * 24 * hour + 2.4 * hour, to: now - 20.5 * hour },
    { level: 'unknown', from: now - 20.5 * hour, to: now - 19.5 * hour },
    { level: 'ok', from: now - 19.5 * hour, to: now - 17 * hour },
    { level: 'ok', from: now - 15.5 * hour, to: now - 12 * hour },
    { level: subject === 'nodes' ? 'bad' : 'warn', from: now - 12 * hour, to: now - 11.4 * hour },
    { level: 'ok', from: now - 11.4 * hour, to: null },
  ];
  const plain: LevelsAnswer['stretches'] = [{ level: 'ok', from: now - 29 * 24 * hour, to: null }];
  const chosen = subject === 'nodes' || subject === 'control-plane' ? stretches : plain;
  return { subject, stretches: chosen.filter(({ to }) => (to ?? now) > from) };
}

export const node = (name: string): Subject => ({ kind: 'Node', name });
export { say };
