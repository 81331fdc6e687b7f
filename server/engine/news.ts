import { subjectId } from '#shared/finding.ts';
import type { Rules } from './judgement.ts';
import { matches } from './pattern.ts';
import { shownLevel, type Track } from './track.ts';

/**
 * The ids of what counts as explained, of all that shows. That nothing more is known of the very thing that failed is no
 * news beside its failing: a lost node's memory pressure. Nor is what only says in other words what another finding of the
 * same subject says, nor what its cause has counted in its own words.
 */
export function newsAmong(
  shown: readonly Track[],
  causes: ReadonlyMap<string, string>,
  rules: Rules,
  which: 'not-in-words' | 'and-in-words' = 'not-in-words',
): string[] {
  const byId = new Map(shown.map((track) => [track.id, track]));
  const explained = shown.filter(({ id }) => causes.has(id));
  const bySubject = explained.length === 0 ? new Map<string, Track[]>() : Map.groupBy(shown, idOfSubject);
  const news = explained.filter((track) => {
    const cause = byId.get(causes.get(track.id) ?? '');
    const level = shownLevel(track);
    const isUnknown = level?.level === 'unknown' && level.lastLevel === undefined;
    if (isUnknown && cause !== undefined && idOfSubject(cause) === idOfSubject(track)) return false;
    if (which === 'not-in-words' && cause !== undefined && isCountedBy(cause, track, causes, rules)) return false;
    return !(bySubject.get(idOfSubject(track)) ?? []).some((other) => saysAsMuch(other, track, rules));
  });
  return news.map(({ id }) => id);
}

/**
 * True if the sentence of the cause counts it: two hosts of one check (a Certificate that explains a host is another thing), or
 * what a rule says of other checks, as long as that sentence is the one that is told: beneath another root all count.
 */
function isCountedBy(cause: Track, track: Track, causes: ReadonlyMap<string, string>, { checks }: Rules): boolean {
  const alike = cause.check === track.check;
  if (alike ? cause.subject.kind !== track.subject.kind : causes.has(cause.id)) return false;
  const rules = checks.get(cause.check)?.explains ?? [];
  return rules.some(
    (rule) => rule.countedInWords === true && rule.checks.some((pattern) => matches(pattern, track.check)),
  );
}

function idOfSubject({ subject }: Track): string {
  return subjectId(subject);
}

function saysAsMuch(other: Track, track: Track, { checks }: Rules): boolean {
  const level = shownLevel(other)?.level;
  if (other === track || (level !== 'warn' && level !== 'bad')) return false;
  const rules = checks.get(other.check)?.explains ?? [];
  return rules.some((rule) => rule.noNews === true && rule.checks.some((pattern) => matches(pattern, track.check)));
}
