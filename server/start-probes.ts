import type { Connection } from '#server/cluster/connection.ts';
import type { Network } from '#server/cluster/network.ts';
import type { RegistryLimits } from '#server/probes/registry-limits.ts';
import { startRegistryProbes } from '#server/probes/registry-probes.ts';
import type { ServiceLimits } from '#server/probes/service-limits.ts';
import { startServiceProbes } from '#server/probes/service-probes.ts';
import type { TlsLimits } from '#server/probes/tls-limits.ts';
import { startTlsServers } from '#server/probes/tls-servers.ts';
import type { Store } from '#server/store/store.ts';
import type { FileConfig } from './config-schema.ts';
import { followRegistries } from './wanted-registries.ts';
import { followServices } from './wanted-services.ts';
import { followWanted } from './wanted-tls.ts';

/** What it takes to look at all that surrounds the cluster. */
export interface ProbesParts {
  connection: Connection;
  network: Network & { close(): void };
  store: Store;
  config: () => Pick<FileConfig, 'tls' | 'services' | 'registries'>;
  /** Epoch ms. */
  clock: () => number;
  limits: ProbesLimits;
}

/** What is other than usual: where nothing costs anything, or where a test waits. */
export interface ProbesLimits {
  tls?: Partial<TlsLimits>;
  services?: Partial<ServiceLimits>;
  registries?: Partial<RegistryLimits>;
}

/** All probes of what surrounds the cluster. */
export interface Probes {
  /** How many TLS servers and services are wanted and left out, since there are too many. */
  leftOut: { servers(): number; services(): number };
  /** The configuration is another. */
  look(): void;
  /** Another cluster answers. */
  restart(): void;
  stop(): void;
}

/** Follows what facts and configuration name, from now on; nothing is asked before `start`. */
export function followProbes({ connection, network, store, config, clock, limits }: ProbesParts): {
  leftOut: Probes['leftOut'];
  start(): Probes;
} {
  const servers = followWanted(store.snapshot, () => config().tls);
  const services = followServices(store.snapshot, () => config().services);
  const registries = followRegistries(store.snapshot, () => config().registries);
  const leftOut = { servers: servers.leftOut, services: services.leftOut };
  const to = { sink: store, clock };
  const asking = <T extends { allNamed(): boolean }>(wanted: T) => {
    return { ...to, network, wanted, allNamed: wanted.allNamed };
  };
  return {
    leftOut,
    start() {
      const all = [
        startTlsServers({ ...to, connection, wanted: servers, allNamed: servers.allNamed, limits: limits.tls ?? {} }),
        startServiceProbes({ ...asking(services), limits: limits.services ?? {} }),
        startRegistryProbes({ ...asking(registries), limits: limits.registries ?? {} }),
      ];
      return {
        leftOut,
        look: () => all.forEach((probe) => probe.look()),
        restart: () => all.forEach((probe) => probe.restart()),
        stop() {
          for (const probe of all) probe.stop();
          network.close();
        },
      };
    },
  };
}
