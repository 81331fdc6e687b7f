/** The small lines of an area's rows: loaded after the wall stands. */
export const loadSparkLine = () => import('./SparkLine.svelte');
