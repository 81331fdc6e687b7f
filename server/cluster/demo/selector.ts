import type { RawObject } from './raw-objects.ts';
import type { Resource } from './resources.ts';

/** Which objects a request is about. */
export type Selector = (object: RawObject) => boolean;

/** Label and field selectors as one, or what the API server says of those it does not understand. */
export function parseSelector(resource: Resource, labels: string, fields: string): Selector | { problem: string } {
  const parts: Selector[] = [];
  for (const term of splitTerms(labels)) {
    const part = labelTerm(term);
    if ('problem' in part) return part;
    parts.push(part);
  }
  for (const term of fields.split(',').filter((text) => text !== '')) {
    const part = fieldTerm(resource, term);
    if ('problem' in part) return part;
    parts.push(part);
  }
  return (object) => parts.every((part) => part(object));
}

/** Commas inside brackets belong to a set: `app in (a,b)`. */
function splitTerms(labels: string): string[] {
  return labels
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

function labelTerm(term: string): Selector | { problem: string } {
  const found =
    /^(?<not>!?)(?<key>[\w./-]+)\s*(?:(?<sign>==?|!=)\s*(?<value>[\w.-]*)|(?<set>in|notin)\s*\((?<values>[^)]*)\))?$/.exec(
      term,
    )?.groups;
  if (!found) return { problem: `unable to parse requirement: found '${term.slice(0, 40)}', expected: identifier` };
  const { not, key = '', sign, value = '', set, values = '' } = found;
  const label = (object: RawObject) => object.metadata.labels?.[key];
  if (set) {
    const among = values.split(',').map((text) => text.trim());
    return (object) => among.includes(label(object) ?? '\0') === (set === 'in');
  }
  if (sign) return (object) => (label(object) === value) === (sign !== '!=');
  return (object) => (label(object) === undefined) === (not === '!');
}

function fieldTerm(resource: Resource, term: string): Selector | { problem: string } {
  const found = /^(?<field>[^=!]+)(?<sign>==?|!=)(?<value>.*)$/.exec(term)?.groups;
  if (!found) return { problem: `invalid selector: '${term.slice(0, 40)}'; can't understand '${term.slice(0, 40)}'` };
  const { field = '', sign, value } = found;
  const known = ['metadata.name', ...(resource.namespaced ? ['metadata.namespace'] : []), ...resource.fields];
  if (!known.includes(field)) return { problem: `field label not supported: ${field.slice(0, 80)}` };
  return (object) => (textAt(object, field) === value) === (sign !== '!=');
}

function textAt(object: RawObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined;
  }
  return typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value : '';
}
