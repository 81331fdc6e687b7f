/**
 * `{ startedAt }` if `at` is a moment before `now`, else nothing: objects carry dates of 1970 and of years to come,
 * which say nothing about when something began.
 */
export function startedAt(at: number | null, now: number): { startedAt?: number } {
  return at !== null && Number.isFinite(at) && at > 0 && at <= now ? { startedAt: at } : {};
}
