import type { KindRow } from './kind-row.ts';
import type { ListWatchLimits } from './list-watch-limits.ts';
import type { ReadinessGate } from './readiness-gate.ts';
import type { Transport } from './transport.ts';

/** With what one kind is asked for. */
export interface ListWatchRequest {
  kind: Pick<KindRow, 'source' | 'path' | 'query' | 'unused'>;
  transport: Transport;
  gate: ReadinessGate;
  limits: ListWatchLimits;
  /** Aborted when all is to end. */
  stop: AbortSignal;
}

/** No compression: it saves nothing in a house's network, and costs both sides. */
export const requestHeaders = { accept: 'application/json', 'accept-encoding': 'identity' };

/** Keys whose lists and objects are cut out before parsing. */
export function leftOut({ unused = [] }: ListWatchRequest['kind']): string[] {
  return ['managedFields', ...unused];
}

/** The path with the kind's selectors and these parameters; empty ones are left out. */
export function pathWith({ path, query }: ListWatchRequest['kind'], parameters: Record<string, string>): string {
  const given = Object.entries({ ...query, ...parameters }).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}
