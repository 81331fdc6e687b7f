import type { RawObject } from './raw-objects.ts';
import type { ObjectsOf, ResourceName } from './resources.ts';

/** One write: `before` is null for a new object, `after` for a deleted one. */
export interface Write {
  revision: number;
  resource: ResourceName;
  before: RawObject | null;
  /** A deleted object's last state carries the revision of its deletion. */
  after: RawObject | null;
  last: RawObject;
}

/** Objects by revision with a bounded past, as etcd and the API server's watch cache hold them. */
export interface ObjectStore {
  revision(): number;
  /** What happened up to this revision is forgotten. */
  compactedRevision(): number;
  get<R extends ResourceName>(resource: R, key: string): ObjectsOf[R] | undefined;
  /** In the order of their keys. */
  list<R extends ResourceName>(resource: R): ObjectsOf[R][];
  /** As `list` was at an earlier revision; null if that is forgotten. */
  listAt(resource: ResourceName, revision: number): RawObject[] | null;
  /** Creates or replaces; gives the object its resourceVersion. */
  put<R extends ResourceName>(resource: R, object: ObjectsOf[R]): ObjectsOf[R];
  remove(resource: ResourceName, key: string): void;
  /** All writes after a revision, oldest first; null if some are forgotten. */
  writesAfter(resource: ResourceName, revision: number): Write[] | null;
  /** Tells every write from now on. Returns the way to stop. */
  onWrite(listener: (write: Write) => void): () => void;
  /** Forgets all writes up to a revision. */
  compact(revision: number): void;
  /** A new, empty storage: revisions begin again. */
  wipe(): void;
}

// Some hours of a quiet cluster, and a bound where it is not quiet.
const MOST_WRITES = 5000;
const REVISION_OF_AN_EMPTY_CLUSTER = 198;

/** `namespace/name`, or `name` for what is cluster-wide. */
export function keyOf({ metadata }: RawObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

export function createObjectStore(firstRevision: number): ObjectStore {
  let revision = firstRevision;
  let compactedRevision = firstRevision;
  let writes: Write[] = [];
  const objects = new Map<ResourceName, Map<string, RawObject>>();
  const listeners = new Set<(write: Write) => void>();

  const of = (resource: ResourceName) => objects.get(resource) ?? new Map<string, RawObject>();

  function write(resource: ResourceName, before: RawObject | null, after: RawObject | null, last: RawObject): void {
    const entry = { revision, resource, before, after, last };
    writes.push(entry);
    if (writes.length > MOST_WRITES) compact(writes[MOST_WRITES / 2]?.revision ?? revision);
    for (const listener of listeners) listener(entry);
  }

  function compact(upTo: number): void {
    writes = writes.filter((entry) => entry.revision > upTo);
    compactedRevision = Math.max(compactedRevision, upTo);
  }

  return {
    revision: () => revision,
    compactedRevision: () => compactedRevision,
    get: <R extends ResourceName>(resource: R, key: string) => of(resource).get(key) as ObjectsOf[R] | undefined,
    list: <R extends ResourceName>(resource: R) => sorted(of(resource).values()) as ObjectsOf[R][],
    listAt(resource, wanted) {
      if (wanted < compactedRevision) return null;
      return sorted(rewound(of(resource), writes, resource, wanted).values());
    },
    put(resource, object) {
      revision += 1;
      const before = of(resource).get(keyOf(object)) ?? null;
      const after = atRevision(object, revision);
      objects.set(resource, of(resource).set(keyOf(object), after));
      write(resource, before, after, after);
      return after;
    },
    remove(resource, key) {
      const before = of(resource).get(key);
      if (!before) return;
      revision += 1;
      of(resource).delete(key);
      write(resource, before, null, atRevision(before, revision));
    },
    writesAfter(resource, after) {
      if (after < compactedRevision) return null;
      return writes.filter((entry) => entry.revision > after && entry.resource === resource);
    },
    onWrite(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    compact,
    wipe() {
      objects.clear();
      writes = [];
      revision = REVISION_OF_AN_EMPTY_CLUSTER;
      compactedRevision = REVISION_OF_AN_EMPTY_CLUSTER;
    },
  };
}

/** Takes back what was written after a revision. */
function rewound(
  objects: ReadonlyMap<string, RawObject>,
  writes: readonly Write[],
  resource: ResourceName,
  revision: number,
): Map<string, RawObject> {
  const then = new Map(objects);
  for (const write of writes.toReversed()) {
    if (write.revision <= revision || write.resource !== resource) continue;
    if (write.before) then.set(keyOf(write.before), write.before);
    else then.delete(keyOf(write.last));
  }
  return then;
}

function atRevision<T extends RawObject>(object: T, revision: number): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

function sorted(objects: Iterable<RawObject>): RawObject[] {
  return [...objects].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
