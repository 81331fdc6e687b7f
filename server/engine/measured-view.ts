import type { WallView } from '#server/http/wall-view.ts';
import type { ClusterHistory } from '#server/history/history.ts';
import type { AreaMeasured } from '#shared/area-rows.ts';
import type { Area } from '#shared/area.ts';
import { subjectId } from '#shared/finding.ts';
import type { TileDefinition } from './define-tile.ts';
import { createHeldSums } from './held-sums.ts';
import type { Judgement, Rules } from './judgement.ts';
import { measureCells } from './measured-cells.ts';
import { realSchedule, type Schedule } from './schedule.ts';
import { untilDone } from './slices.ts';
import { everyVerdict } from './verdict-list.ts';

/** How long an answer is given again: a point of it stands for five minutes and more. */
const freshMs = 60_000;

/** What the view of measured cells reads. */
export interface MeasuredViewParts {
  rules: Rules;
  judgement(): Pick<Judgement, 'runs'> | null;
  history(): ClusterHistory;
  clock: () => number;
  schedule?: Schedule;
}

/** What was measured of the rows of an area, read in pieces between which sockets are served. */
export function createMeasuredView({
  rules,
  judgement,
  history,
  clock,
  schedule = realSchedule,
}: MeasuredViewParts): Pick<WallView, 'areaMeasured'> {
  const held = new Map(rules.tiles.map(({ area }) => [area, createHeldSums()]));
  const told = new Map<Area, { at: number; of: ClusterHistory; answer: Promise<AreaMeasured> }>();

  async function measure(tile: TileDefinition | undefined, area: Area, at: number): Promise<AreaMeasured> {
    const sums = held.get(area);
    if (tile === undefined || sums === undefined) return { area, at, rows: {} };
    const subjects = [...subjectsOf(tile, judgement())];
    const from = { store: history().series, held: sums, now: at };
    return { area, at, rows: await untilDone(measureCells(tile.columns, subjects, from), schedule) };
  }

  return {
    areaMeasured(area) {
      const now = clock();
      const last = told.get(area);
      const isFresh = last !== undefined && Math.abs(now - last.at) < freshMs && last.of === history();
      if (isFresh) return last.answer;
      const tile = rules.tiles.find((each) => each.area === area);
      const answer = measure(tile, area, now);
      told.set(area, { at: now, of: history(), answer });
      const forget = () => void told.delete(area);
      // After a start the first values are a few seconds away. Of what fails whoever waits is told by its own promise.
      answer.then(({ rows }) => Object.keys(rows).length === 0 && forget(), forget);
      return answer;
    },
  };
}

/** All rows that the area has. */
function subjectsOf({ checks }: TileDefinition, judgement: Pick<Judgement, 'runs'> | null): Set<string> {
  const runs = checks.flatMap(({ check }) => judgement?.runs.get(check) ?? []);
  return new Set(
    runs.flatMap(({ verdicts }) => [...everyVerdict(verdicts)].map(({ verdict }) => subjectId(verdict.subject))),
  );
}
