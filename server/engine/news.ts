import { subjectId } from '#shared/finding.ts';
import type { Rules } from './judgement.ts';
import { matches } from './pattern.ts';
import { shownLevel, type Track } from './track.ts';

/**
 * The ids of what counts as explained, of all that shows. That nothing more is known of the very thing that failed is no
 * news beside its failing: a lost node's memory pressure. Nor is what only says in other words what another finding of the
 * same subject says, nor what its cause has counted in its own words.
 */
export function newsAmong(shown: readonly Track[], causes: ReadonlyMap<string, string>, rules: Rules): string[] {
  const byId = new Map(shown.map((track) => [track.id, track]));
  const explained = shown.filter(({ id }) => causes.has(id));
  const bySubject = explained.length === 0 ? new Map<string, Track[]>() : Map.groupBy(shown, idOfSubject);
  const news = explained.filter((track) => {
    const cause = byId.get(causes.get(track.id) ?? '');
    const level = shownLevel(track);
    const isUnknown = level?.level === 'unknown' && level.lastLevel === undefined;
    if (isUnknown && cause !== undefined && idOfSubject(cause) === idOfSubject(track)) return false;
    if (cause !== undefined && areAlike(cause, track) && countsInWords(cause.check, rules)) return false;
    return !(bySubject.get(idOfSubject(track)) ?? []).some((other) => saysAsMuch(other, track, rules));
  });
  return news.map(({ id }) => id);
}

/** Two hosts of one check: a Certificate that explains a host is another thing. */
function areAlike(one: Track, other: Track): boolean {
  return one.check === other.check && one.subject.kind === other.subject.kind;
}

function countsInWords(check: string, { checks }: Rules): boolean {
  const rules = checks.get(check)?.explains ?? [];
  return rules.some((rule) => rule.countedInWords === true && rule.checks.some((pattern) => matches(pattern, check)));
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
