import { areaTitles, type Area } from '#shared/area.ts';
import type { Board, Headline, Tile } from '#shared/board.ts';
import type { Finding, Subject } from '#shared/finding.ts';
import { formatAge, formatAt } from '#shared/format.ts';
import type { Level, TileLevel } from '#shared/level.ts';
import type { SayContext } from '#shared/say.ts';

/** What a colour says, in a word. */
export const levelWords: Record<Level | TileLevel, string> = {
  ok: 'good',
  notice: 'notice',
  warn: 'warning',
  bad: 'failing',
  unknown: 'unknown',
  absent: 'nothing of this kind found',
  unwatched: 'not watched yet',
};

/** "since 20:35 (6 min)", or "for at least 6 min" where it was already so when first looked at. */
export function sinceWords({ since, atLeast }: Pick<Finding, 'since' | 'atLeast'>, context: SayContext): string {
  const age = formatAge(context.now - since);
  return atLeast ? `for at least ${age}` : `since ${formatAt(since, context.now, context.timeZone)} (${age})`;
}

/** "6 min" or "at least 6 min": since when, where there is room for little. */
export function forWords({ since, atLeast }: Pick<Finding, 'since' | 'atLeast'>, { now }: SayContext): string {
  return `${atLeast ? 'at least ' : ''}${formatAge(now - since)}`;
}

/** "Node nuc2", "Claim git/gitea-data", and what is our own in words. */
export function subjectWords({ kind, namespace, name }: Subject): string {
  if (kind === 'Credential') return 'Our own credential';
  if (kind === 'Endpoint' && name === 'api') return 'The API';
  if (kind === 'Network' && name === 'dns') return 'DNS';
  const called = kind === 'PersistentVolumeClaim' ? 'Claim' : kind;
  return `${called} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** The subject beside the title of its area, which is not said twice: "Registry · harbor.example". */
export function subjectBeside(area: Area, subject: Subject): string {
  return subject.kind === areaTitles[area] ? subject.name : subjectWords(subject);
}

/** "2 failing · 5 unknown · 1 warning", empty if all is good. */
export function countWords({ bad, warn, unknown }: Headline['counts']): string {
  const parts = [
    bad > 0 && `${bad} failing`,
    unknown > 0 && `${unknown} unknown`,
    warn > 0 && `${warn} ${warn === 1 ? 'warning' : 'warnings'}`,
  ];
  return parts.filter((part) => part !== false).join(' · ');
}

/** A tile that no contact or no fresh source stands behind says when it was last true. */
export function asOfWords(asOf: number, { now, timeZone }: SayContext): string {
  return `as of ${formatAt(asOf, now, timeZone)}`;
}

/** "4 of 4 ready" in one line. */
export function figureWords({ value, unit, rest }: Tile['figure']): string {
  return [value, unit, rest].filter((part) => part !== undefined && part !== '').join(' ');
}

/** How many findings the board left out for their number. */
export function omittedCount({ omitted }: Pick<Board, 'omitted'>): number {
  return Object.values(omitted).reduce((sum, count) => sum + count, 0);
}

export function findingHref(id: string): string {
  return `#/findings/${encodeURIComponent(id)}`;
}

/** "since 20:35 (6 min) · explains 3 more" */
export function spanWords(finding: Finding, context: SayContext): string {
  const since = sinceWords(finding, context);
  return finding.explains > 0 ? `${since} · explains ${finding.explains} more` : since;
}

/** "v1.36.2+k3s1" as its owners call it: "k3s v1.36.2". */
export function versionWords(version: string): string {
  const [, plain, distribution] = /^(v[\d.]+)\+(k3s|rke2|k0s)/.exec(version) ?? [];
  return plain === undefined ? version : `${distribution} ${plain}`;
}

/** Numbers kept on one line with their units: "under 10 s" never ends a line with "10". */
export function unitsKept(text: string): string {
  return text.replace(/(\d) (?=(?:s|min|h|days|ms|[kMGTP]?B)\b|%)/g, '$1\u00a0');
}
