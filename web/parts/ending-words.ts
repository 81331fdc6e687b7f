import type { EndingRow, Endings } from './bar-rows.ts';
import { leftWords } from './left-words.ts';

/** What bars say to whoever does not see them: "12 certificates; the soonest, git.example, ends in 12 days". `what` they are: "certificates". */
export function endingWords({ rows, undated }: Endings, what: string, now: number): string {
  const next = rows.findIndex(({ until }) => until > now);
  const ended = next < 0 ? rows.length : next;
  const parts = [
    rows.length === 1 ? '' : `${rows.length} ${what}`,
    endedWords(rows, ended, now),
    nextWords(rows, ended, now),
    undated === 0 ? '' : `of ${undated} the end is not known`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function endedWords(rows: readonly EndingRow[], ended: number, now: number): string {
  const [first] = rows;
  if (ended === 0 || first === undefined) return '';
  const said = `${first.name} ${leftWords(first.until - now)}`;
  return ended === 1 ? said : `${ended} have expired, the first, ${said}`;
}

function nextWords(rows: readonly EndingRow[], ended: number, now: number): string {
  const next = rows[ended];
  if (next === undefined) return '';
  const left = leftWords(next.until - now);
  if (rows.length === 1) return `${next.name} ends in ${left}`;
  return `the ${ended === 0 ? 'soonest' : 'next'}, ${next.name}, ends in ${left}`;
}
