import { fileReader, type FileReader } from './bounded-file.ts';
import type { ClusterDecision } from './decide-cluster.ts';
import type { KubeconfigPlace } from './find-kubeconfig.ts';
import { fromContext } from './kubeconfig-context.ts';
import { mergeKubeconfigs, parseKubeconfig } from './kubeconfig-file.ts';
import { fromServiceAccount } from './service-account.ts';
import { noWayIn, type FoundWayIn, type LoadedWayIn } from './way-in.ts';

/**
 * Reads all that leads into the cluster, with all that is wrong with it at once. `context` undefined: the current one.
 * Never rejects.
 */
export async function loadWayIn(decision: ClusterDecision, context: string | undefined): Promise<LoadedWayIn> {
  const reader = fileReader();
  const found = await find(decision, context, reader);
  return { ...found, signatures: reader.signatures };
}

async function find(decision: ClusterDecision, context: string | undefined, reader: FileReader): Promise<FoundWayIn> {
  if (decision.kind === 'kubeconfig') return fromKubeconfig(decision.place, context, reader);
  if (decision.kind === 'nothing') {
    return noWayIn(
      'there is no cluster to watch: KUBECONFIG is not set, there is no ~/.kube/config, and this is no pod',
    );
  }
  if (context !== undefined && context !== 'in-cluster') {
    return noWayIn(`there is no context "${context}": in a pod without a kubeconfig there is only "in-cluster"`);
  }
  return fromServiceAccount(decision, reader);
}

async function fromKubeconfig(
  place: KubeconfigPlace,
  wanted: string | undefined,
  reader: FileReader,
): Promise<FoundWayIn> {
  const files = await Promise.all(place.files.map(async (file) => ({ file, ...(await reader.read(file)) })));
  const there = files.filter(({ problem }) => problem !== 'does not exist');
  if (there.length === 0) {
    return noWayIn(
      place.files.length === 0
        ? 'KUBECONFIG is set and names no file'
        : `${place.by === 'home' ? 'there is no' : 'KUBECONFIG names only files that do not exist:'} ${place.files.join(', ')}`,
    );
  }
  const parsed = there.map(({ file, text, problem }) =>
    text === null ? { problem: `${file} ${problem}` } : parseKubeconfig(file, text),
  );
  // An empty file among others is as if it were missing, as for kubectl.
  const whole = parsed.flatMap((part) => ('problem' in part ? [] : [part]));
  const broken = parsed.flatMap((part) => ('problem' in part ? [part.problem] : []));
  const serious = whole.length > 0 ? broken.filter((problem) => !problem.endsWith(' is empty')) : broken;
  if (serious.length > 0) return noWayIn(...serious);
  return fromContext(mergeKubeconfigs(whole), wanted, reader);
}
