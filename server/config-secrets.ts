import { withoutSecrets } from '#server/cluster/sayable.ts';

/**
 * A text of the owner's without what looks like a password or a token, as it may stand in a sentence on the wall:
 * `https://[hidden]@git.example/`. A name before the host goes too: tokens are written there.
 */
export function concealed(text: string): string {
  const at = passwordEnd(text);
  if (at === -1) return inOneLine(withoutSecrets(text));
  const scheme = text.indexOf('://');
  const start = scheme === -1 || scheme > at ? '' : text.slice(0, scheme + 3);
  return inOneLine(withoutSecrets(`${start}[hidden]${text.slice(at)}`));
}

/** What would begin another line of the log, or turn the direction of one. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/** The same for each word of a sentence that quotes what was written. */
export function concealedIn(sentence: string): string {
  return sentence.replaceAll(/\S+/g, concealed);
}

/** True if a text is an address with a name or password before the host. */
export function holdsPassword(text: string): boolean {
  return passwordEnd(text) !== -1;
}

/** Where the `@` behind it is, -1 if there is none: the last one, for a password may hold others that are not encoded, and any `/`. */
function passwordEnd(text: string): number {
  const at = text.lastIndexOf('@');
  const colon = text.indexOf(':');
  return colon !== -1 && colon < at ? at : -1;
}
