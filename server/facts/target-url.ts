import { textOf } from './read-raw.ts';

const longest = 500;
/** Of these Longhorn writes the bucket or container before the `@`: `s3://backups@us-east-1/`. */
const bucketFirst = /^(?:s3|azblob):\/\/[^:@/]+@/i;

/**
 * Where backups go, as it may stand on a wall: without user, password, query and fragment. At most 500 characters, "" for
 * all that is no text. `s3:https://host/bucket`, `nfs://nas:/backups`, `s3://bucket@region/` stay as they are.
 */
export function targetUrlOf(value: unknown): string {
  const [told = ''] = textOf(value, longest).trim().split(/[?#]/);
  if (bucketFirst.test(told) && told.indexOf('@') === told.lastIndexOf('@')) return told;
  const [scheme = ''] = /^.*?:\/\//s.exec(told) ?? /^[a-z0-9+.-]+:/i.exec(told) ?? [];
  return scheme + withoutUser(told.slice(scheme.length));
}

function withoutUser(rest: string): string {
  const slash = rest.indexOf('/');
  const host = slash === -1 ? rest : rest.slice(0, slash);
  // A password with a slash in it, as no URL may have: what is before the last @ goes, rather too much than too little.
  const isPort = /^(?:\[[\da-f:.]*\]|[^:]*)(?::\d*)?$/i.test(host);
  const at = isPort || host.includes('@') ? host.lastIndexOf('@') : rest.lastIndexOf('@');
  return rest.slice(at + 1);
}
