import type { HttpAnswer } from '#server/cluster/network.ts';
import { objectOf, objectsOf, textOf } from '#server/facts/read-raw.ts';
import type { RegistryComponent } from '#server/facts/registry-probe.ts';
import { jsonOf } from './json-text.ts';

// Harbor has eight.
const mostComponents = 20;
const nameLength = 60;
const errorLength = 300;

/**
 * What Harbor's `/api/v2.0/health` says of its components, by name; null if that is no such answer. It says 200 even if it is
 * not well. What is named twice is well only if both are. Pure.
 */
export function harborHealth(answer: HttpAnswer): RegistryComponent[] | null {
  if (answer.trouble !== '' || answer.status !== 200) return null;
  const told = objectsOf(objectOf(jsonOf(answer.body))['components'], mostComponents);
  const byName = new Map<string, RegistryComponent>();
  for (const component of told) {
    const name = textOf(component['name'], nameLength).trim();
    if (name === '' || typeof component['status'] !== 'string') continue;
    const healthy = component['status'].toLowerCase() === 'healthy';
    const seen = { name, healthy, error: healthy ? '' : textOf(component['error'], errorLength).trim() };
    const known = byName.get(name);
    if (known === undefined || known.healthy) byName.set(name, seen);
  }
  if (byName.size === 0) return null;
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
