import { objectOf, textOf, type Intern, asItIs, type Raw } from './read-raw.ts';

/** By what an object is known. */
export interface Identity {
  /** `namespace/name`, or `name` for what is cluster-wide. */
  key: string;
  /** Its UID, or the key where there is none. */
  uid: string;
  namespace: string;
  name: string;
}

/** Who a raw object is; null if it has no name, and so can be nothing we watch. */
export function identityOf(raw: unknown, intern: Intern = asItIs): Identity | null {
  const metadata: Raw = objectOf(objectOf(raw)['metadata']);
  const name = textOf(metadata['name']);
  if (name === '') return null;
  const namespace = intern(textOf(metadata['namespace']));
  const key = namespace === '' ? name : `${namespace}/${name}`;
  return { key, uid: textOf(metadata['uid']) || key, namespace, name };
}
