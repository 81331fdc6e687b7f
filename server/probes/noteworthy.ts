// A fact that stays the same is told again now and then, so that its times are not all too old.
const repeatMs = 30_000;

/** True if what `part` takes from a value differs from the last one told, or if that was told long ago. */
export function noteworthy<T>(part: (value: T) => unknown, clock: () => number): (value: T) => boolean {
  let told = '';
  let toldAt = -Infinity;
  return (value) => {
    const now = JSON.stringify(part(value));
    if (now === told && clock() - toldAt < repeatMs) return false;
    told = now;
    toldAt = clock();
    return true;
  };
}
