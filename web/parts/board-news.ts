import { areaTitles } from '#shared/area.ts';
import type { Board } from '#shared/board.ts';
import type { SayContext } from '#shared/say.ts';
import { toldSentence } from './told.ts';
import { levelWords } from './words.ts';

/**
 * What a listener is told when one board follows another: the headline if it speaks of something else or of another
 * level, and each area whose level is another. Empty where only figures and ages have changed.
 */
export function boardNews(before: Board, after: Board, context: SayContext): string {
  const { headline } = after;
  const other = before.headline.level !== headline.level || before.headline.finding !== headline.finding;
  const areas = after.tiles
    .filter(({ level }, i) => level !== before.tiles[i]?.level)
    .map(({ area, level }) => `${areaTitles[area]}: ${levelWords[level]}`);
  return [...(other ? [toldSentence(headline.say, context)] : []), ...areas].join('. ');
}
