/** Raw objects by `kind key` of their fact. */
export type Raws = ReadonlyMap<string, unknown>;

/** What an object has of its own under a key; undefined for all that is none. */
export function part(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
