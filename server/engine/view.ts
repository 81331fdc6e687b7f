import type { AcknowledgeOutcome, WallView } from '#server/http/wall-view.ts';
import type { ClusterHistory } from '#server/history/history.ts';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import type { SayContext } from '#shared/say.ts';
import { areaRows } from './area-answer.ts';
import { renderBoard, renderFinding, sourceStatuses } from './board.ts';
import { wholeEvidence } from './told.ts';
import type { Judgement, Rules } from './judgement.ts';
import type { Ownership } from './ownership.ts';
import type { EngineConfig } from './engine-config.ts';
import type { Saving } from './saving.ts';
import type { SeriesView } from './series-view.ts';
import { longestUptimeMs, uptimeOf } from './uptime.ts';

/** Acknowledging a finding of this check says that the cluster that answers now is the right one. */
const otherCluster = 'control-plane/other-cluster';

const mostEpisodes = 500;
const mostMoments = 500;

/** What the view reads and writes. */
export interface ViewParts {
  clock: () => number;
  rules: Rules;
  owner: Ownership;
  saving: Saving;
  history(): ClusterHistory;
  config(): EngineConfig;
  series: SeriesView;
  board(): Board;
  judgement(): Judgement | null;
  /** Judges everything now. */
  judge(): void;
  /** Told of cells that cannot be made. */
  failed(what: string, error: unknown): void;
}

/** The wall as the doors see it, but for the changes and what was measured last. */
export function createView(view: ViewParts): Omit<WallView, 'onChange' | 'measured'> {
  const { history, series } = view;
  return {
    board() {
      const { judgedAt } = view.board();
      if (judgedAt === 0) return view.board();
      return renderBoard(
        view.board(),
        judgedAt,
        sourceStatuses(view.judgement()?.snapshot.sources.values() ?? []),
        context(view),
      );
    },
    judgedAt: () => view.board().judgedAt,
    area: (area) => {
      const { revision, judgedAt } = view.board();
      const tile = view.rules.tiles.find((each) => each.area === area);
      const judgement = view.judgement();
      const head = { area, revision, judgedAt, columns: tile?.columns ?? [] };
      if (tile === undefined || judgement === null) return { ...head, rows: [], findings: [] };
      const runs = tile.checks.flatMap(({ check }) => judgement.runs.get(check) ?? []);
      const findings = new Map(judgement.findings.map((finding) => [finding.id, finding]));
      return {
        ...head,
        rows: areaRows(tile, runs, findings, judgement.snapshot, {
          ...context(view),
          memory: view.owner.past().memories.of,
          failed: view.failed,
        }),
        findings: judgement.findings
          .filter((finding) => finding.area === area)
          .slice(0, 500)
          .map((finding) => renderFinding(finding, context(view))),
      };
    },
    finding(id) {
      const finding = findingOf(view, id);
      const track = finding === undefined ? undefined : view.owner.past().tracks.get(finding.check)?.get(id);
      if (finding === undefined || track === undefined) return null;
      return {
        ...renderFinding(finding, context(view)),
        evidence: wholeEvidence(track.verdict?.evidence, context(view)),
      };
    },
    levels(subject, from, to) {
      const stretches = history().levels.read(subject, from, to);
      return stretches === null ? null : { subject, stretches };
    },
    uptime(subject) {
      const now = view.clock();
      const stretches = history().levels.read(subject, now - longestUptimeMs, now);
      return stretches === null ? null : { subject, uptime: uptimeOf(stretches, now) };
    },
    history: (name, from, to, points) =>
      series.read(history().series, view.config(), { series: name, from, to, points }),
    series: (area) => ({ series: series.names(history().series, area) }),
    episodes: (asked) => ({ episodes: history().episodes.read({ ...asked, most: mostEpisodes }) }),
    moments: (from, to) => ({ moments: history().moments.read(from, to, mostMoments) }),
    acknowledge: (id, episode, meaning) =>
      acknowledging(view, id, episode, (finding) => {
        const at = view.clock();
        const level = finding.lastLevel ?? finding.level;
        view.owner.past().acknowledgements.set(id, { episode: finding.episode, finding: id, at, meaning, level });
        if (finding.check === otherCluster) view.owner.settle();
      }),
    takeBack: (id) => acknowledging(view, id, undefined, () => view.owner.past().acknowledgements.delete(id)),
  };
}

function acknowledging(
  view: ViewParts,
  id: string,
  episode: string | undefined,
  act: (finding: Finding) => void,
): AcknowledgeOutcome {
  const finding = findingOf(view, id);
  if (finding === undefined) return 'no-such-finding';
  if (episode !== undefined && episode !== finding.episode) return 'other-episode';
  act(finding);
  view.judge();
  // What somebody was told is done must survive even a kill in the next moment.
  view.saving.all(view.owner.key(), view.owner.past());
  return 'done';
}

function findingOf(view: ViewParts, id: string): Finding | undefined {
  return view.judgement()?.findings.find((finding) => finding.id === id);
}

function context({ board }: ViewParts): SayContext {
  return { now: board().judgedAt, timeZone: board().timeZone };
}
