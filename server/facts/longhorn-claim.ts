import { objectOf, textOf } from './read-raw.ts';

/** With the names of many pods in it, and still no stranger's novel. */
const longest = 100_000;

/** `namespace/name` of the claim in Longhorn's label `KubernetesStatus`, a JSON text; "" where that is not told. */
export function claimInLabels(...labels: readonly unknown[]): string {
  for (const each of labels) {
    const status = statusIn(objectOf(each)['KubernetesStatus']);
    const [namespace, name] = [textOf(status['namespace']), textOf(status['pvcName'])];
    if (namespace !== '' && name !== '') return `${namespace}/${name}`;
  }
  return '';
}

function statusIn(json: unknown) {
  if (typeof json !== 'string' || json.length > longest) return objectOf(null);
  try {
    return objectOf(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return objectOf(null); // cut off or of another version: nothing is told
    throw error;
  }
}
