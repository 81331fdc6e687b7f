import { createPrivateKey } from 'node:crypto';
import { connectToApi, type ApiConnection, type Credential } from './api-connection.ts';
import { privateKeyPem, type CertificateRequest, type KeyPair, type Validity } from './certificates.ts';
import { kubeconfigText, type KubeconfigUser } from './kubeconfig.ts';
import { runKubectl } from './kubectl.ts';
import type { PlaneFiles } from './plane-files.ts';
import { grant, type Grant, type Grantee, type Rule } from './rights.ts';
import { issueToken } from './tokens.ts';

/** A user of the cluster; the organizations are the groups. */
export interface ClientCertificateRequest extends Validity {
  commonName: string;
  organizations?: readonly string[];
}

/** Ways to speak to the API server, as whoever one likes. */
export interface PlaneAccess {
  /** Writes a kubeconfig, of the administrator unless told otherwise, and returns its path. */
  kubeconfig(options?: Partial<KubeconfigUser>): string;
  issueClientCertificate(request: ClientCertificateRequest): Promise<KeyPair>;
  /** For a server of the cluster, such as a kubelet. */
  issueServerCertificate(request: Omit<CertificateRequest, 'usage'>): Promise<KeyPair>;
  /**
   * A token of a ServiceAccount, which is created if there is none; taken for an hour unless told otherwise, and for up to 10 s
   * longer, since the API server caches what it reviewed.
   */
  token(name: string, namespace?: string, expirationSeconds?: number): Promise<string>;
  /** Creates a ClusterRole and binds it cluster-wide. */
  grant(name: string, to: Grantee, rules: readonly Rule[]): Promise<Grant>;
  /** Asks the API server as administrator. */
  request: ApiConnection['request'];
  /** A connection of its own for another user, or with no credential at all. */
  connectAs(credential?: Credential): ApiConnection;
  /** Runs kubectl as administrator and returns what it printed. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Applies YAML or objects, server-side. */
  apply(objects: string | object | readonly object[]): Promise<void>;
  /** Merges into an object's status; `path` as in /api/v1/namespaces/default/pods/web. */
  patchStatus(path: string, status: object): Promise<void>;
}

/** Access to the API server at an address with the certificates of its files. */
export async function createPlaneAccess(files: PlaneFiles, server: string, kubectl: string): Promise<PlaneAccess> {
  const target = { server, certificateAuthority: files.authority.certificate };
  const issueClientCertificate = (request: ClientCertificateRequest) =>
    files.authority.issue({ ...request, usage: 'client' });
  const administrator = await issueClientCertificate({ commonName: 'admin', organizations: ['system:masters'] });
  const api = connectToApi({ ...target, credential: administrator });
  const signingKey = createPrivateKey(await privateKeyPem(files.serviceAccountKeys));
  let written = 0;

  function kubeconfig(options: Partial<KubeconfigUser> = {}) {
    const text = kubeconfigText({ ...target, credential: administrator, ...options });
    return files.write(`kubeconfig-${++written}.yaml`, text);
  }

  const common = [`--kubeconfig=${kubeconfig()}`, `--cache-dir=${files.directory}/kubectl-cache`];
  const run = (args: readonly string[], input?: string) => runKubectl(kubectl, [...common, ...args], input);

  return {
    kubeconfig,
    issueClientCertificate,
    issueServerCertificate: (request) => files.authority.issue({ ...request, usage: 'server' }),
    request: api.request,
    connectAs: (credential) => connectToApi({ ...target, ...(credential && { credential }) }),
    kubectl: run,
    grant: (name, to, rules) => grant(api.request, name, to, rules),
    token: (name, namespace = 'default', expirationSeconds = 3600) =>
      issueToken(api.request, signingKey, { name, namespace }, expirationSeconds),
    async apply(objects) {
      const items = Array.isArray(objects) ? objects : [objects];
      const list = { apiVersion: 'v1', kind: 'List', items };
      const input = typeof objects === 'string' ? objects : JSON.stringify(list);
      await run(['apply', '--server-side', '--force-conflicts', '-f', '-'], input);
    },
    async patchStatus(path, status) {
      await api.request('PATCH', `${path}/status`, { status });
    },
  };
}
