/** From 0 to `max` days, or percent, with a mark at each `step`; `unit` stands behind its figures. */
export interface BarsAxis {
  max: number;
  step: number;
  unit?: string;
}

/** Lengths that people think in: days, weeks, months, years. */
const steps = [1, 2, 7, 14, 30, 60, 90, 180, 365, 730];
/** More marks than these stand in each other's way on a phone. */
const mostMarks = 4;

/** The axis that shows so many days, and never goes further than `mostDays`. */
export function daysAxis(longest: number, mostDays: number): BarsAxis {
  const reach = Math.max(1, Math.min(longest, mostDays));
  const step = steps.find((each) => reach / each <= mostMarks) ?? Math.ceil(reach / mostMarks);
  return { max: Math.min(mostDays, Math.ceil(reach)), step };
}
