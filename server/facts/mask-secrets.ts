const masked = '***';

/** Names under which secrets stand, as a part of a longer one too: `DB_PASSWORD`, `x-api-key`, `clientSecret`. */
const secretWords =
  'passw(?:or)?d|passphrase|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|account[-_.]?key|credentials?';
/** What tells that only the place or the kind of a secret stands there. */
const noSecret = '(?![-_.]?(?:file|path|dir|name|ref|url|uri|type|length|expir))';
const secretName = `[\\w.-]{0,60}?(?:${secretWords})${noSecret}[\\w.-]{0,60}`;
/** In quotes, which stay and may be escaped (JSON within JSON), or up to the next gap. */
const quotedValues = [`(")(?:\\\\.|[^"\\\\\\n])+`, `(')(?:\\\\.|[^'\\\\\\n])+`, `(\\\\+["'])[^"'\\\\\\n]+`];
const plainValue = `(?:[^\\s"'\\\\,;&}\\])]|\\\\(?!["'nrt]))+`;
const value = `(?!\\*{3})(?:${[...quotedValues, plainValue].join('|')})`;
const assigned = `\\\\*["']?\\s{0,5}(?:=>|=|:(?!//))\\s{0,5}`;

/** What looks like a secret and what to write in its place, in this order. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // Keys: whole, cut off at the end, or only the end of one.
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}-----|$)/g, masked],
  [/^(?:[A-Za-z0-9+/=]{1,100}\r?\n){0,100}-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----/gm, masked],
  [/^[A-Za-z0-9+/]{64}$/gm, masked],
  // JSON web tokens, and tokens that say by their beginning what they are.
  [/\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)*/g, masked],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, masked],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|hvs\.|npm_|dckr_pat_|AIza|sk-)[\w.-]{16,}/g, masked],
  // Headers.
  [
    /\b((?:proxy-)?authorization\\*["']?\s*[:=]\s*\\*["']?(?:bearer|basic|digest|token|negotiate)\s+)[^\s"'\\]+/gi,
    `$1${masked}`,
  ],
  [
    /\b((?:proxy-)?authorization\\*["']?\s*[:=]\s*\\*["']?)(?!(?:bearer|basic|digest|token|negotiate)\s)[^\s"'\\]{12,}/gi,
    `$1${masked}`,
  ],
  [/\b((?:bearer|basic)\s+)(?=[A-Za-z._~+/-]*[\d=])[\w.~+/=-]{8,}/gi, `$1${masked}`],
  [/\b((?:set-)?cookie\\*["']?\s*[:=]\s*)[^\n"]+/gi, `$1${masked}`],
  // `://user:password@`: the name may stay.
  [/(:\/\/[^\s/:@"']{0,200}:)[^\s/"']{1,500}@/g, `$1${masked}@`],
  // `--password x`, then `password=x`, `"token": "x"`, `secret: x`.
  [new RegExp(`(--${secretName}\\s+)(?![-=:])${value}`, 'gi'), `$1$2$3$4${masked}`],
  [new RegExp(`(\\b${secretName}${assigned})${value}`, 'gi'), `$1$2$3$4${masked}`],
];

/**
 * The text with all that obviously is a secret replaced by `***`: passwords, tokens, keys, credentials in URLs and headers.
 * Rather too much than too little. What does not look like one, no pattern can find.
 */
export function maskSecrets(text: string): string {
  return patterns.reduce((rest, [secret, instead]) => rest.replaceAll(secret, instead), text);
}
