/** From 0 to 1, the same for the same key (FNV-1a): by it each has its place in the round, so that not all are asked at the same moment. */
export function placeOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193) >>> 0;
  return hash / 2 ** 32;
}
