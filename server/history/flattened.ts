import type { Stretch } from '#shared/history.ts';

/**
 * Stretches by their begin, none over another: where a clock was set back two of them may tell of the same time, and then the
 * one that began later counts while it lasts.
 */
export function flattened(stretches: readonly Stretch[]): Stretch[] {
  const flat: Stretch[] = [];
  for (const stretch of stretches) {
    const last = flat.at(-1);
    if (last === undefined || endOf(last) <= stretch.from) {
      flat.push(stretch);
      continue;
    }
    const covered: Stretch[] = [];
    while (flat.length > 0 && endOf(flat.at(-1)!) > stretch.from) covered.unshift(flat.pop()!);
    for (const each of covered) if (each.from < stretch.from) flat.push({ ...each, to: stretch.from });
    flat.push(stretch);
    if (stretch.to === null) continue;
    for (const each of covered) {
      if (endOf(each) > stretch.to) flat.push({ ...each, from: Math.max(each.from, stretch.to) });
    }
  }
  return flat;
}

function endOf({ to }: Stretch): number {
  return to ?? Infinity;
}
