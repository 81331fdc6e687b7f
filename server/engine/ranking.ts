import { areas } from '#shared/area.ts';
import type { Finding } from '#shared/finding.ts';
import { byWorst } from '#shared/level.ts';

/** On the board at once. */
const maxFindings = 500;
const maxOfOneCheck = 200;

/**
 * True if its owner knows and it need not shout. Being blind is never calm: green is earned by fresh evidence, not by
 * having looked at the grey.
 */
export function isCalm({ acknowledged, level, blinds }: Finding): boolean {
  return acknowledged !== undefined && level !== 'unknown' && blinds !== true;
}

/**
 * Ranks: level, causes first, number explained, what must not be forgotten, area, since; what is acknowledged comes last. A new list. `weights` are the
 * numbers explained by id, with what a cause counts in its own words: "14 services unreachable" weighs 14.
 */
export function rankFindings(
  findings: readonly Finding[],
  weights: ReadonlyMap<string, number> = new Map(),
): Finding[] {
  const weightOf = ({ id, explains }: Finding) => Math.max(explains, weights.get(id) ?? 0);
  return findings.toSorted(
    (a, b) =>
      Number(isCalm(a)) - Number(isCalm(b)) ||
      byWorst(a.level, b.level) ||
      Number(a.cause !== null) - Number(b.cause !== null) ||
      weightOf(b) - weightOf(a) ||
      Number(b.latch === true) - Number(a.latch === true) ||
      areas.indexOf(a.area) - areas.indexOf(b.area) ||
      a.since - b.since ||
      (a.id < b.id ? -1 : 1),
  );
}

/** The first of ranked findings, and how many of each check are left out. */
export function cutFindings(ranked: readonly Finding[]): { listed: Finding[]; omitted: Record<string, number> } {
  const counts = new Map<string, number>();
  const omitted: Record<string, number> = {};
  const listed: Finding[] = [];
  for (const finding of ranked) {
    const count = counts.get(finding.check) ?? 0;
    if (count < maxOfOneCheck && listed.length < maxFindings) {
      counts.set(finding.check, count + 1);
      listed.push(finding);
    } else omitted[finding.check] = (omitted[finding.check] ?? 0) + 1;
  }
  return { listed, omitted };
}
