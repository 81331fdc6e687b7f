import type { Bars } from '#shared/area-rows.ts';
import { formatPercent } from '#shared/format.ts';
import type { BarRow, BarRows } from './bar-rows.ts';
import { leftWords } from './left-words.ts';

/**
 * What bars say to whoever does not see them: "12 certificates; the soonest, git.example, ends in 12 days", "12 in storage; the
 * fullest, photos, 88 %". `what` they are: "certificates".
 */
export function barsWords(told: BarRows, bars: Bars, what: string, now: number): string {
  const parts = 'until' in bars ? endingWords(told, what, now) : fullWords(told, what);
  return parts.filter((part) => part !== '').join('; ');
}

function endingWords({ rows, unknown }: BarRows, what: string, now: number): string[] {
  const next = rows.findIndex(({ value }) => value > now);
  const ended = next < 0 ? rows.length : next;
  return [
    rows.length === 1 ? '' : `${rows.length} ${what}`,
    endedWords(rows, ended, now),
    nextWords(rows, ended, now),
    unknown === 0 ? '' : `of ${unknown} the end is not known`,
  ];
}

function endedWords(rows: readonly BarRow[], ended: number, now: number): string {
  const [first] = rows;
  if (ended === 0 || first === undefined) return '';
  const said = `${first.name} ${leftWords(first.value - now)}`;
  return ended === 1 ? said : `${ended} have expired, the first, ${said}`;
}

function nextWords(rows: readonly BarRow[], ended: number, now: number): string {
  const next = rows[ended];
  if (next === undefined) return '';
  const left = leftWords(next.value - now);
  if (rows.length === 1) return `${next.name} ends in ${left}`;
  return `the ${ended === 0 ? 'soonest' : 'next'}, ${next.name}, ends in ${left}`;
}

function fullWords({ rows, unknown }: BarRows, what: string): string[] {
  const [first] = rows;
  const of = unknown === 0 ? '' : `of ${unknown} it is not known how full`;
  if (first === undefined) return [of];
  const said = `${first.name}, ${formatPercent(first.value)}`;
  return rows.length === 1 ? [said, of] : [`${rows.length} in ${what}`, `the fullest, ${said}`, of];
}
