/** One line of k3s' metric of its certificates. */
export function metricLine(subject: string, usages: string, secondsLeft: number | string): string {
  return `k3s_certificate_expiration_seconds{subject="${subject}",usages="${usages}"} ${secondsLeft}`;
}

const ofServer: [subject: string, usages: string][] = [
  ['CN=etcd-client', 'ClientAuth'],
  ['CN=etcd-peer', 'ServerAuth,ClientAuth'],
  ['CN=etcd-server', 'ServerAuth,ClientAuth'],
  ['CN=nuc0', 'ServerAuth'],
  ['CN=k3s-cloud-controller-manager', 'ClientAuth'],
  ['CN=system:admin,O=system:masters', 'ClientAuth'],
  ['CN=system:apiserver,O=system:masters', 'ClientAuth'],
  ['CN=system:auth-proxy', 'ClientAuth'],
  ['CN=system:kube-controller-manager', 'ClientAuth'],
  ['CN=system:kube-proxy', 'ClientAuth'],
  ['CN=system:node:nuc0,O=system:nodes', 'ClientAuth'],
];
const authorities = ['etcd-peer-ca', 'etcd-server-ca', 'k3s-client-ca', 'k3s-request-header-ca', 'k3s-server-ca'];

/** What the kubelet of a k3s server with its own etcd says, with odd lines in between; `leftMs` is left to all but the authorities. */
export function metricsOfServer(leftMs: number): string {
  return [
    '# HELP apiserver_client_certificate_expiration_seconds [ALPHA] Distribution of the remaining lifetime on the certificate used to authenticate a request.',
    '# TYPE apiserver_client_certificate_expiration_seconds histogram',
    'apiserver_client_certificate_expiration_seconds_bucket{le="0"} 0',
    'go_gc_duration_seconds{quantile="0"} 2.3e-05',
    '# HELP k3s_certificate_expiration_seconds Remaining lifetime in seconds of the certificate, labeled by certificate subject and usages.',
    '# TYPE k3s_certificate_expiration_seconds gauge',
    ...ofServer.map(([subject, usages]) => metricLine(subject, usages, leftMs / 1_000)),
    ...authorities.map((name) => metricLine(`CN=${name}@1713205134`, 'CertSign', 3.1535999412992096e8)),
    metricLine('CN=odd', 'ClientAuth', 'NaN'),
    'kubelet_running_pods 23',
    '',
  ].join('\n');
}
