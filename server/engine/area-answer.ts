import type { AreaAnswer, AreaRow, Cells } from '#shared/area-rows.ts';
import { subjectId, type Finding, type Subject } from '#shared/finding.ts';
import { byWorst, worse, type Level } from '#shared/level.ts';
import type { SayContext } from '#shared/say.ts';
import { boundSay } from './bounded.ts';
import type { TileContext, TileDefinition } from './define-tile.ts';
import type { CheckRun } from './run-checks.ts';
import type { Snapshot } from './snapshot.ts';
import { everyVerdict, type JudgedVerdict } from './verdict-list.ts';

/** More subjects than this of one area are not listed; the worst are. */
const maxRows = 5_000;

/**
 * Rows of all verdicts, the fine ones too. What shows as no finding is fine: a verdict that waits does not count yet.
 * `findings` holds all, also those that the board omits.
 */
export function areaRows(
  tile: TileDefinition,
  runs: readonly CheckRun[],
  findings: ReadonlyMap<string, Finding>,
  snapshot: Snapshot,
  context: SayContext & TileContext & { failed(what: string, error: unknown): void },
): AreaAnswer['rows'] {
  const rows = new Map<string, AreaRow>();
  for (const { check, verdicts } of runs) {
    for (const judged of everyVerdict(verdicts)) {
      const name = subjectId(judged.verdict.subject);
      const row = rows.get(name) ?? newRow(judged.verdict.subject);
      rows.set(name, addVerdict(row, check.check, judged, findings.get(judged.id), context));
    }
  }
  return [...rows.values()]
    .sort((a, b) => byWorst(a.level, b.level) || compare(subjectId(a.subject), subjectId(b.subject)))
    .slice(0, maxRows)
    .map((row) => ({ ...row, cells: cellsOf(tile, row.subject, snapshot, context) }));
}

function newRow(subject: Subject): AreaRow {
  return { subject, level: 'ok', cells: {}, verdicts: [] };
}

function addVerdict(
  row: AreaRow,
  check: string,
  { verdict, missing }: JudgedVerdict,
  finding: Finding | undefined,
  context: SayContext,
): AreaRow {
  const level: Level = finding?.level ?? (missing.length > 0 ? 'unknown' : 'ok');
  const sentence = boundSay(finding?.say ?? verdict.say, 500, context).text;
  const told = { check, level, sentence, ...(finding === undefined ? {} : { finding: finding.id }) };
  return { ...row, level: worse(row.level, level), verdicts: [...row.verdicts, told] };
}

/** What a tile cannot tell of a subject is not known; it must not keep the others from being told. */
function cellsOf(
  tile: TileDefinition,
  subject: Subject,
  snapshot: Snapshot,
  context: Parameters<typeof areaRows>[4],
): Cells {
  try {
    return tile.cells(subject, snapshot, context);
  } catch (error) {
    context.failed(`${tile.area}, cells`, error);
    return Object.fromEntries(tile.columns.map(({ key }) => [key, null]));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
