/** Images by container. */
export type Images = Readonly<Record<string, string>>;

const mostTold = 3;

/** What has changed from `before` to `after` in words: "10.10 → 10.11"; "" if no container that both have runs another image. */
export function imageWords(before: Images, after: Images): string {
  const changed = Object.keys(after).filter((name) => name in before && before[name] !== after[name]);
  const several = Object.keys(after).length > 1;
  const told = changed.slice(0, mostTold).map((name) => {
    const change = changeWords(before[name] ?? '', after[name] ?? '');
    return several ? `${name} ${change}` : change;
  });
  const more = changed.length - told.length;
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** From tag to tag where the rest is the same, else in full. */
function changeWords(before: string, after: string): string {
  const [old, now] = [partsOf(before), partsOf(after)];
  if (old.name !== now.name) return `${old.whole} → ${now.whole}`;
  const tags = [old.tag, now.tag];
  if (tags[0] !== tags[1]) return `${tags[0] || shortDigest(old.digest)} → ${tags[1] || shortDigest(now.digest)}`;
  return `${shortDigest(old.digest)} → ${shortDigest(now.digest)}`;
}

function partsOf(image: string): { name: string; tag: string; digest: string; whole: string } {
  const [rest = '', digest = ''] = image.split('@', 2);
  const colon = rest.lastIndexOf(':');
  const tagged = colon > rest.lastIndexOf('/');
  const tag = tagged ? rest.slice(colon + 1) : digest === '' ? 'latest' : '';
  return { name: tagged ? rest.slice(0, colon) : rest, tag, digest, whole: digest === '' ? image : rest };
}

function shortDigest(digest: string): string {
  return digest === '' ? 'no digest' : digest.slice(0, 'sha256:'.length + 8);
}
