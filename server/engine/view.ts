import type { WallView } from '#server/http/wall-view.ts';
import type { Board } from '#shared/board.ts';
import type { SayContext } from '#shared/say.ts';
import { createAcknowledging, type AcknowledgingParts } from './acknowledging.ts';
import { areaRows } from './area-answer.ts';
import { renderBoard, renderFinding, sourceStatuses } from './board.ts';
import { wholeEvidence } from './told.ts';
import type { Judgement } from './judgement.ts';
import { createMeasuredView } from './measured-view.ts';
import { createPastView, type PastViewParts } from './past-view.ts';

/** What the view reads and writes. */
export interface ViewParts extends PastViewParts, AcknowledgingParts {
  board(): Board;
  judgement(): Judgement | null;
  /** Told of cells that cannot be made. */
  failed(what: string, error: unknown): void;
}

/** The wall as the doors see it, but for the changes and what was measured last. */
export function createView(view: ViewParts): Omit<WallView, 'onChange' | 'measured'> {
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
      const head = { area, revision, judgedAt, columns: tile?.columns ?? [], ...(tile?.bars && { bars: tile.bars }) };
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
      const finding = view.judgement()?.findings.find((each) => each.id === id);
      const track = finding === undefined ? undefined : view.owner.past().tracks.get(finding.check)?.get(id);
      if (finding === undefined || track === undefined) return null;
      return {
        ...renderFinding(finding, context(view)),
        evidence: wholeEvidence(track.verdict?.evidence, context(view)),
      };
    },
    ...createPastView(view),
    ...createMeasuredView(view),
    ...createAcknowledging(view),
  };
}

function context({ board }: ViewParts): SayContext {
  return { now: board().judgedAt, timeZone: board().timeZone };
}
