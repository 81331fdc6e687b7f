import type { Area } from '#shared/area.ts';
import type { Finding } from '#shared/finding.ts';
import type { Moment } from '#shared/history.ts';

/** A moment as a line across a chart. `level` colours it, `here`: it is what the page speaks of. */
export interface Mark {
  at: number;
  text: string;
  level?: 'bad' | 'warn';
  here?: true;
  /** A finding began. */
  begin?: true;
}

/** More lines than these would be a curtain: the latest are drawn. */
const mostMarks = 60;

/** What happens to the cluster or the wall and may show in any chart. */
const everywhere: Moment['kind'][] = ['version', 'other-cluster', 'start', 'stop'];
/** What happens to one node: it may show in every chart but those of other nodes. */
const ofNodes: Moment['kind'][] = ['reboot', 'cordon', 'node-added', 'node-gone'];
const ofWorkloads: Moment['kind'][] = ['image', 'scale', 'moved'];
const ofFindings: Moment['kind'][] = ['incident-begin', 'incident-end', 'acknowledged'];

/** The moments that may explain what a series shows, oldest first; those of other subjects and areas are left out. */
export function momentMarks(moments: readonly Moment[], series: string): Mark[] {
  const area = series.split('/')[0] as Area;
  const subject = series.split('|')[1] ?? '';
  const name = /\|.*?([^/|]+)$/.exec(series)?.[1] ?? null;
  return moments
    .filter((moment) => mayShow(moment, area, name) && !isOfAnother(moment, subject))
    .slice(-mostMarks)
    .map(({ at, text, level, kind }) => ({
      at,
      text,
      ...(level === 'bad' || level === 'warn' ? { level } : {}),
      ...(kind === 'incident-begin' ? { begin: true as const } : {}),
    }));
}

/** Where the finding that a page speaks of began. */
export function beginMark({ since, atLeast, level }: Pick<Finding, 'since' | 'atLeast' | 'level'>): Mark {
  const text = atLeast ? 'so when first seen' : 'it began';
  return { at: since, text, here: true, ...(level === 'bad' || level === 'warn' ? { level } : {}) };
}

function mayShow({ kind, text, finding }: Moment, area: Area, name: string | null): boolean {
  // One of the cluster names no node.
  const ofNode = ofNodes.includes(kind) || (kind === 'version' && text.includes(' kubelet '));
  if (everywhere.includes(kind) && !ofNode) return true;
  const named = name === null || naming(text, name) || (finding !== undefined && naming(finding, name));
  if (ofNode) return area !== 'nodes' || named;
  if (ofWorkloads.includes(kind)) return area === 'workloads' && named;
  return ofFindings.includes(kind) && finding?.startsWith(`${area}/`) === true && named;
}

/** True of a finding about another subject of the same kind: a claim of the same name in another namespace. */
function isOfAnother({ finding }: Moment, subject: string): boolean {
  const about = finding?.split('|')[1] ?? '';
  return about !== '' && subject !== '' && about !== subject && about.split('/')[0] === subject.split('/')[0];
}

/** True if the name stands in the text as a whole: nuc1 is not named by nuc10. */
function naming(text: string, name: string): boolean {
  const at = text.indexOf(name);
  if (at < 0) return false;
  const part = /[\w.-]/;
  const [before, after] = [text[at - 1] ?? ' ', text[at + name.length] ?? ' '];
  return (!part.test(before) && !part.test(after)) || naming(text.slice(at + name.length), name);
}
