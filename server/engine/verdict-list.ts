import { findingId } from '#shared/finding.ts';
import { byWorst, type Level } from '#shared/level.ts';
import type { Check, Verdict } from './define-check.ts';

/** How many verdicts of one check that are not ok are followed; the worst are, the others are counted as omitted. */
const maxTroubled = 500;

const levels: ReadonlySet<string> = new Set<Level>(['ok', 'notice', 'warn', 'bad', 'unknown']);

/** A verdict with its id, the sources it was judged by, and those it is missing: with any, it is not believed. */
export interface JudgedVerdict {
  id: string;
  verdict: Verdict;
  sources: readonly string[];
  missing: readonly string[];
}

/** By which sources the verdicts of one judgement are believed. */
export interface Believing {
  /** True if every source that there is can be believed: then no verdict is missing any. */
  complete: boolean;
  of(verdict: Verdict): Pick<JudgedVerdict, 'sources' | 'missing'>;
}

/** Whatever is said is believed: what the engine says itself. */
export const asItIs: Believing = { complete: true, of: () => ({ sources: [], missing: [] }) };

/**
 * All that a check has said at once. Nearly all of it is fine, tens of thousands of verdicts in a large cluster: those are
 * left as they are, and what is to be known of them is worked out when somebody asks.
 */
export interface VerdictList {
  check: string;
  /** As the check gave them. */
  raw: readonly Verdict[];
  /** Those that are not ok, by their ids; of several with one id the worst. */
  troubled: ReadonlyMap<string, JudgedVerdict>;
  /** How many that are not ok were too many to follow. */
  omitted: number;
  /** Ids of what nothing can be said of yet. */
  unseen: ReadonlySet<string>;
  believing: Believing;
}

/** Lists what a check said. Throws what makes its word worthless: a level that does not exist. */
export function listVerdicts({ check }: Check, given: readonly Verdict[], believing: Believing): VerdictList {
  const [raw, unseen] = splitUnseen(check, given);
  const troubled = new Map<string, JudgedVerdict>();
  for (const verdict of raw) {
    if (verdict.level === 'ok') continue;
    if (!levels.has(verdict.level)) throw new Error(`a verdict of level ${String(verdict.level)}`);
    const id = findingId(check, verdict.subject, verdict.key);
    const twin = troubled.get(id)?.verdict;
    if (twin === undefined || byWorst(twin.level, verdict.level) > 0) {
      troubled.set(id, { id, verdict, ...believing.of(verdict) });
    }
  }
  const omitted = Math.max(0, troubled.size - maxTroubled);
  return { check, raw, troubled: omitted === 0 ? troubled : theWorst(troubled), omitted, unseen, believing };
}

/** What is said, and the ids of what nothing can be said of. Nearly always there is none of those: then all is left as it is. */
function splitUnseen(check: string, given: readonly Verdict[]): [readonly Verdict[], ReadonlySet<string>] {
  const unseen = given.filter((verdict) => verdict.unseen === true);
  if (unseen.length === 0) return [given, nothing];
  const ids = unseen.map(({ subject, key }) => findingId(check, subject, key));
  return [given.filter((verdict) => verdict.unseen !== true), new Set(ids)];
}

const nothing: ReadonlySet<string> = new Set();

function theWorst(troubled: ReadonlyMap<string, JudgedVerdict>): Map<string, JudgedVerdict> {
  const all = [...troubled].sort(([, a], [, b]) => byWorst(a.verdict.level, b.verdict.level));
  return new Map(all.slice(0, maxTroubled));
}

/** True if the check has said anything of any subject. */
export function saysAnything({ raw, troubled }: VerdictList): boolean {
  return raw.length > 0 || troubled.size > 0;
}

/** Every verdict: the troubled ones that are followed, then the fine ones. */
export function* everyVerdict({ check, raw, troubled, believing }: VerdictList): Generator<JudgedVerdict> {
  yield* troubled.values();
  for (const verdict of raw) {
    if (verdict.level === 'ok') yield judgedFine(check, verdict, believing);
  }
}

/** The fine verdicts with these ids, by id. `names` are those of the subjects, by which all others are passed over. */
export function fineVerdicts(
  { check, raw, believing }: VerdictList,
  ids: ReadonlySet<string>,
  names: ReadonlySet<string>,
): Map<string, JudgedVerdict> {
  const found = new Map<string, JudgedVerdict>();
  if (ids.size === 0) return found;
  for (const verdict of raw) {
    if (verdict.level !== 'ok' || !names.has(verdict.subject.name)) continue;
    const judged = judgedFine(check, verdict, believing);
    if (ids.has(judged.id)) found.set(judged.id, judged);
  }
  return found;
}

function judgedFine(check: string, verdict: Verdict, believing: Believing): JudgedVerdict {
  return { id: findingId(check, verdict.subject, verdict.key), verdict, ...believing.of(verdict) };
}
