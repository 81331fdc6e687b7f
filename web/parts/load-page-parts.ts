import { loadedOnce } from './loaded-once.ts';

/** The table of all that an area looks at: loaded after the wall stands. */
export const loadAreaRows = loadedOnce(() => import('./AreaRows.svelte'));

/** What was found earlier, on the pages of areas and findings: loaded after the wall stands. */
export const loadPastFindings = loadedOnce(() => import('./PastFindings.svelte'));
