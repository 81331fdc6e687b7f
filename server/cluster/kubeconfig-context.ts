import { newContexts } from '@kubernetes/client-node/dist/config_types.js';
import type { FileReader } from './bounded-file.ts';
import { readCluster, type ClusterPart } from './kubeconfig-cluster.ts';
import { isMap, type Kubeconfig } from './kubeconfig-file.ts';
import { nobody, readUser, type UserPart } from './kubeconfig-user.ts';
import { noWayIn, type FoundWayIn } from './way-in.ts';

/** The way in by one context (`wanted`, else the current one) of a merged kubeconfig. */
export async function fromContext(
  kubeconfig: Kubeconfig,
  wanted: string | undefined,
  reader: FileReader,
): Promise<FoundWayIn> {
  const files = kubeconfig.files.join(', ');
  const known =
    kubeconfig.contexts.size === 0
      ? 'it has none'
      : `there are: ${[...kubeconfig.contexts.keys()].slice(0, 20).join(', ')}`;
  const name = wanted ?? kubeconfig.currentContext;
  if (name === '') return noWayIn(`no current context is set in ${files}, and none is configured; ${known}`);
  const entry = kubeconfig.contexts.get(name);
  if (entry === undefined) return noWayIn(`there is no context "${name}" in ${files}; ${known}`);
  const who = `context "${name}" (${entry.file})`;
  const fields = entry.raw['context'];
  if (!isMap(fields) || typeof fields['cluster'] !== 'string' || fields['cluster'] === '') {
    return noWayIn(`${who} names no cluster`);
  }
  if (typeof (fields['user'] ?? '') !== 'string') return noWayIn(`${who}: user is no text`);
  const context = newContexts([entry.raw])[0]!;
  const cluster = await clusterOf(kubeconfig, context.cluster, who, reader);
  const user = context.user ? await userOf(kubeconfig, context.user, who, reader) : { user: nobody, problems: [] };
  if (cluster.endpoint === null || user.user === null) return noWayIn(...cluster.problems, ...user.problems);
  const plugin = user.user.plugin && { ...user.user.plugin, clusterConfig: cluster.pluginConfig };
  return { wayIn: { context: name, endpoint: cluster.endpoint, user: { ...user.user, plugin } }, problems: [] };
}

async function clusterOf(kubeconfig: Kubeconfig, name: string, who: string, reader: FileReader): Promise<ClusterPart> {
  const entry = kubeconfig.clusters.get(name);
  if (entry !== undefined) return readCluster(entry, reader);
  return { endpoint: null, pluginConfig: null, problems: [undefinedIn(kubeconfig, who, 'cluster', name)] };
}

async function userOf(kubeconfig: Kubeconfig, name: string, who: string, reader: FileReader): Promise<UserPart> {
  const entry = kubeconfig.users.get(name);
  return entry !== undefined
    ? readUser(entry, reader)
    : { user: null, problems: [undefinedIn(kubeconfig, who, 'user', name)] };
}

function undefinedIn({ files }: Kubeconfig, who: string, kind: string, name: string): string {
  return `${who} names ${kind} "${name}", which is not defined in ${files.join(', ')}`;
}
