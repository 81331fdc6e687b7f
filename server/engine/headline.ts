import { areas } from '#shared/area.ts';
import type { Headline, Tile } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { worse, type TileLevel } from '#shared/level.ts';
import { render, say, type Say, type SayContext } from '#shared/say.ts';
import { boundSay } from './bounded.ts';
import { isCalm } from './ranking.ts';
import { blindingRoots, rootOf } from './roots.ts';

const maxAlso = 3;

/**
 * What is said above all tiles: the root of the worst finding, or that all is good where we look. `ranked` holds all findings;
 * `still` what goes on being seen while the API is blind, which is said first beside a root that makes it so.
 */
export function makeHeadline(
  tiles: readonly Tile[],
  ranked: readonly Finding[],
  still: readonly Say[],
  context: SayContext,
): Headline {
  const level = tiles.reduce<TileLevel>((worst, tile) => worse(worst, tile.level), 'ok');
  const counts = { bad: 0, warn: 0, unknown: 0 };
  for (const tile of tiles) if (tile.level in counts) counts[tile.level as keyof typeof counts] += 1;
  const loud = ranked.filter((finding) => !isCalm(finding) && finding.level !== 'notice');
  const root = level === 'ok' || loud[0] === undefined ? undefined : rootOf(loud[0], ranked);
  if (root === undefined)
    return { level, ...told(quietSay(level, tiles, ranked), context), finding: null, also: [], counts };
  const others = loud.filter(({ id, cause }) => cause === null && id !== root.id).map((finding) => finding.say);
  const also = [...(blindingRoots(ranked).has(root.id) ? still : []), ...others].slice(0, maxAlso);
  return {
    level,
    ...told(rootSay(root), context),
    finding: root.id,
    also: also.map((each) => render(each, context)),
    ...(also.length === 0 ? {} : { alsoSay: also }),
    counts,
  };
}

function rootSay(root: Finding): Say {
  if (root.explains === 0) return root.say;
  return say(`${root.say.template}, and {andMore} more because of it`, { ...root.say.values, andMore: root.explains });
}

function quietSay(level: TileLevel, tiles: readonly Tile[], ranked: readonly Finding[]): Say {
  if (level !== 'ok') return say('Something is wrong');
  // What was seen is calm, and all the same not good.
  const seen = ranked.filter((finding) => isCalm(finding) && finding.level !== 'notice').length;
  if (seen > 0) return say('All good but for {seen} that {were} seen', { seen, were: seen === 1 ? 'was' : 'were' });
  const watched = tiles.filter((tile) => tile.level !== 'unwatched').length;
  if (watched === areas.length) return say('All good');
  if (watched === 0) return say('Nothing is watched');
  return watched === 1
    ? say('All good in the 1 area watched')
    : say('All good in the {watched} areas watched', { watched });
}

function told(what: Say, context: SayContext): { text: string; say: Say } {
  const { say, text } = boundSay(what, 500, context);
  return { say, text };
}
