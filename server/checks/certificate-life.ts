import { duration, percent } from '#server/engine/setting.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Lives up to this are short: Let's Encrypt's 90 days, and what lasts days or hours. */
export const shortLifeMs = 100 * day;

/** From when on a certificate is said to end, as settings of a check: by time left, for short lives by the part that is left. */
export const lifeSettings = {
  warn: duration(30 * day, 'so much left is a warning, for lives of over 100 days'),
  bad: duration(7 * day, 'so much left is bad, for lives of over 100 days'),
  shortWarn: percent(25, 'this part of the life left is a warning, for lives of up to 100 days'),
  shortBad: percent(10, 'this part of the life left is bad, for lives of up to 100 days'),
};

/** Values of `lifeSettings`. */
export type LifeLimits = Record<keyof typeof lifeSettings, number>;

/** From when to when something is valid, epoch ms; null where it is not known. */
export interface Life {
  notBefore: number | null;
  notAfter: number | null;
}

/** How long it is valid in all (ms), null where a date is missing or the dates are the wrong way round. */
export function wholeLife({ notBefore, notAfter }: Life): number | null {
  return notBefore === null || notAfter === null || notBefore >= notAfter ? null : notAfter - notBefore;
}

/** True if its whole life is known to be a short one. */
export function isShort(life: Life): boolean {
  const whole = wholeLife(life);
  return whole !== null && whole <= shortLifeMs;
}

/** How bad it is that so little is left of it; what has ended is bad, and what has no end is `ok`. */
export function endingLevel(life: Life, now: number, limits: LifeLimits): 'ok' | 'warn' | 'bad' {
  if (life.notAfter === null) return 'ok';
  const left = life.notAfter - now;
  const whole = isShort(life) ? wholeLife(life) : null;
  const [warn, bad] =
    whole === null ? [limits.warn, limits.bad] : [(whole * limits.shortWarn) / 100, (whole * limits.shortBad) / 100];
  if (left <= bad) return 'bad';
  return left <= warn ? 'warn' : 'ok';
}

/** The limits where nothing is configured, for the figure and for what else depends on how near an end is. */
export const usualLimits: LifeLimits = {
  warn: lifeSettings.warn.default,
  bad: lifeSettings.bad.default,
  shortWarn: lifeSettings.shortWarn.default,
  shortBad: lifeSettings.shortBad.default,
};

/**
 * Time that is left, in steps that do not tick on the page: whole days, below two of them whole hours, then ten minutes.
 * Rounded down, but for the last ten minutes, of which nothing finer is said.
 */
export function calmLeft(ms: number): number {
  const step = ms >= 2 * day ? day : ms >= 90 * minute ? hour : 10 * minute;
  return Math.max(10 * minute, Math.floor(ms / step) * step);
}
