/** The bars of an area, with the library that draws them: loaded after the wall stands. */
export const loadAreaBars = () => import('./AreaBars.svelte');
