import type { Moment } from '#shared/history.ts';
import { acknowledgedParts } from '#shared/meaning-words.ts';
import { levelWords } from './words.ts';

/** What kind of moment it is, in a word beside its time: colour alone never tells it. */
const momentWords: Record<Exclude<Moment['kind'], 'incident-begin'>, string> = {
  reboot: 'reboot',
  version: 'version',
  cordon: 'node',
  'node-added': 'node',
  'node-gone': 'node',
  image: 'new image',
  scale: 'scale',
  moved: 'moved',
  'incident-end': 'good again',
  acknowledged: 'seen',
  'other-cluster': 'cluster',
  start: 'wall',
  stop: 'wall',
};

/** The word of a moment and what it tells: a warning that began is not called failing, and what somebody said of a finding comes first. */
export function toldAs({ kind, level, text }: Pick<Moment, 'kind' | 'level' | 'text'>): { word: string; text: string } {
  if (kind === 'incident-begin') return { word: levelWords[level ?? 'bad'], text };
  if (kind !== 'acknowledged') return { word: momentWords[kind], text };
  const [sentence, meant] = acknowledgedParts(text);
  return { word: meant === '' ? momentWords[kind] : meant, text: sentence };
}

/** A moment with how many of the same kind came right with it. */
export interface ToldMoment extends Moment {
  others: number;
}

/** What one roll-out or one drained node brings about in many workloads: the first is told and the others are counted. */
const inSwarms: readonly Moment['kind'][] = ['image', 'scale', 'moved'];
/** Of a swarm each is no further than this from the one before. */
const togetherMs = 5 * 60_000;
/** Two are told, more are counted. */
const fewest = 3;

/** Moments, oldest first, with swarms of one kind told as one. */
export function toldMoments(moments: readonly Moment[]): ToldMoment[] {
  const groups: Moment[][] = [];
  for (const moment of moments) {
    const group = inSwarms.includes(moment.kind)
      ? groups.findLast(([first]) => first?.kind === moment.kind)
      : undefined;
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && moment.at - last.at <= togetherMs) group.push(moment);
    else groups.push([moment]);
  }
  return groups
    .flatMap((group): ToldMoment[] => {
      const [first, ...others] = group;
      if (first === undefined) return [];
      if (group.length < fewest) return group.map((moment) => ({ ...moment, others: 0 }));
      return [{ ...first, others: others.length }];
    })
    .sort((a, b) => a.at - b.at);
}
