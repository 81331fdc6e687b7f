import * as v from 'valibot';
import { hostNameOf } from '#server/probes/host-name.ts';
import type { ConfiguredServer, TlsConfig } from '#server/probes/tls-config.ts';
import type { AuthorityFiles } from './config-authorities.ts';
import { parseHostPort, parsePort, parseResolver, trustOf, type Place } from './config-places.ts';
import { addressProblem } from './config-probe-target.ts';
import { flag, listOf, mapping, optional, quoted, section, told, written } from './config-values.ts';

/** The key about TLS servers: `certificates`. */
export function tlsEntries(files: AuthorityFiles) {
  return {
    certificates: section({
      discover: v.optional(written(flag, 'must be true or false'), true),
      kubelets: optional(
        written((input) => (typeof input === 'boolean' ? input : null), 'must be true or false'),
        null,
      ),
      servers: optional(listOf(server(files)), []),
      addresses: optional(addresses, []),
      resolver: optional(resolver, ''),
      authorities: optional(authoritiesIn(files), []),
    }),
  };
}

/** What `tlsEntries` read. */
export type TlsPart = Omit<TlsConfig, 'kubelets'> & { kubelets: boolean | null };

/** All of it as what is looked at, with those that are `asked` for another reason; kubelets unless told otherwise only where the wall reaches them for their figures too. */
export function tlsConfigOf(
  { kubelets, servers, ...rest }: TlsPart,
  asked: readonly ConfiguredServer[],
  kubeletsReached: boolean,
): TlsConfig {
  return { ...rest, kubelets: kubelets ?? kubeletsReached, servers: [...servers, ...asked] };
}

/** A DNS server by its address. */
export const resolver = written(
  parseResolver,
  'is no address of a DNS server: write it like 10.0.0.53 or 10.0.0.53:5353',
);

const hostShould = 'is neither a DNS name nor an address (without port and https://)';
/** A DNS name or an address, without brackets. */
export const address = written(
  (input) => (typeof input === 'string' ? hostNameOf(input) : null),
  (input) => addressProblem(input, hostShould),
);

const targetShould = 'is not host:port: write it like git.example, 10.0.0.10:2379 or [fd00::10]:2379';

/** `10.0.0.10:2379`, or the same with more to say of it. */
function server(files: AuthorityFiles): v.GenericSchema<unknown, ConfiguredServer> {
  const short = v.pipe(
    written(
      (input) => (typeof input === 'string' ? parseHostPort(input) : null),
      (input) => addressProblem(input, targetShould),
    ),
    v.transform((place) => configured('certificates.servers', place)),
  );
  const long = v.pipe(
    mapping({
      host: address,
      port: optional(written(parsePort, 'must be a number from 1 to 65535'), 443),
      address: optional(address, ''),
      serverName: optional(address, ''),
      trust: optional(written(parseTrust, 'must be system or cluster'), null),
      authorities: optional(authoritiesIn(files), []),
    }),
    v.transform(({ host: name, port, trust, ...rest }) => {
      const usual = configured('certificates.servers', { host: name, port });
      return { ...usual, ...rest, trust: trust ?? usual.trust };
    }),
  );
  return v.lazy((input) => (typeof input === 'object' && input !== null ? long : short));
}

function parseTrust(input: unknown): ConfiguredServer['trust'] | null {
  return input === 'system' || input === 'cluster' ? input : null;
}

/** A server as the configuration names it, with nothing said but where it is. */
export function configured(namedAs: string, { host: name, port }: Place): ConfiguredServer {
  return { namedAs, host: name, port, address: '', serverName: '', authorities: [], trust: trustOf(port) };
}

/** `{ "git.example": 10.0.0.5 }` in the order of the file. */
const addresses: v.GenericSchema<unknown, TlsConfig['addresses']> = v.pipe(
  v.custom<Record<string, unknown>>(
    (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
    ({ input }) => `${quoted(input)} must be a group of hosts, each with its address, such as "git.example": 10.0.0.5`,
  ),
  v.rawTransform(({ dataset, addIssue }) =>
    Object.entries(dataset.value).map(([key, value]) => {
      const path: [v.IssuePathItem] = [{ type: 'object', origin: 'value', input: dataset.value, key, value }];
      const name = hostNameOf(key.replace(/^\*\./, ''));
      const address = typeof value === 'string' ? hostNameOf(value) : null;
      if (name === null) addIssue({ message: `${quoted(key)} is no host, nor one like "*.home.example"`, path });
      else if (address === null) addIssue({ message: addressProblem(value, hostShould), path });
      return { host: `${key.startsWith('*.') ? '*.' : ''}${name}`, address: address ?? '' };
    }),
  ),
) as never;

/** PEM of one file or a list of them. */
export function authoritiesIn(files: AuthorityFiles): v.GenericSchema<unknown, readonly string[]> {
  const file = told((input) => readFile(input, files));
  const all = v.pipe(
    listOf(file),
    v.transform((each) => each.flat()),
  );
  return v.lazy((input) => (Array.isArray(input) ? all : file));
}

function readFile(input: unknown, files: AuthorityFiles): { value: readonly string[] } | { problem: string } {
  if (typeof input !== 'string' || input === '' || input.includes('\0'))
    return { problem: `${quoted(input)} must be the name of a file` };
  // Nothing of it may be told: it may be a key.
  if (input.includes('-----BEGIN')) return { problem: 'holds PEM itself: it must be the name of a file' };
  const found = files.read(input);
  return 'problem' in found ? { problem: `${quoted(input)} ${found.problem}` } : { value: found.pem };
}
