import type { Finding } from '#shared/finding.ts';
import type { PastFinding } from '#shared/history.ts';
import { plainly, type Say } from '#shared/say.ts';
import { saidThen } from './episode-words.ts';

/** What explained an episode, as it said itself if that is known, else by its name; null if it was a root. */
export function causeSaid(
  { cause, since, endedAt }: PastFinding,
  episodes: readonly PastFinding[],
  findings: readonly Finding[],
): Say | null {
  if (cause === null) return null;
  const end = endedAt ?? Infinity;
  const past = episodes.find((one) => one.finding === cause && one.since <= end && (one.endedAt ?? Infinity) >= since);
  if (past !== undefined) return saidThen(past);
  const present = findings.find((finding) => finding.id === cause && finding.since <= end);
  return present?.say ?? plainly(nameOf(cause));
}

/** `nodes/not-ready|Node/nuc2` is "Node nuc2, not ready". */
function nameOf(id: string): string {
  const [check = '', subject = ''] = id.split('|');
  const [kind = '', ...name] = subject.split('/');
  const words = check.slice(check.indexOf('/') + 1).replaceAll('-', ' ');
  return name.length === 0 ? words : `${kind} ${name.join('/')}, ${words}`;
}
