import type { Credential } from './api-connection.ts';

/** How a kubeconfig names the API server and its user. */
export interface KubeconfigUser {
  credential?: Credential | { tokenFile: string } | { exec: object };
  /** https://HOST:PORT of a proxy or of another address. */
  server: string;
  /** PEM; '' leaves it out. */
  certificateAuthority: string;
  /** The name to check the serving certificate against, for addresses that are not in it. */
  tlsServerName?: string;
  /** Name of the cluster, the user and the context. */
  name?: string;
}

/** The text of a kubeconfig with one context. It is JSON, which every reader of YAML understands. */
export function kubeconfigText(options: KubeconfigUser): string {
  const name = options.name ?? 'test-bed';
  const cluster = {
    server: options.server,
    ...(options.certificateAuthority && { 'certificate-authority-data': base64(options.certificateAuthority) }),
    ...(options.tlsServerName && { 'tls-server-name': options.tlsServerName }),
  };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name, user: userFields(options.credential) }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function userFields(credential: KubeconfigUser['credential']): object {
  if (credential === undefined || 'token' in credential || 'tokenFile' in credential || 'exec' in credential) {
    return credential ?? {};
  }
  return {
    'client-certificate-data': base64(credential.certificate),
    'client-key-data': base64(credential.key),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
