/** True if the name is a time zone that Node knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The system's own zone, UTC where it has none that can be used. */
export function systemTimeZone(): string {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone as string | undefined;
  return own !== undefined && isTimeZone(own) ? own : 'UTC';
}

/** Epoch ms of `2026-12-24` (its first moment in the zone) or of `2026-12-24T18:00:00Z`; null if it is neither. */
export function parseMoment(text: string, timeZone: string): number | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day === null) return /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) ? valid(Date.parse(text)) : null;
  const utc = valid(Date.parse(`${text}T00:00:00Z`));
  if (utc === null || new Date(utc).getUTCDate() !== Number(day[3])) return null;
  return startOfDay(utc, timeZone);
}

function valid(ms: number): number | null {
  return Number.isNaN(ms) ? null : ms;
}

// Twice, since the offset at midnight UTC may not be the one at the zone's own midnight (a change of summer time).
function startOfDay(utc: number, timeZone: string): number {
  const first = utc - offsetMs(utc, timeZone);
  return utc - offsetMs(first, timeZone);
}

function offsetMs(at: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const found = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (found === null) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
}
