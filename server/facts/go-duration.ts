const unitMs: Readonly<Record<string, number>> = {
  ...{ ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 },
};
const written = /^(?:\d{1,15}(?:\.\d{0,15})?(?:ns|us|µs|μs|ms|s|m|h)){1,8}$/;
const part = /(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g;
/** A thousand years: what is longer is nonsense. */
const mostMs = 1_000 * 366 * 86_400_000;

/** A duration as Go writes it (`720h0m0s`, `1m5.3s`, `0s`) in ms; null for all that is none, is negative or longer than a thousand years. */
export function goDurationOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 100) return null;
  if (value === '0') return 0;
  if (!written.test(value)) return null;
  const ms = [...value.matchAll(part)].reduce((sum, [, digits, unit]) => sum + Number(digits) * unitMs[unit!]!, 0);
  return ms <= mostMs ? ms : null;
}
