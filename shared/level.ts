/** How a verdict, a finding or a tile stands. A `notice` is listed and colours nothing. */
export type Level = 'ok' | 'notice' | 'warn' | 'bad' | 'unknown';

/** A tile never says `notice`; `absent` = nothing of the kind is installed, `unwatched` = not built yet or switched off. */
export type TileLevel = 'ok' | 'warn' | 'bad' | 'unknown' | 'absent' | 'unwatched';

const severity: Record<Level | TileLevel, number> = {
  bad: 5,
  warn: 4,
  unknown: 3,
  notice: 2,
  ok: 1,
  absent: 0,
  unwatched: 0,
};

/** Sorts the worst level first: bad > warn > unknown > notice > ok > absent, unwatched. */
export function byWorst(a: Level | TileLevel, b: Level | TileLevel): number {
  return severity[b] - severity[a];
}

/** The worse of two levels. */
export function worse<L extends Level | TileLevel>(a: L, b: L): L {
  return severity[b] > severity[a] ? b : a;
}
