import { anIngress } from '#test/builders/routes.ts';
import { aService } from '#test/builders/services.ts';
import type { SnapshotParts } from '#test/builders/snapshot.ts';

/** The Service of a workload (by label `app`) and the Ingress by which `host` leads to it. */
export function servedAt(
  host: string,
  { namespace, name }: { namespace: string; name: string },
): Pick<SnapshotParts, 'services' | 'ingresses'> {
  return {
    services: [aService({ namespace, name, selector: { app: name } })],
    ingresses: [anIngress({ namespace, name, hosts: [host], backends: [{ host, path: '/', service: name }] })],
  };
}
