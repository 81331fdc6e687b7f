import { needsLinkLocal, type ProbeTarget } from './config-probe-target.ts';
import type { Checked } from './config-values.ts';

type Way = ProbeTarget['is'];

const schemes: Record<Way, string> = {
  http: 'https:// and http://',
  tcp: 'tcp://',
  dns: 'dns://',
  host: 'host://',
};

/** With which URLs a key makes sense; what is not here makes sense with all. */
const keysOf: Readonly<Record<string, readonly Way[]>> = {
  ...Object.fromEntries(
    [...['method', 'headers', 'status', 'text', 'absent', 'json'], ...['redirects', 'authorities', 'verify']].map(
      (key) => [key, ['http']],
    ),
  ),
  address: ['http', 'tcp', 'host'],
  linkLocal: ['http', 'tcp', 'host'],
  addresses: ['dns'],
  ports: ['host'],
};

/** How many redirects are followed: 5 for true, none for false; null if it is neither these nor a number up to 10. */
export function redirectsOf(input: unknown): number | null {
  if (typeof input === 'boolean') return input ? 5 : 0;
  return Number.isInteger(input) && (input as number) >= 0 && (input as number) <= 10 ? (input as number) : null;
}

/** What is written of a probe and makes no sense with its URL or method. */
export function checkKeys({ dataset, addIssue }: Checked): void {
  const input = dataset.value as Record<string, unknown>;
  const target = targetIn(input['url']);
  const tell = (key: string, message: string) => {
    addIssue({ message, path: [{ type: 'object', origin: 'key', input, key, value: input[key] }] });
  };
  const isWritten = (key: string) => input[key] !== null && input[key] !== undefined;
  if (target === null) return;
  for (const [key, ways] of Object.entries(keysOf)) {
    if (!isWritten(key) || ways.includes(target.is)) continue;
    tell(key, `makes no sense with ${schemes[target.is]}: it is for ${ways.map((way) => schemes[way]).join(', ')}`);
  }
  if (input['method'] === 'HEAD')
    for (const key of ['text', 'absent', 'json'].filter(isWritten))
      tell(key, 'cannot be looked for with method HEAD, whose answers have no body');
  const places = [target.is === 'dns' ? '' : target.host, input['address']];
  for (const place of places)
    if (typeof place === 'string' && place !== '' && input['linkLocal'] !== true && needsLinkLocal(place))
      tell(place === input['address'] ? 'address' : 'url', forbidden(place));
}

function forbidden(place: string): string {
  return `${place} is an address of the link, of nobody or of many: it is asked only with linkLocal: true`;
}

/** Null where the URL was not understood. */
function targetIn(url: unknown): ProbeTarget | null {
  return typeof url === 'object' && url !== null && 'is' in url ? (url as ProbeTarget) : null;
}
