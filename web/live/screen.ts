import { MediaQuery } from 'svelte/reactivity';

/** A narrow screen gets the list instead of the wall. */
export const phone = new MediaQuery('width < 700px');
/** High enough to explain a warning beside the ten tiles. */
export const tall = new MediaQuery('height >= 700px');

/** How many points a chart has room for: half as many as a phone has pixels; on a screen two stand side by side, and three pixels are not seen apart. */
export function pointsOfScreen(): number {
  if (innerWidth < 700) return 180;
  return innerWidth < 2_500 ? 288 : 480;
}
