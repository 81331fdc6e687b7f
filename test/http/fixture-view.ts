import { areas } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import type { Change } from '#shared/change.ts';
import type { Finding } from '#shared/finding.ts';
import { plainly } from '#shared/say.ts';
import type { WallView } from '#server/http/wall-view.ts';

export const startedAt = Date.UTC(2026, 3, 1, 12);

/** A finding of node nuc0 that is open. */
export const cordoned: Finding = {
  id: 'nodes/cordoned|Node/nuc0',
  episode: `nodes/cordoned|Node/nuc0@${startedAt}`,
  check: 'nodes/cordoned',
  area: 'nodes',
  level: 'notice',
  subject: { kind: 'Node', name: 'nuc0' },
  sentence: 'nuc0 is cordoned',
  say: plainly('nuc0 is cordoned'),
  since: startedAt,
  evidence: [],
  steps: [],
  cause: null,
  explains: 0,
  series: [],
};

/** A board with nothing on it but one finding. */
export function fixtureBoard(revision: number, findings: Finding[] = [cordoned]): Board {
  return {
    revision,
    judgedAt: startedAt,
    build: 'test',
    cluster: { id: 'abc', name: 'homelab', version: 'v1.34.0', demo: false },
    timeZone: 'UTC',
    headline: {
      level: 'ok',
      text: 'all good',
      say: plainly('all good'),
      finding: null,
      also: [],
      counts: { bad: 0, warn: 0, unknown: 0 },
    },
    tiles: areas.map((area) => ({
      area,
      level: area === 'nodes' ? 'ok' : 'unwatched',
      figure: { value: '' },
      detail: '',
      detailSay: plainly(''),
      unknownCount: 0,
      since: startedAt,
    })),
    findings,
    omitted: {},
    sources: [
      { name: 'nodes', state: 'synced', since: startedAt, freshAt: startedAt - 2_000 },
      { name: 'kubelet/"odd"\\', state: 'unreachable', since: startedAt, freshAt: null },
    ],
  };
}

/** A wall to look at, whose board the test replaces. */
export interface FixtureView extends WallView {
  show(board: Board, change?: Partial<Change>): void;
  readonly acknowledged: string[];
  /** What was asked for of the episodes. */
  readonly episodesAsked: unknown[];
  /** What the next reading of the board throws. */
  fail: Error | null;
  judged: number;
}

export function fixtureView(board = fixtureBoard(1)): FixtureView {
  const listeners = new Set<(change: Change) => void>();
  const acknowledged: string[] = [];
  const episodesAsked: unknown[] = [];
  const outcomeOf = (finding: string, episode?: string) => {
    if (finding !== cordoned.id) return 'no-such-finding' as const;
    return episode === undefined || episode === cordoned.episode ? ('done' as const) : ('other-episode' as const);
  };
  return {
    acknowledged,
    episodesAsked,
    fail: null,
    judged: startedAt,
    show(next, change = {}) {
      const from = board.revision;
      board = next;
      for (const listener of listeners) listener({ from, to: next.revision, judgedAt: next.judgedAt, ...change });
    },
    board() {
      if (this.fail !== null) throw this.fail;
      return board;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    judgedAt() {
      return this.judged;
    },
    area: (area) => ({ area, revision: board.revision, judgedAt: startedAt, columns: [], rows: [], findings: [] }),
    areaMeasured: (area) => Promise.resolve({ area, at: startedAt, rows: { 'Node/nuc0': { up24h: 99.97 } } }),
    finding: (id) => (id === cordoned.id ? cordoned : null),
    levels: (subject, from, to) =>
      subject === 'nodes' || subject === 'wall' ? { subject, stretches: [{ level: 'ok', from, to }] } : null,
    history: (series, from, _, points) =>
      series === 'api-latency'
        ? {
            series,
            title: 'The API answers in',
            unit: 'ms',
            step: 15_000,
            points: [
              [from, 1, 2, points],
              [from + 15_000, null, null, null],
            ],
          }
        : null,
    uptime: (subject) => (subject === 'nodes' || subject === 'wall' ? { subject, uptime: [] } : null),
    series: (area) => ({ series: [{ series: `${area}/ready`, title: 'Ready', unit: 'count', area }] }),
    episodes(asked) {
      episodesAsked.push(asked);
      return { episodes: [] };
    },
    measured: () => [{ series: 'nodes/disk|Node/nuc0', unit: 'percent', value: 83.5, at: startedAt }],
    moments: (from) => ({ moments: [{ at: from, kind: 'start', text: 'begun' }] }),
    acknowledge(finding, episode, meaning) {
      const outcome = outcomeOf(finding, episode);
      if (outcome === 'done') acknowledged.push(`${finding} ${meaning}`);
      return outcome;
    },
    takeBack(finding) {
      const outcome = outcomeOf(finding);
      if (outcome === 'done') acknowledged.push(`${finding} taken back`);
      return outcome;
    },
  };
}
