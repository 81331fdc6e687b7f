import { formatClock } from '#shared/format.ts';
import type { TileLevel } from '#shared/level.ts';

/** Hours of the day in the wall's zone, from the first up to the other; across midnight if the first is the later. */
export interface Night {
  from: number;
  to: number;
}

/** How much darker a kiosk is: not at all, somewhat, or as much as what is calm may be. */
export type Dimming = 'none' | 'some' | 'deep';

/** When most houses sleep. */
const usual: Night = { from: 22, to: 6 };

/** Reads `?kiosk&night=21-7` of the address; the usual hours if nothing is asked for, or nothing that can be read. */
export function readNight(search: string): Night {
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(new URLSearchParams(search).get('night') ?? '') ?? [];
  const hours = { from: Number(from), to: Number(to) };
  return hours.from <= 24 && hours.to <= 24 ? hours : usual;
}

/** Dark at night, but never so that what is bad is hidden: that, and no contact, is as bright as by day. */
export function dimmingOf(now: number, timeZone: string, night: Night, level: TileLevel, lost: boolean): Dimming {
  const hour = Number(formatClock(now, timeZone).slice(0, 2));
  const { from, to } = night;
  const dark = from <= to ? hour >= from && hour < to : hour >= from || hour < to;
  if (!dark || lost || level === 'bad') return 'none';
  return level === 'warn' || level === 'unknown' ? 'some' : 'deep';
}
