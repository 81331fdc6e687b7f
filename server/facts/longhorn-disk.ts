import { conditionsIn, type ListedCondition } from './listed-condition.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { objectOf, objectsOf, textOf, type Intern, type Raw } from './read-raw.ts';

/** A disk of a Longhorn node, as its owner wants it and as it was found. */
export interface LonghornDisk {
  name: string;
  path: string;
  availableBytes: number | null;
  maximumBytes: number | null;
  /** Promised to replicas. */
  scheduledBytes: number | null;
  reservedBytes: number | null;
  allowScheduling: boolean;
  ready: Omit<ListedCondition, 'type'> | null;
  schedulable: Omit<ListedCondition, 'type'> | null;
  /** What SMART says of the disk below: `PASSED`, `WARNING`, `FAILED`, `UNKNOWN` or the raw word; of several the worst; "" where it says nothing. */
  health: string;
  /** What of it is failing, in its words, at most 3. */
  healthTroubles: readonly string[];
}

/** A disk from a node's `spec.disks` and `status.diskStatus`. */
export function longhornDiskOf(name: string, wanted: Raw, found: Raw, intern: Intern): LonghornDisk {
  const conditions = conditionsIn(found['conditions'], intern);
  return {
    name,
    path: intern(textOf(wanted['path']) || textOf(found['diskPath'])),
    availableBytes: quantityOf(found['storageAvailable'], mostBytes),
    maximumBytes: quantityOf(found['storageMaximum'], mostBytes),
    scheduledBytes: quantityOf(found['storageScheduled'], mostBytes),
    reservedBytes: quantityOf(wanted['storageReserved'], mostBytes),
    allowScheduling: wanted['allowScheduling'] !== false,
    ready: conditionNamed(conditions, 'Ready'),
    schedulable: conditionNamed(conditions, 'Schedulable'),
    ...healthOf(found['healthData'], intern),
  };
}

function conditionNamed(conditions: readonly ListedCondition[], wanted: string): Omit<ListedCondition, 'type'> | null {
  const condition = conditions.find(({ type }) => type === wanted);
  if (condition === undefined) return null;
  const { type: _named, ...rest } = condition;
  return rest;
}

const mostDevices = 16;
const mostTroubles = 3;
/** Best first; words of another version stand before UNKNOWN, so that they are shown. */
const words = ['', 'PASSED', 'UNKNOWN', 'WARNING', 'FAILED'];

/** By device: a disk may be made of several. */
function healthOf(value: unknown, intern: Intern): Pick<LonghornDisk, 'health' | 'healthTroubles'> {
  const devices = Object.values(objectOf(value)).slice(0, mostDevices).map(objectOf);
  const healths = devices.map(({ healthStatus }) => intern(textOf(healthStatus, 64)));
  const failing = devices.flatMap(({ attributes }) => objectsOf(attributes, 200).flatMap(failingOf));
  return {
    health: healths.toSorted((a, b) => badnessOf(b) - badnessOf(a))[0] ?? '',
    healthTroubles: [...new Set(failing)].slice(0, mostTroubles).map(intern),
  };
}

function badnessOf(word: string): number {
  const at = words.indexOf(word);
  return at === -1 ? words.indexOf('UNKNOWN') + 0.5 : at;
}

/** smartctl writes `-` or nothing where an attribute never failed. */
function failingOf({ name, whenFailed }: Raw): string[] {
  const when = textOf(whenFailed, 64).trim();
  return when === '' || when === '-' ? [] : [`${textOf(name, 100)}: ${when}`];
}
