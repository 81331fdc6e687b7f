/** The small bars of an area's rows: loaded after the wall stands. */
export const loadSmallBars = () => import('./SmallBars.svelte');
