const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A time in ms in its two largest units: "40 s", "6 h 10 min", "6 d 3 h". */
export function lengthWords(ms: number): string {
  if (ms < minuteMs) return `${Math.floor(ms / 1_000)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  const [large, small, names] = ms < dayMs ? [hourMs, minuteMs, ['h', 'min']] : [dayMs, hourMs, ['d', 'h']];
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${names[0]}${rest === 0 ? '' : ` ${rest} ${names[1]}`}`;
}
