import * as v from 'valibot';
import type { ConfiguredRegistry, RegistriesConfig } from '#server/probes/registry-config.ts';
import type { ConfiguredServer, TlsConfig } from '#server/probes/tls-config.ts';
import { addressFor } from '#server/probes/wanted-servers.ts';
import { namedList, ownName, type LineOf } from './config-named-list.ts';
import { checkPeriods, periodEntries, periodsOf, type Periods } from './config-periods.ts';
import { parseHostPort, parseUrl, type Place } from './config-places.ts';
import { addressProblem } from './config-probe-target.ts';
import type { References } from './config-references.ts';
import type { SecretReferences } from './config-secret-references.ts';
import { address, authoritiesIn, configured, resolver } from './config-tls.ts';
import {
  flag,
  mapping,
  oneOf,
  oneOrMore,
  optional,
  section,
  text,
  told,
  written,
  type Checked,
} from './config-values.ts';

const usual: Periods = { everyMs: 10_000, timeoutMs: 4_000, slowMs: 4_000 };
const mostRegistries = 50;
const trueOrFalse = written(flag, 'must be true or false');

/** The keys about registries of images: `registries` and `registry`. */
export function registryEntries(references: References, lineOf: LineOf) {
  const list = { key: 'registries', what: 'registry', most: mostRegistries, lineOf };
  return {
    registries: optional(namedList(registry(references), list), []),
    registry: section({ discover: v.optional(trueOrFalse, true), images: v.optional(trueOrFalse, true) }),
  };
}

function registry({ authorities, secrets }: References) {
  return v.pipe(
    mapping({
      name: ownName,
      url: told(parseRegistry),
      kind: optional(oneOf(['v2', 'harbor']), 'v2'),
      user: optional(user(secrets), null),
      password: optional(told(secrets.read), null),
      authorities: optional(authoritiesIn(authorities), []),
      address: optional(address, ''),
      resolver: optional(resolver, ''),
      verify: optional(trueOrFalse, true),
      mirrors: optional(oneOrMore(imageHost, 50), []),
      ...periodEntries,
      images: optional(trueOrFalse, true),
    }),
    v.rawCheck((context) => checkPeriods(context)),
    v.rawCheck((context) => checkLogin(context)),
  );
}

const registryShould =
  'is no URL of a registry: write it like https://registry.example or https://registry.example:5000, without path and password';

/** Where a registry is; `url` without a path. */
function parseRegistry(input: unknown): { value: Place & { url: string; secure: boolean } } | { problem: string } {
  const place = parseUrl(input);
  if (place === null) return { problem: addressProblem(input, registryShould) };
  const { origin, pathname, search, hash } = new URL(input as string);
  const isBare = pathname === '/' && search === '' && hash === '';
  return isBare ? { value: { ...place, url: origin } } : { problem: addressProblem(input, registryShould) };
}

/** A name as it is, or from a file or the environment as a password. */
function user(secrets: SecretReferences): v.GenericSchema<unknown, string> {
  const named = told(secrets.read);
  return v.lazy((input) => (typeof input === 'object' && input !== null ? named : text(256)));
}

/** `docker.io`, `registry.example:5000`: as names of images begin. */
const imageHost = written((input) => {
  if (typeof input !== 'string' || parseHostPort(input) === null) return null;
  return input.toLowerCase();
}, 'is no host as names of images begin: write it like docker.io or registry.example:5000');

function checkLogin({ dataset, addIssue }: Checked): void {
  const input = dataset.value as Record<string, unknown>;
  const tell = (key: string, message: string) =>
    addIssue({ message, path: [{ type: 'object', origin: 'key', input, key, value: null }] });
  const has = (key: string) => input[key] !== null && input[key] !== undefined;
  if (has('user') && !has('password')) tell('user', 'needs a password beside it: { env: NAME } or { file: PATH }');
  if (has('password') && !has('user')) tell('password', 'needs a user beside it');
  // HTTP's own login puts one before the other.
  if (typeof input['user'] === 'string' && input['user'].includes(':')) tell('user', 'must not hold a colon');
}

/** What `registryEntries` read of one registry. */
type WrittenRegistry = v.InferOutput<ReturnType<typeof registry>>;

/** What `registryEntries` read. */
export interface RegistriesPart {
  registries: readonly WrittenRegistry[];
  registry: Pick<RegistriesConfig, 'discover' | 'images'>;
}

/** Which registries are asked and how; `addresses`, `resolver` and `authorities` are those of `certificates`. */
export function registriesConfigOf(
  { registries, registry: { discover, images } }: RegistriesPart,
  { addresses, resolver: dns, authorities }: Pick<TlsConfig, 'addresses' | 'resolver' | 'authorities'>,
): RegistriesConfig {
  return {
    ...{ discover, images, addresses, resolver: dns, authorities },
    registries: registries.map((each): ConfiguredRegistry => {
      const { name, url, kind, user: login, password, mirrors } = each;
      const { everyMs, timeoutMs } = periodsOf(each, usual);
      return {
        ...{ name, url: url.url, kind, mirrors, everyMs, timeoutMs, images: each.images && images },
        login: login === null || password === null ? null : { user: login, password },
        address: each.address || addressFor(url.host, addresses),
        resolver: each.resolver || dns,
        authorities: [...each.authorities, ...authorities],
        verify: each.verify ? 'all' : 'none',
      };
    }),
  };
}

/** Whose certificates are looked at since they are registries. */
export function serversOfRegistries(registries: readonly WrittenRegistry[]): ConfiguredServer[] {
  return registries
    .filter(({ url }) => url.secure)
    .map(({ name, url, address: to, resolver: dns, authorities }) => {
      return { ...configured(`registry ${name}`, url), address: to, resolver: dns, authorities };
    });
}
