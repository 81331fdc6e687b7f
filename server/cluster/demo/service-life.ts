import { startEndpointController } from './endpoint-controller.ts';
import type { HomeService } from './home-services.ts';
import { makeEndpointSlice, makeIngressClass, makeService } from './make-service.ts';
import { keyOf } from './object-store.ts';
import type { World } from './world.ts';

/** The Services, with their endpoints as the pods come and go. */
export interface ServiceLife {
  /** Puts Services that were created then, with the endpoints of the pods that are there. */
  furnish(services: readonly HomeService[], createdAt: number): void;
  /** What Traefik's chart brings along: its class. */
  furnishClass(createdAt: number): void;
  /** These are gone, with their endpoints. */
  remove(services: readonly HomeService[]): void;
  /** All endpoints are those of the pods, at once. */
  settle(): void;
}

export function createServiceLife(world: World): ServiceLife {
  const { store } = world;
  const random = world.random.fork('services');
  const controller = startEndpointController(world);

  return {
    furnish(services, createdAt) {
      for (const of of services) {
        const service = store.put('services', makeService(of, random, createdAt));
        store.put('endpointslices', makeEndpointSlice(service, of, random));
      }
      controller.settle();
    },
    furnishClass: (createdAt) => void store.put('ingressclasses', makeIngressClass(random, createdAt)),
    remove(services) {
      for (const { namespace, name } of services) {
        const own = store.list('endpointslices').filter(({ metadata }) => {
          return metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name;
        });
        for (const slice of own) store.remove('endpointslices', keyOf(slice));
        store.remove('services', `${namespace}/${name}`);
      }
    },
    settle: controller.settle,
  };
}
