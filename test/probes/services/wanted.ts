import type { WantedService } from '#server/probes/wanted-service.ts';
import { anHttpProbe } from './answers.ts';

/** A discovered host, to be probed once a day unless told otherwise. */
export function aWanted(host: string, part: Partial<WantedService> = {}): WantedService {
  const url = `https://${host}/`;
  return {
    ...{ key: `Host/${host}`, name: host, is: 'http', url, host, port: 443, group: '' },
    namedBy: [{ kind: 'Ingress', namespace: 'web', name: host }],
    ...{ services: [`web/${host}`], through: { kind: 'IngressClass', name: 'traefik' }, wishProblem: '' },
    ...{ everyMs: 86_400_000, timeoutMs: 10_000, slowMs: 3_000, asks: anHttpProbe({}, { url }) },
    ...part,
  };
}
