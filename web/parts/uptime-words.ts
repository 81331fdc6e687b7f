import type { Uptime } from '#shared/history.ts';
import { lengthWords } from './length-words.ts';

/** 0..100, never rounded up: "100 %" means that it never failed. "99.98 %", "97.1 %". */
export function uptimePercent(percent: number): string {
  const decimals = percent >= 99 ? 100 : 10;
  return `${Math.floor(percent * decimals + 1e-9) / decimals} %`;
}

/** True if a window was watched nearly whole, so that it can be named without saying how much of it was. */
export function isWhole({ watchedMs, windowMs }: Uptime): boolean {
  return watchedMs > 0.995 * windowMs;
}

/** "99.2 % of 6 d 3 h watched · failing for 40 min · unknown for 2 h". */
export function uptimeWords(uptime: Uptime): string {
  const { percent, watchedMs, badMs, unknownMs } = uptime;
  const share = percent === null ? 'not watched' : uptimePercent(percent);
  const parts = [
    percent === null || isWhole(uptime) ? share : `${share} of ${lengthWords(watchedMs)} watched`,
    badMs > 0 && `failing for ${lengthWords(badMs)}`,
    unknownMs > 0 && `unknown for ${lengthWords(unknownMs)}`,
  ];
  return parts.filter((part) => part !== false).join(' · ');
}
