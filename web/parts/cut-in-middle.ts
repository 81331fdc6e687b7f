/** A text that is wider than `room` loses letters of its middle, since names differ at their beginning and at their end. `widthOf` and `room` in the same unit. */
export function cutInMiddle(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) return text;
  // By code points, so that none is cut in half; no name is read further than this.
  const letters = [...text.slice(0, 512)];
  const cut = (kept: number) =>
    `${letters.slice(0, Math.ceil(kept / 2)).join('')}…${letters.slice(letters.length - Math.floor(kept / 2)).join('')}`;
  let [fits, over] = [0, letters.length];
  while (over - fits > 1) {
    const half = Math.floor((fits + over) / 2);
    if (widthOf(cut(half)) <= room) fits = half;
    else over = half;
  }
  return cut(fits);
}
