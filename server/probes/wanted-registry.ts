import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { ConfiguredRegistry } from './registry-config.ts';

/** A registry that is to be asked. Two that are equal in all are the same; another is asked at once. */
export interface WantedRegistry
  extends
    Pick<RegistryProbeFact, 'key' | 'name' | 'host' | 'kind' | 'configured' | 'mirrors'>,
    Pick<
      ConfiguredRegistry,
      'url' | 'login' | 'address' | 'resolver' | 'authorities' | 'verify' | 'everyMs' | 'timeoutMs'
    > {
  /** Images that workloads refer to and that it should hold, by name, at most 1,000 and how many more; none where it is not to be asked. */
  images: readonly string[];
  imagesLeftOut: number;
}
