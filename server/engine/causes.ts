import { areas } from '#shared/area.ts';
import { subjectId } from '#shared/finding.ts';
import { byWorst, type Level } from '#shared/level.ts';
import type { Check, Effect, Explains, Verdict } from './define-check.ts';
import { matches } from './pattern.ts';
import type { Snapshot } from './snapshot.ts';
import { shownLevel, type Track } from './track.ts';

/** A verdict that may explain others, and how many are stronger. */
interface Candidate {
  effect: Effect;
  verdict: Verdict;
  rules: readonly Explains[];
  rank: number;
}

/** The verdicts that may explain effects of one check: those to be asked of each effect, and those found by its subject. */
interface Able {
  all: readonly Candidate[];
  bySubject: ReadonlyMap<About, ReadonlyMap<string, Candidate[]>>;
}

/** Told when a rule throws; the rule then explains nothing. */
export type RuleFailed = (check: string, error: unknown) => void;

/**
 * The direct cause of each track that has one, by ids, worked out on verdicts before their holding times. Of several
 * causes the worst is taken (then by area and id); a circle is broken at its worst member, which stays a root.
 */
export function workOutCauses(
  tracks: readonly Track[],
  checks: ReadonlyMap<string, Check>,
  snapshot: Snapshot,
  ruleFailed: RuleFailed,
): Map<string, string> {
  const candidates = tracks
    .flatMap((track) => candidateOf(track, checks) ?? [])
    .sort(byStrength)
    .map((candidate, rank) => ({ ...candidate, rank }));
  const causes = new Map<string, string>();
  if (candidates.length === 0) return causes;
  const effects = tracks.flatMap((track) => effectOf(track) ?? []);
  const byCheck = new Map<string, Able>();
  // The mildest are explained first, so that a circle is left open at its worst member.
  for (const effect of effects.sort((a, b) => compareEffects(b, a))) {
    const able = byCheck.get(effect.check) ?? ableTo(candidates, effect.check);
    byCheck.set(effect.check, able);
    const cause = strongest(able, effect, snapshot, ruleFailed, (candidate) => {
      return explains(candidate, effect, snapshot, ruleFailed) && !leadsTo(causes, candidate.effect.id, effect.id);
    });
    if (cause !== null) causes.set(effect.id, cause.effect.id);
  }
  return causes;
}

/** The strongest of those that `isCause`, asking no more of them than need be. */
function strongest(
  { all, bySubject }: Able,
  effect: Effect,
  snapshot: Snapshot,
  failed: RuleFailed,
  isCause: (candidate: Candidate) => boolean,
): Candidate | null {
  let best: Candidate | null = null;
  let rank = Infinity;
  const better = (candidate: Candidate) => candidate.rank < rank && isCause(candidate);
  for (const [about, candidates] of bySubject) {
    const found = candidatesAbout(about, candidates, effect, snapshot, failed).find(better);
    best = found ?? best;
    rank = best?.rank ?? rank;
  }
  return all.find(better) ?? best;
}

function candidatesAbout(
  about: About,
  candidates: ReadonlyMap<string, Candidate[]>,
  effect: Effect,
  snapshot: Snapshot,
  failed: RuleFailed,
): readonly Candidate[] {
  try {
    const subject = about(effect, snapshot);
    return subject === null ? [] : (candidates.get(subject) ?? []);
  } catch (error) {
    const [first] = candidates.values();
    failed(first?.[0]?.effect.check ?? effect.check, error);
    return [];
  }
}

/** How many findings each of `ids` explains, directly or not. */
export function countExplained(causes: ReadonlyMap<string, string>, ids: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) {
    for (let cause = causes.get(id); cause !== undefined; cause = causes.get(cause)) {
      counts.set(cause, (counts.get(cause) ?? 0) + 1);
    }
  }
  return counts;
}

function effectOf(track: Track): Effect | null {
  const level = shownLevel(track)?.level ?? waitingLevel(track);
  if (level === null || track.verdict === null) return level === null ? null : keptEffect(track, level);
  const { id, check, area, subject, verdict } = track;
  return { id, check, area, subject, level, say: verdict.say };
}

function keptEffect({ id, check, area, subject, keptSay }: Track, level: Level): Effect {
  return { id, check, area, subject, level, say: keptSay ?? { template: '', values: {} } };
}

function waitingLevel(track: Track): Level | null {
  return track.state === 'known' && track.raw !== 'ok' ? track.raw : null;
}

function candidateOf(track: Track, checks: ReadonlyMap<string, Check>): Omit<Candidate, 'rank'> | null {
  const declared = checks.get(track.check)?.explains ?? [];
  // What is unknown and was never anything else explains nothing, but that the like of it is unknown too.
  const guessed = track.state !== 'known' && track.episode === null;
  const rules = guessed ? rulesOfAlike(track, declared) : declared;
  const effect = rules.length === 0 ? null : effectOf(track);
  if (effect === null || track.verdict === null) return null;
  return { effect, verdict: track.verdict, rules };
}

/** Those by which one verdict stands for others of its own check: what the check itself cannot tell, it may tell once of several. */
function rulesOfAlike({ state, check }: Track, declared: readonly Explains[]): readonly Explains[] {
  if (state !== 'unknown') return [];
  const before = alike.get(declared);
  if (before !== undefined) return before;
  const rules = declared.flatMap((rule) => (rule.countedInWords === true ? [{ ...rule, checks: [check] }] : []));
  alike.set(declared, rules);
  return rules;
}

/** The same rules each time: candidates are put together by them. */
const alike = new WeakMap<readonly Explains[], readonly Explains[]>();

function ableTo(candidates: readonly Candidate[], check: string): Able {
  const all: Candidate[] = [];
  const bySubject = new Map<About, Map<string, Candidate[]>>();
  const ofRules = new Map<readonly Explains[], RulesByAbout>();
  for (const candidate of candidates) {
    const able = ofRules.get(candidate.rules) ?? rulesByAbout(candidate.rules, check);
    ofRules.set(candidate.rules, able);
    for (const [about, rules] of able) {
      if (about === null) all.push({ ...candidate, rules });
      else {
        const subjects = bySubject.get(about) ?? new Map<string, Candidate[]>();
        bySubject.set(about, subjects);
        const id = subjectId(candidate.effect.subject);
        const held = subjects.get(id) ?? [];
        subjects.set(id, held);
        held.push({ ...candidate, rules });
      }
    }
  }
  return { all, bySubject };
}

type About = NonNullable<Explains['about']>;
type RulesByAbout = ReadonlyMap<About | null, readonly Explains[]>;

/** The rules that speak of a check, by how they find its effects. */
function rulesByAbout(rules: readonly Explains[], check: string): RulesByAbout {
  const able = rules.filter(({ checks }) => checks.some((pattern) => matches(pattern, check)));
  return Map.groupBy(able, ({ about }) => about ?? null);
}

function explains(cause: Candidate, effect: Effect, snapshot: Snapshot, failed: RuleFailed): boolean {
  if (cause.effect.id === effect.id) return false;
  try {
    // A plain loop: with hundreds of candidates and effects this runs a hundred thousand times.
    for (const rule of cause.rules) if (rule.when(cause.verdict, effect, snapshot)) return true;
  } catch (error) {
    failed(cause.effect.check, error);
  }
  return false;
}

function leadsTo(causes: ReadonlyMap<string, string>, from: string, to: string): boolean {
  for (let at: string | undefined = from; at !== undefined; at = causes.get(at)) if (at === to) return true;
  return false;
}

function byStrength(a: Omit<Candidate, 'rank'>, b: Omit<Candidate, 'rank'>): number {
  return compareEffects(a.effect, b.effect);
}

function compareEffects(a: Effect, b: Effect): number {
  return (
    byWorst(a.level, b.level) ||
    areas.indexOf(a.area) - areas.indexOf(b.area) ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}
