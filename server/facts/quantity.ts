/** Powers of ten: put behind the digits as they are, so that 3800m is 3.8 and not a little more. */
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const written = /^\+?(\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;

/** A quantity of the API (`250m`, `4Gi`, `1e3`, 2) as a number from 0 to `most`; null for all that is none. */
export function quantityOf(value: unknown, most: number): number | null {
  if (typeof value === 'number') return value >= 0 && value <= most ? value : null;
  const [, digits, exponent, suffix = ''] = (typeof value === 'string' && written.exec(value)) || [];
  if (digits === undefined) return null;
  const number = Number(`${digits}e${exponent ?? decimal[suffix] ?? 0}`) * (binary[suffix] ?? 1);
  return number <= most ? number : null;
}

/** More than any machine has: what is above is nonsense. */
export const mostCores = 1e6;
export const mostBytes = 1e18;
