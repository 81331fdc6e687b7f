import { newClusters } from '@kubernetes/client-node/dist/config_types.js';
import { dirname, resolve } from 'node:path';
import type { FileReader } from './bounded-file.ts';
import { certificatesIn, parseServer } from './endpoint.ts';
import { isMap, type KubeconfigEntry } from './kubeconfig-file.ts';
import type { Endpoint } from './way-in.ts';

/** What a context's cluster comes to. */
export interface ClusterPart {
  endpoint: Endpoint | null;
  /** What a plugin with `provideClusterInfo` is told beside the endpoint. */
  pluginConfig: unknown;
  problems: string[];
}

/** Reads one cluster of a kubeconfig with its CA. Every problem is a whole sentence. */
export async function readCluster(entry: KubeconfigEntry, reader: FileReader): Promise<ClusterPart> {
  const who = `cluster "${entry.name}" (${entry.file})`;
  const fields = entry.raw['cluster'];
  if (!isMap(fields) || typeof fields['server'] !== 'string' || fields['server'] === '') {
    return { endpoint: null, pluginConfig: null, problems: [`${who} has no server`] };
  }
  const problems = oddFields(fields).map((field) => `${who}: ${field} is no text`);
  if (problems.length > 0) return { endpoint: null, pluginConfig: null, problems };
  const cluster = newClusters([entry.raw])[0]!;
  if (cluster.proxyUrl) problems.push(`${who} asks for a proxy (proxy-url), which is not supported`);
  const server = parseServer(cluster.server);
  if ('problem' in server) problems.push(`${who}: server ${server.problem}`);
  const authority = cluster.skipTLSVerify ? null : await readAuthority(cluster, entry, reader);
  if (authority !== null && 'problem' in authority) problems.push(`${who}: ${authority.problem}`);
  if ('problem' in server || problems.length > 0) return { endpoint: null, pluginConfig: null, problems };
  const ca = authority !== null && 'pem' in authority ? authority.pem : null;
  const endpoint = { ...server, ca, serverName: cluster.tlsServerName || null, skipVerify: cluster.skipTLSVerify };
  return { endpoint, pluginConfig: pluginConfig(fields), problems };
}

const textFields = ['certificate-authority', 'certificate-authority-data', 'tls-server-name', 'proxy-url'];

function oddFields(fields: Record<string, unknown>): string[] {
  return textFields.filter((field) => typeof (fields[field] ?? '') !== 'string');
}

async function readAuthority(
  { caData, caFile }: { caData?: string; caFile?: string },
  entry: KubeconfigEntry,
  reader: FileReader,
): Promise<{ pem: string } | { problem: string } | null> {
  if (caData) return checkAuthority(Buffer.from(caData, 'base64').toString(), 'certificate-authority-data');
  if (!caFile) return null;
  const path = resolve(dirname(entry.file), caFile);
  const file = await reader.read(path);
  if (file.text === null) return { problem: `the CA file ${path} ${file.problem}` };
  return checkAuthority(file.text, `the CA file ${path}`);
}

/** A PEM text with at least one whole certificate, or why it is none. */
export function checkAuthority(pem: string, what: string): { pem: string } | { problem: string } {
  try {
    return certificatesIn(pem).length > 0 ? { pem } : { problem: `${what} holds no certificate` };
  } catch (error) {
    return { problem: `${what} holds a broken certificate (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})` };
  }
}

function pluginConfig(fields: Record<string, unknown>): unknown {
  const extensions = Array.isArray(fields['extensions']) ? (fields['extensions'] as unknown[]) : [];
  const ours = extensions.filter(isMap).find(({ name }) => name === 'client.authentication.k8s.io/exec');
  return ours?.['extension'] ?? null;
}
