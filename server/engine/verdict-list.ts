import { findingId } from '#shared/finding.ts';
import { byWorst, type Level } from '#shared/level.ts';
import type { Check, Verdict } from './define-check.ts';

/** How many verdicts of one check that are not ok are followed; the worst are, the others are counted as omitted. */
const maxTroubled = 500;

const levels: readonly Level[] = ['ok', 'notice', 'warn', 'bad', 'unknown'];

/** A verdict with its id, the sources it was judged by, and those it is missing: with any, it is not believed. */
export interface JudgedVerdict {
  id: string;
  verdict: Verdict;
  sources: readonly string[];
  missing: readonly string[];
}

/**
 * All that a check has said at once. What is the same object as in the judgement before costs one look: of 40,000 verdicts
 * a few are new.
 */
export interface VerdictList {
  /** In no order; ids are unique. */
  all: readonly JudgedVerdict[];
  /** Where in `all` an id stands. */
  places: ReadonlyMap<string, number>;
  /** Those that are not ok. */
  troubled: readonly JudgedVerdict[];
  /** Those that are missing a source. */
  unseen: readonly JudgedVerdict[];
  /** How many that are not ok were too many to follow. */
  omitted: number;
}

/** A list with what the next one is made from. */
export interface ListedVerdicts extends VerdictList {
  check: Check;
  /** As the check gave them. */
  raw: readonly Verdict[];
  /** What decides by which sources a verdict is believed; while it is the same text, what is listed stands. */
  believing: string;
}

/** Which sources a verdict was judged by, and which of them are missing. */
export interface Believing {
  /** The same text for the same answers. */
  key: string;
  of(verdict: Verdict): Pick<JudgedVerdict, 'sources' | 'missing'>;
}

/** Lists what a check said. Throws what makes the check's word worthless: a level that does not exist. */
export function listVerdicts(
  check: Check,
  raw: readonly Verdict[],
  believing: Believing,
  before: ListedVerdicts | undefined,
): ListedVerdicts {
  const usable = before?.check === check && before.believing === believing.key ? before : undefined;
  return (usable && changedInPlace(usable, raw, believing)) ?? listAnew(check, raw, believing, usable);
}

/** A list with nothing in it but these. */
export function plainList(all: readonly JudgedVerdict[]): VerdictList {
  return listed(all, 0);
}

/** The list before with what differs, null if more than that has changed. */
function changedInPlace(before: ListedVerdicts, raw: readonly Verdict[], believing: Believing): ListedVerdicts | null {
  if (raw.length !== before.raw.length || before.all.length !== raw.length) return null;
  let all: JudgedVerdict[] | null = null;
  for (let i = 0; i < raw.length; i += 1) {
    const verdict = raw[i] as Verdict;
    if (verdict === before.raw[i]) continue;
    const old = before.all[i] as JudgedVerdict;
    if (!isOfSame(old.verdict, verdict)) return null;
    all ??= [...before.all];
    all[i] = judge(before.check, verdict, old.id, believing);
  }
  if (all === null) return before;
  const { troubled, unseen } = sorted(all);
  return troubled.length > maxTroubled ? null : { ...before, raw, all, troubled, unseen };
}

function isOfSame(a: Verdict, b: Verdict): boolean {
  return (
    a.key === b.key &&
    (a.subject === b.subject ||
      (a.subject.name === b.subject.name &&
        a.subject.namespace === b.subject.namespace &&
        a.subject.kind === b.subject.kind))
  );
}

function listAnew(
  check: Check,
  raw: readonly Verdict[],
  believing: Believing,
  before: ListedVerdicts | undefined,
): ListedVerdicts {
  const known = new Map(before?.all.map((judged) => [judged.verdict, judged]));
  const byId = new Map<string, JudgedVerdict>();
  let troubled = 0;
  for (const verdict of raw) {
    const judged = known.get(verdict) ?? judge(check, verdict, null, believing);
    const twin = byId.get(judged.id)?.verdict;
    if (twin !== undefined && byWorst(twin.level, verdict.level) <= 0) continue;
    if (verdict.level !== 'ok' && (twin === undefined || twin.level === 'ok')) troubled += 1;
    byId.set(judged.id, judged);
  }
  const { all, omitted } = bounded([...byId.values()], troubled);
  return { ...listed(all, omitted), check, raw, believing: believing.key };
}

function bounded(all: JudgedVerdict[], troubled: number): { all: JudgedVerdict[]; omitted: number } {
  if (troubled <= maxTroubled) return { all, omitted: 0 };
  all.sort((a, b) => byWorst(a.verdict.level, b.verdict.level));
  const fine = all.filter(({ verdict }) => verdict.level === 'ok');
  return { all: [...all.slice(0, maxTroubled), ...fine], omitted: troubled - maxTroubled };
}

function judge(check: Check, verdict: Verdict, id: string | null, believing: Believing): JudgedVerdict {
  if (!levels.includes(verdict.level)) throw new Error(`a verdict of level ${String(verdict.level)}`);
  return { id: id ?? findingId(check.check, verdict.subject, verdict.key), verdict, ...believing.of(verdict) };
}

function listed(all: readonly JudgedVerdict[], omitted: number): VerdictList {
  const places = new Map<string, number>();
  for (const [place, { id }] of all.entries()) places.set(id, place);
  return { all, places, ...sorted(all), omitted };
}

function sorted(all: readonly JudgedVerdict[]): Pick<VerdictList, 'troubled' | 'unseen'> {
  const troubled: JudgedVerdict[] = [];
  const unseen: JudgedVerdict[] = [];
  for (const judged of all) {
    if (judged.verdict.level !== 'ok') troubled.push(judged);
    if (judged.missing.length > 0) unseen.push(judged);
  }
  return { troubled, unseen };
}
