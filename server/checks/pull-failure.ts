import { imageReference, registryName, wholeImage } from './image-reference.ts';
import { meaningOf, quoted, type Meanings } from './meanings.ts';

/** Why an image cannot be pulled. `missing-or-private`: registries do not tell strangers which. */
export type PullClass =
  | 'limited'
  | 'missing-or-private'
  | 'unauthorised'
  | 'unreachable'
  | 'untrusted'
  | 'platform'
  | 'disk-full'
  | 'missing'
  | 'name'
  | 'policy'
  | 'signature'
  | 'runtime'
  | 'unknown';

/** What a container runtime said when it could not pull an image. */
export interface PullSaid {
  /** `ErrImagePull`, `InvalidImageName`, `RegistryUnavailable`, ... */
  reason: string;
  message: string;
}

/** A failed pull in plain words. */
export interface PullFailure {
  kind: PullClass;
  /** `registry.example refuses connections`. */
  words: string;
  /** Which host it is about, with its port: not always the image's own, since there are mirrors. */
  host: string;
  scheme: 'https' | 'http';
}

/** Waiting reasons of a container whose image is not there. */
export const pullReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Reasons that say all themselves. */
const byReason: Meanings<PullClass> = [
  [/^InvalidImageName: .*must be lowercase/i, 'its name is not valid: it must be lower case', 'name'],
  [/^InvalidImageName: /, 'its name is not valid', 'name'],
  [/^ErrImageNeverPull: /, 'it is not on the node, and its pull policy is Never', 'policy'],
  [/^SignatureValidationFailed: /, 'its signature is not accepted', 'signature'],
  [/^ImageInspectError: /, "the node's container runtime cannot read it", 'runtime'],
];

/**
 * What containerd, CRI-O and Docker write, in this order: a limit hides in a failed login, a failed login in a refusal
 * to tell, and what is built for other processors only ends in "not found" like a tag that is not there.
 */
const byMessage: Meanings<PullClass> = [
  [/429 Too Many Requests|toomanyrequests|pull rate limit/i, "{registry}'s limit is used up", 'limited'],
  [/no basic auth credentials/i, '{registry} wants a login and got none', 'unauthorised'],
  [/fetch oauth token[^]*401 Unauthorized/i, '{registry} does not accept the login', 'unauthorised'],
  [
    /pull access denied|may require|insufficient_scope|resource is (?:denied|not authorized)|anonymous token[^]*\b40[13]\b/i,
    '{registry} says it is missing or private',
    'missing-or-private',
  ],
  [
    /401 Unauthorized|authorization failed|authentication required|\bunauthorized:/i,
    '{registry} wants a login that is missing or wrong',
    'unauthorised',
  ],
  [/403 Forbidden|\bdenied:/i, '{registry} does not allow it: it is private or missing', 'missing-or-private'],
  [/proxyconnect/i, 'the proxy that the node uses does not let it through', 'unreachable'],
  [/lookup (\S+?)(?: on \S+)?: no such host/i, "$1 is not known to the node's DNS", 'unreachable'],
  [/no such host/i, "{host} is not known to the node's DNS", 'unreachable'],
  [
    /lookup (\S+?)(?: on \S+)?: [^]*(?:timeout|refused|misbehaving|unreachable|try again|temporary failure)/i,
    "the node's DNS does not answer when asked for $1",
    'unreachable',
  ],
  [/connection refused/i, '{host} refuses connections', 'unreachable'],
  [/no route to host|network is unreachable/i, 'the node has no route to {host}', 'unreachable'],
  [
    /i\/o timeout|connection timed out|TLS handshake timeout|context deadline exceeded|Client\.Timeout/i,
    '{host} does not answer in time',
    'unreachable',
  ],
  [/\bEOF\b|connection reset|broken pipe/i, '{host} breaks the connection off', 'unreachable'],
  [/unexpected (?:HTTP )?status[^]*?\b(5\d\d)\b/i, '{host} answers with error $1', 'unreachable'],
  [/server misbehaving/i, "the node's DNS does not answer when asked for {host}", 'unreachable'],
  [/gave HTTP response to HTTPS client|first record does not look like/i, '{host} speaks no HTTPS', 'untrusted'],
  [/x509: .*current time \S+ is before/i, 'the certificate of {host} is not valid yet', 'untrusted'],
  [/x509: certificate has expired/i, 'the certificate of {host} has expired', 'untrusted'],
  [/x509: .*(?:unknown authority|self.signed)/i, 'the node does not trust the certificate of {host}', 'untrusted'],
  [/x509: .*(?:valid for|IP SANs|Common Name)/i, 'the certificate of {host} is for another name', 'untrusted'],
  [/x509:|\btls:/i, 'the certificate of {host} is not accepted', 'untrusted'],
  [/no space left on device/i, 'the disk of the node is full', 'disk-full'],
  [
    /no match(?:ing manifest)? for .*platform|no matching manifest|exec format error|no image found in .* for architecture/i,
    'it is not built for the processor of the node',
    'platform',
  ],
  [
    /code = NotFound|manifest[ _]unknown|name[ _]unknown|: not found["'.\s]*$/i,
    'there is no such tag or repository',
    'missing',
  ],
];

// What is remembered is the same object for as long as it is said, and judged each second.
const known = new WeakMap<PullSaid, { image: string; failure: PullFailure }>();

/** Why an image cannot be pulled, in plain words. `said` null: nobody says. */
export function pullFailure(image: string, said: PullSaid | null): PullFailure {
  const before = said === null ? undefined : known.get(said);
  if (before?.image === image) return before.failure;
  const failure = workOut(image, said);
  if (said !== null) known.set(said, { image, failure });
  return failure;
}

function workOut(image: string, said: PullSaid | null): PullFailure {
  const { host: own } = imageReference(image);
  const asked = askedHost(said?.message ?? '') ?? { scheme: 'https' as const, host: own };
  const meaning = said === null ? null : whatItMeans(image, said);
  const kind = meaning?.look ?? 'unknown';
  const words = meaning?.words ?? unknownWords(said);
  const isOwn = registryName(own) === registryName(asked.host);
  return {
    kind,
    words: words.replaceAll('{registry}', registryName(own)).replaceAll('{host}', registryName(asked.host)),
    host: isOwn ? own : asked.host,
    scheme: asked.scheme,
  };
}

/** What a waiting container says of its image; null if it only says that the kubelet waits for its next try. */
export function saidWhileWaiting({ reason, message }: PullSaid): PullSaid | null {
  if (reason !== 'ImagePullBackOff') return { reason, message };
  // From Kubernetes 1.32 the error before stands behind the line about waiting.
  const [, before = '', text = ''] = /^Back-off pulling image "[^"]*": (?:([A-Za-z]+): )?([^]+)$/.exec(message) ?? [];
  return text === '' ? null : { reason: pullReasons.has(before) ? before : 'ErrImagePull', message: text };
}

/** What an event says of a pull of this image, null if it is about something else. */
export function saidByEvent(image: string, message: string): PullSaid | null {
  const start = `Failed to pull image "${image}": `;
  return message.startsWith(start) ? { reason: 'ErrImagePull', message: message.slice(start.length) } : null;
}

const wrapping =
  /^(?:rpc error: code = \w+ desc = |(?:failed to pull and unpack|failed to pull|failed to resolve) (?:image|reference) "[^"]*": |failed to do request: |Error response from daemon: )/;

/** The message without what stands around its cause: the cause must be in what a wall has room for. */
export function pullCause(message: string): string {
  let text = message;
  while (wrapping.test(text)) text = text.replace(wrapping, '');
  return text;
}

function whatItMeans(image: string, { reason, message }: PullSaid) {
  const byItself = meaningOf(`${reason}: ${message}`, byReason);
  if (byItself !== null) return byItself;
  // Names of images and paths are strangers' words: "denied:1" or "eof" in them means nothing.
  const bare = [image, wholeImage(image)]
    .map((name) => (/[:/@]/.test(name) ? name : `"${name}"`))
    .reduce((text, name) => text.replaceAll(name, 'IMAGE'), message)
    .replaceAll(/https?:\/\/[^\s"]+/g, 'URL');
  const meaning = meaningOf(bare, byMessage);
  if (meaning !== null || reason !== 'RegistryUnavailable') return meaning;
  return { words: '{host} does not answer', look: 'unreachable' as const, name: '' };
}

function unknownWords(said: PullSaid | null): string {
  if (said === null) return 'why is not told';
  const cause = pullCause(said.message);
  return cause === '' ? `the node says ${quoted(said.reason)}` : `the node says ${quoted(cause, 120)}`;
}

/** Who was asked last: `Head "https://mirror.example/v2/web/manifests/1": ...`. */
function askedHost(message: string): { scheme: 'https' | 'http'; host: string } | null {
  const last = [...message.matchAll(/\b(https?):\/\/([^/"\s]+)\//g)].at(-1);
  return last === undefined ? null : { scheme: last[1] === 'http' ? 'http' : 'https', host: last[2] ?? '' };
}
