import { say, type Say } from '#shared/say.ts';
import { calmNumber } from './calm-figures.ts';
import { shorten } from './shorten.ts';

const most = 3;

/** The three that have most: "jellyfin 3.2 GB, gitea 1.1 GB". Null if nobody has anything. */
export function largest(all: readonly { name: string; bytes: number }[]): Say | null {
  const named = all
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .slice(0, most);
  if (named.length === 0) return null;
  return say(
    named.map((_, i) => `{name${i}} {bytes${i}:bytes}`).join(', '),
    Object.fromEntries(
      named.flatMap(({ name, bytes }, i) => [
        [`name${i}`, shorten(name, 60)],
        [`bytes${i}`, calmNumber(bytes)],
      ]),
    ),
  );
}
