import * as v from 'valibot';
import { withoutSecrets } from '#server/cluster/sayable.ts';
import { concealed } from './config-secrets.ts';
import { referenceShould, type SecretReferences } from './config-secret-references.ts';
import { quoted, told } from './config-values.ts';

/** Headers whose values are secret, in lower case. */
const secretHeaders: ReadonlySet<string> = new Set([
  ...['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'api-key', 'apikey', 'dd-api-key', 'x-key'],
  ...['x-api-key', 'x-auth-key', 'x-functions-key', 'x-master-key', 'ocp-apim-subscription-key', 'x-goog-api-key'],
  ...['cf-access-client-id', 'x-amz-security-token', 'x-vault-token', 'private-token', 'x-plex-token'],
]);
/** And those that say so themselves. */
const soundsSecret =
  /(?:^|[-_])(?:\w*token|secret|passw(?:or)?d|api[-_]?key|auth|credentials?|session(?:[-_]?id)?)(?:$|[-_])/;

/** What the wall or HTTP itself says, with the reason why nobody else can. */
const ownHeaders: Readonly<Record<string, string>> = {
  host: 'is the host of url: to connect to another machine for it, write address',
  'content-length': 'follows from what is sent',
  'accept-encoding': 'is what the wall can unpack',
  ...Object.fromEntries(
    [
      ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect'],
      'http2-settings',
    ].map((name) => [name, 'belongs to the connection, not to the question']),
  ),
};

const mostHeaders = 30;
const longestName = 100;
const longestValue = 8_192;

/** `{ Accept: text/html, Authorization: { env: TOKEN } }` as they are sent; each that is wrong is an issue of its own. */
export function headers(secrets: SecretReferences): v.GenericSchema<unknown, Readonly<Record<string, string>>> {
  const group = v.pipe(
    v.custom<Record<string, unknown>>(
      (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
      ({ input }) => `${quoted(input)} must be a group of headers, each with its value, such as Accept: text/html`,
    ),
    v.rawTransform<Record<string, unknown>, Readonly<Record<string, string>>>(({ dataset, addIssue }) => {
      const seen = new Set<string>();
      const pairs = Object.entries(dataset.value).map(([key, value]) => {
        const read = headerOf(key, value, seen, secrets);
        seen.add(key.toLowerCase());
        const path: [v.IssuePathItem] = [{ type: 'object', origin: 'value', input: dataset.value, key, value: null }];
        if ('problem' in read) addIssue({ message: read.problem, path });
        return [key, 'problem' in read ? '' : read.value] as const;
      });
      return Object.fromEntries(pairs);
    }),
  ) as v.GenericSchema<unknown, Readonly<Record<string, string>>>;
  const tooMany = told<Readonly<Record<string, string>>>(() => ({
    problem: `there are too many headers: at most ${mostHeaders}`,
  }));
  return v.lazy((input) => {
    const isTooLarge = typeof input === 'object' && input !== null && Object.keys(input).length > mostHeaders;
    return isTooLarge ? tooMany : group;
  });
}

function headerOf(
  key: string,
  value: unknown,
  seen: ReadonlySet<string>,
  secrets: SecretReferences,
): { value: string } | { problem: string } {
  const name = key.toLowerCase();
  if (key.length > longestName || !/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name))
    return { problem: 'is no name of a header' };
  if (seen.has(name)) return { problem: `${concealed(name)} is already there: capitals make no other header` };
  const own = ownHeaders[name];
  if (own !== undefined) return { problem: `cannot be set: it ${own}` };
  const isReference = typeof value === 'object' && value !== null;
  if (isReference || secretHeaders.has(name) || soundsSecret.test(name)) return sendable(secrets.read(value));
  if (typeof value !== 'string')
    return { problem: `${quoted(value)} must be a text (in quotes if it looks like a number)` };
  if (withoutSecrets(value) !== value) return { problem: `looks like a password or token: ${referenceShould}` };
  return sendable({ value });
}

/** Nothing of the value is told: it may be secret. */
function sendable(read: { value: string } | { problem: string }): { value: string } | { problem: string } {
  if ('problem' in read) return read;
  if (/[\r\n]/.test(read.value)) return { problem: 'holds more than one line, which no header can' };
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(read.value)) return { problem: 'holds characters that no header can' };
  if (read.value.length > longestValue) return { problem: `is longer than ${longestValue} characters` };
  return read;
}
