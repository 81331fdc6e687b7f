import { objectOf, objectsOf, textOf, textsOf, type Intern, type Raw } from './read-raw.ts';

/** What a Backup of Velero, or the template of a Schedule, takes. */
export interface VeleroScope {
  location: string;
  /** Namespaces it takes; `*` or none: all. At most 100. */
  namespaces: readonly string[];
  /** At most 100. */
  leftOut: readonly string[];
  /**
   * Labels that what it takes must have, null for all. A rule that is no plain label stands as a label that nobody has
   * (`app notin (web, cache)`): what cannot be told is not called covered.
   */
  selector: Readonly<Record<string, string>> | null;
  /** Whether data of volumes are in it, as far as its spec tells: by snapshots, by copies of files, or not at all. */
  volumes: 'snapshots' | 'files' | 'none';
}

const mostNamespaces = 100;
const mostRules = 20;

/** The scope in a raw BackupSpec. */
export function veleroScopeOf(spec: Raw, intern: Intern): VeleroScope {
  return {
    location: intern(textOf(spec['storageLocation'])),
    namespaces: textsOf(spec['includedNamespaces'], mostNamespaces).map(intern),
    leftOut: textsOf(spec['excludedNamespaces'], mostNamespaces).map(intern),
    selector: selectorOf(spec, intern),
    volumes: volumesOf(spec),
  };
}

function selectorOf(spec: Raw, intern: Intern): VeleroScope['selector'] {
  const alternatives = objectsOf(spec['orLabelSelectors'], mostRules);
  const [only, ...others] = alternatives;
  const selector = only ?? objectOf(spec['labelSelector']);
  const labels = Object.entries(objectOf(selector['matchLabels'])).map(([key, value]) => [key, textOf(value, 63)]);
  const rules = objectsOf(selector['matchExpressions'], mostRules).map(ruleOf);
  const any = others.length === 0 ? [] : [[`any of ${alternatives.length} selectors`, '']];
  const all = [...labels, ...rules, ...any].slice(0, mostRules);
  if (all.length === 0) return null;
  return Object.fromEntries(all.map(([key = '', value = '']) => [intern(textOf(key, 317)), intern(value)]));
}

function ruleOf({ key, operator, values }: Raw): string[] {
  const [name, how] = [textOf(key, 200), textOf(operator, 16)];
  const named = textsOf(values, 10, 63);
  const [only] = named;
  if (how === 'In' && named.length === 1 && only !== undefined) return [name, only];
  return [`${name} ${how.toLowerCase()} (${named.join(', ')})`, ''];
}

/** Names under which the resources stand without which no volume is taken. */
const claims = ['persistentvolumeclaims', 'persistentvolumeclaim', 'pvc', 'pvcs'];

function volumesOf(spec: Raw): VeleroScope['volumes'] {
  const taken = [...textsOf(spec['includedResources'], 200), ...textsOf(spec['includedNamespacedResources'], 200)];
  const leftOut = [...textsOf(spec['excludedResources'], 200), ...textsOf(spec['excludedNamespacedResources'], 200)];
  const names = (list: readonly string[], wanted: readonly string[]) =>
    list.some((each) => wanted.includes(each.toLowerCase().split('.')[0] ?? ''));
  if (taken.length > 0 && !names(taken, ['*', ...claims])) return 'none';
  if (names(leftOut, ['*', ...claims])) return 'none';
  if ((spec['defaultVolumesToFsBackup'] ?? spec['defaultVolumesToRestic']) === true) return 'files';
  return spec['snapshotVolumes'] === false ? 'none' : 'snapshots';
}
