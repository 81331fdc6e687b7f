// A fact that stays the same is told again now and then, so that its times are not all too old.
const repeatMs = 30_000;

/** True if a value differs from the last one told by `same`, or if that was told long ago. */
export function noteworthy<T>(same: (told: T, value: T) => boolean, clock: () => number): (value: T) => boolean {
  let told: { value: T; at: number } | null = null;
  return (value) => {
    if (told !== null && same(told.value, value) && clock() - told.at < repeatMs) return false;
    told = { value, at: clock() };
    return true;
  };
}

/** True if both have the same fields, apart from those left out. */
export function sameBut<T extends object>(a: T, b: T, ...leftOut: (keyof T & string)[]): boolean {
  const text = (value: T) =>
    JSON.stringify(value, (key, part: unknown) => (leftOut.includes(key as never) ? null : part));
  return text(a) === text(b);
}
