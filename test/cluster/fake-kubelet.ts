import { once } from 'node:events';
import { createServer } from 'node:https';
import type { ControlPlane } from './control-plane.ts';

/** One certificate as k3s counts it in its kubelet's metrics. */
export interface CountedCertificate {
  subject: string;
  /** "ClientAuth", "ServerAuth", "CertSign". */
  usages: string;
  leftSeconds: number;
}

/** The kubelet of a k3s node as far as its `/metrics` go. All else it does not have. */
export interface FakeKubelet {
  readonly port: number;
  /** How often it was asked for its metrics. */
  readonly asked: number;
  /** What it tells from now on. */
  tell(certificates: readonly CountedCertificate[]): void;
  close(): Promise<void>;
}

/** Starts one with a certificate of the cluster's authority, and makes a pretended node say that it is its own. */
export async function startFakeKubelet(plane: ControlPlane, node: string): Promise<FakeKubelet> {
  const { certificate, key } = await plane.issueServerCertificate({ commonName: node, names: ['127.0.0.1', node] });
  let told: readonly CountedCertificate[] = [];
  let asked = 0;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const isMetrics = request.url === '/metrics' && request.headers.authorization !== undefined;
    if (isMetrics) asked += 1;
    response.writeHead(isMetrics ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(isMetrics ? metrics(told) : '');
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the kubelet has no port');
  await plane.patchStatus(`/api/v1/nodes/${node}`, { daemonEndpoints: { kubeletEndpoint: { Port: address.port } } });
  return {
    port: address.port,
    get asked() {
      return asked;
    },
    tell(certificates) {
      told = certificates;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As k3s writes them, between the kubelet's own. */
function metrics(certificates: readonly CountedCertificate[]): string {
  const name = 'k3s_certificate_expiration_seconds';
  return [
    "# HELP kubelet_node_name [ALPHA] The node's name. The count is always 1.",
    '# TYPE kubelet_node_name gauge',
    'kubelet_node_name{node="kmaster"} 1',
    `# HELP ${name} Remaining lifetime on the certificate.`,
    `# TYPE ${name} gauge`,
    ...certificates.map(
      ({ subject, usages, leftSeconds }) => `${name}{subject="${subject}",usages="${usages}"} ${leftSeconds}`,
    ),
    '# HELP process_cpu_seconds_total [STABLE] Total user and system CPU time spent in seconds.',
    '# TYPE process_cpu_seconds_total counter',
    'process_cpu_seconds_total 12.5',
    '',
  ].join('\n');
}
