import { isRangeChoice, type RangeName } from '#web/parts/chart-range.ts';

const key = 'clusterwall-range';

/** The range that the charts of all pages show, kept for as long as the tab is open; a kiosk begins anew with every page. */
export class ChosenRange {
  range = $state<RangeName>('24h');
  readonly #kept: Storage | null;

  constructor(kept: Storage | null) {
    this.#kept = kept;
    const before = kept?.getItem(key) ?? null;
    if (isRangeChoice(before)) this.range = before;
  }

  choose(range: RangeName): void {
    this.range = range;
    this.#kept?.setItem(key, range);
  }

  /** Another page was opened on a screen where nobody knows what the last one looked at. */
  reset(): void {
    this.range = '24h';
  }
}

/** What the tab may keep; null where the browser forbids it. */
export function keptByTab(): Storage | null {
  try {
    return sessionStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
