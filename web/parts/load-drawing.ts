import { loadAreaBars } from './load-area-bars.ts';

/** What draws charts: the library with it, which is loaded after the wall stands. */
export const loadDrawing = () => import('./draw-chart.ts');

/** Fetches it when the page has nothing else to do, so that the first chart that is opened stands at once. */
export function loadDrawingWhenIdle(): void {
  const load = () =>
    void Promise.all([loadDrawing(), loadAreaBars()]).catch((error: unknown) =>
      console.warn('Charts cannot be loaded yet.', error),
    );
  // Not every browser tells when it is idle.
  if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: 10_000 });
  else setTimeout(load, 3_000);
}
