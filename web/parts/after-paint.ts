/**
 * Runs it when what has changed until now is on the screen: after the frame that shows it, in the time of the next. At once
 * where nothing is painted.
 */
export function afterPaint(run: () => void): void {
  if (!('requestAnimationFrame' in globalThis)) run();
  else requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(run)));
}
