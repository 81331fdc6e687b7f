import type { RegistryImagesFact } from '#server/facts/registry-images.ts';
import type { RegistryProbeFact, RegistryTrouble } from '#server/facts/registry-probe.ts';
import type { ServiceProbeFact, ServiceTrouble } from '#server/facts/service-probe.ts';
import { aRegistryImages, aRegistryProbe, aServiceProbe } from '#test/builders/services.ts';
import type { Random } from './mutated.ts';

const troubles: readonly ServiceTrouble[] = [
  ...(['dns', 'refused', 'unreachable', 'timeout', 'silent', 'reset', 'tls', 'redirects'] as const),
  ...(['forbidden-address', 'not-http', 'unexpected', 'status', 'text-missing', 'text-forbidden', 'json'] as const),
];
const registryTroubles: readonly RegistryTrouble[] = ['refused', 'dns', 'tls', 'status', 'refused-login', 'limited'];
/** What strangers write into what we probe. */
const said = ['', '{name}', '<b>', '\u202e\u0007', '$(reboot)', "'; reboot; '", '__proto__', 'x'.repeat(300)];

/** Services and registries as probes may have found them at `now`: each odd in a few ways, none as no probe would tell it. */
export function probed(next: Random, now: number, most: number) {
  const each = <T>(make: (i: number) => T) => Array.from({ length: most }, (_, i) => make(i));
  return {
    serviceProbes: each((i) => service(i, next, now)),
    registryProbes: each((i) => registry(i, next, now)),
    registryImages: each((i) => images(i, next, now)),
  };
}

function service(i: number, next: Random, now: number): ServiceProbeFact {
  const at = now - next(100_000);
  const up = next(3) === 0;
  const trouble = up ? '' : one(troubles, next);
  const isContent = trouble.startsWith('text') || trouble === 'json';
  return aServiceProbe({
    ...{ host: `${i}.example`, name: one(said, next) || `${i}.example`, port: next(2) === 0 ? 443 : null },
    ...{ is: one(['http', 'tcp', 'dns', 'host'] as const, next), group: one(said, next) },
    ...{ key: next(2) === 0 ? `Host/${i}.example` : `Probe/${i}` },
    ...{ outcome: up ? 'up' : isContent ? 'wrong-content' : 'down', outcomeSince: at, trouble },
    ...{ message: one(said, next), title: one(said, next).slice(0, 100), server: one(said, next) },
    ...{ status: next(2) === 0 ? 100 + next(500) : null, misses: next(5), askedAt: at, upAt: up ? at : null },
    ...(next(3) === 0 ? { phases: null } : {}),
    ...{ slowProbes: next(6), address: next(2) === 0 ? '' : '10.0.0.10:443' },
    ...(next(3) === 0 ? { services: [] } : { services: [`shop/web${i}`] }),
    ...(next(3) === 0 ? { through: null } : {}),
    ...(next(4) === 0 ? { namedBy: [] } : { namedBy: [{ kind: 'Ingress', namespace: 'shop', name: `web${i}` }] }),
  });
}

function registry(i: number, next: Random, now: number): RegistryProbeFact {
  const at = now - next(100_000);
  const up = next(2) === 0;
  const unhealthy = next(3) === 0;
  return aRegistryProbe({
    ...{ name: `home${i}`, host: i === 0 ? 'registry.example' : `registry${i}.example`, configured: next(2) === 0 },
    ...{ kind: next(2) === 0 ? 'v2' : 'harbor', mirrors: next(2) === 0 ? [] : ['docker.io'], message: one(said, next) },
    ...{
      outcome: up ? 'up' : 'down',
      outcomeSince: at,
      trouble: up ? '' : one(registryTroubles, next),
      misses: next(3),
    },
    ...{ askedAt: at, upAt: up ? at : null, latencyMs: next(2) === 0 ? null : next(4_000) },
    ...{ login: one(['none', 'wanted', 'accepted', 'refused', 'unknown'] as const, next) },
    components: unhealthy ? [{ name: one(said, next) || 'core', healthy: false, error: one(said, next) }] : [],
    ...{ unhealthySince: unhealthy ? at : null, limitedSince: next(4) === 0 ? at : null },
  });
}

function images(i: number, next: Random, now: number): RegistryImagesFact {
  const host = i === 0 ? 'registry.example' : `registry${i}.example`;
  return aRegistryImages({
    ...{ key: `Registry/home${i}`, uid: `Registry/home${i}`, host },
    images: Array.from({ length: next(30) }, (_, j) => ({
      image: `${host}/${one(said, next).slice(0, 20)}web:${j}`,
      held: one(['held', 'missing', 'unknown'] as const, next),
      askedAt: next(3) === 0 ? null : now - next(100_000),
    })),
    ...{ leftOut: next(3), roundAt: next(2) === 0 ? null : now - next(100_000), problem: one(said, next) },
  });
}

function one<T>(list: readonly T[], next: Random): T {
  return list[next(list.length)]!;
}
