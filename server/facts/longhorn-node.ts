import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { conditionsIn, type ListedCondition } from './listed-condition.ts';
import { longhornDiskOf, type LonghornDisk } from './longhorn-disk.ts';
import { asItIs, objectOf, textOf, type Intern } from './read-raw.ts';

/** A Node of Longhorn with its disks; not the Node of Kubernetes. Source: `/apis/longhorn.io/v1beta2/nodes`. */
export interface LonghornNodeFact extends FactHead {
  namespace: string;
  name: string;
  allowScheduling: boolean;
  /** `Ready`, `Schedulable`, `MountPropagation`, ... by type. */
  conditions: Readonly<Record<string, Omit<ListedCondition, 'type'>>>;
  /** At most 32, by name. */
  disks: readonly LonghornDisk[];
}

/** A raw Node of Longhorn as a fact; null if it has no name. */
export function longhornNodeFact(raw: unknown, source: string, intern: Intern = asItIs): LonghornNodeFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const conditions = conditionsIn(status['conditions'], intern, () => true, mostConditions);
  const [wanted, found] = [objectOf(spec['disks']), objectOf(status['diskStatus'])];
  // One that is only in the status has been taken out by its owner.
  const names = Object.keys(Object.keys(wanted).length === 0 ? found : wanted).toSorted();
  return {
    ...identity,
    source,
    allowScheduling: spec['allowScheduling'] !== false,
    conditions: Object.fromEntries(conditions.map(({ type, ...condition }) => [type, condition])),
    disks: names
      .slice(0, mostDisks)
      .map((name) => longhornDiskOf(intern(textOf(name)), objectOf(wanted[name]), objectOf(found[name]), intern)),
  };
}

const mostConditions = 32;
const mostDisks = 32;
