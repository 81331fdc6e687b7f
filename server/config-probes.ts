import type { RegistriesConfig } from '#server/probes/registry-config.ts';
import type { ServicesConfig } from '#server/probes/service-config.ts';
import type { TlsConfig } from '#server/probes/tls-config.ts';

/** What is probed where the file says nothing. */
export function servicesConfigOf({ addresses, resolver, authorities }: TlsConfig): ServicesConfig {
  return {
    ...{ discover: true, namespaces: [], except: [], everyMs: 30_000, timeoutMs: 10_000, slowMs: 3_000 },
    ...{ linkLocal: false, probes: [], addresses, resolver, authorities },
  };
}

/** Which registries are asked where the file says nothing. */
export function registriesConfigOf({ addresses, resolver, authorities }: TlsConfig): RegistriesConfig {
  return { discover: true, images: true, registries: [], addresses, resolver, authorities };
}
