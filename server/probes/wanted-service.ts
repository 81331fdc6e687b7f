import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { ProbeAsk } from './service-config.ts';

/** A service that is to be probed, and why. Two that are equal in all are the same; another `asks` is probed at once. */
export interface WantedService extends Pick<
  ServiceProbeFact,
  | 'key'
  | 'name'
  | 'is'
  | 'url'
  | 'host'
  | 'port'
  | 'group'
  | 'namedBy'
  | 'services'
  | 'through'
  | 'wishProblem'
  | 'slowMs'
> {
  everyMs: number;
  timeoutMs: number;
  asks: ProbeAsk;
}
