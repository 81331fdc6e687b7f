// Long enough for any message worth showing; what is longer is not searched, so that a flood costs nothing.
const mostSearched = 20_000;

const secrets: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[hidden key]'],
  [/\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}/g, '[hidden token]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [hidden]'],
  [/(:\/\/)[^\s/@]*:[^\s/@]*@/g, '$1[hidden]@'],
  // Of GitHub, GitLab, Slack, and the token by which nodes join k3s and RKE2.
  [/\b(?:gh[a-z]_|github_pat_|glpat-|xox[a-z]-)[\w-]{10,}/g, '[hidden token]'],
  [/\bK10[0-9a-f]{20,}(?:::[^\s"']*)?/g, '[hidden token]'],
  [/((?:token|password|passwd|secret|api[-_]?key|[\w-]{0,60}-data)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi, '$1[hidden]'],
];

/**
 * A stranger's text (a server's answer, a plugin's complaint) as one line that can stand on the wall: without control and
 * direction characters, without anything that looks like a token, a key or a password, at most `limit` characters.
 */
export function sayable(text: string, limit = 300): string {
  const line = withoutSecrets(text)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\s]+/gu, ' ')
    .trim();
  if (line.length <= limit) return line;
  return `${line.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The first 20,000 characters of a text, without anything in it that looks like a token, a key or a password. */
export function withoutSecrets(text: string): string {
  return secrets.reduce((rest, [secret, instead]) => rest.replaceAll(secret, instead), text.slice(0, mostSearched));
}
