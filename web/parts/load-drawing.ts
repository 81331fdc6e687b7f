import { loadAreaBars } from './load-area-bars.ts';
import { loadAreaRows, loadPastFindings } from './load-page-parts.ts';

/** What draws charts: the library with it, which is loaded after the wall stands. */
export const loadDrawing = () => import('./draw-chart.ts');

/** Fetches it, and what else pages need, when there is nothing else to do, so that the first that is opened stands at once. */
export function loadDrawingWhenIdle(): void {
  const load = () =>
    void Promise.all([loadDrawing(), loadAreaBars(), loadAreaRows(), loadPastFindings()]).catch((error: unknown) =>
      console.warn('Charts and pages cannot be loaded whole yet.', error),
    );
  // Not every browser tells when it is idle.
  if ('requestIdleCallback' in window) requestIdleCallback(load, { timeout: 10_000 });
  else setTimeout(load, 3_000);
}
