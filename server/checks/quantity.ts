/** Twice a memory quantity as an owner would write it: `16Mi` gives `32Mi`. Null for what is none. */
export function doubled(quantity: string): string | null {
  const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)([kKMGTPE]i?)?$/.exec(quantity) ?? [];
  const value = Number(digits) * 2;
  return digits === undefined || value === 0 ? null : `${Number(value.toFixed(6))}${unit}`;
}
