import { objectsOf, textOf, type Intern } from './read-raw.ts';

/** Who controls an object: kind and name, in the object's own namespace. */
export interface Owner {
  kind: string;
  name: string;
}

/** The controlling owner among `metadata.ownerReferences`, null if there is none. */
export function controllerOf(references: unknown, intern: Intern): Owner | null {
  const raw = objectsOf(references, 64).find((reference) => reference['controller'] === true);
  const kind = textOf(raw?.['kind']);
  const name = textOf(raw?.['name']);
  return kind === '' || name === '' ? null : { kind: intern(kind), name: intern(name) };
}
