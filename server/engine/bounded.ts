import { plainly, render, type Say, type SayContext } from '#shared/say.ts';

/** A sentence of at most `max` characters with its text: what is longer is cut, and then no longer rendered live. */
export function boundSay(say: Say, max: number, context: SayContext): { say: Say; text: string } {
  const text = render(say, context);
  if (text.length <= max) return { say, text };
  const cut = cutText(text, max);
  return { say: plainly(cut), text: cut };
}

/** `text` in at most `max` characters, with an ellipsis if something was cut; never half of a surrogate pair. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
