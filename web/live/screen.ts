import { MediaQuery } from 'svelte/reactivity';

/** A narrow screen gets the list instead of the wall. */
export const phone = new MediaQuery('width < 700px');
/** High enough to explain a warning beside the ten tiles. */
export const tall = new MediaQuery('height >= 700px');
