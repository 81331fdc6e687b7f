import { rawTime } from './raw-objects.ts';

/** One of the files that k3s keeps. */
export interface K3sCertificate {
  /** `kubelet/serving-kubelet.crt`. */
  file: string;
  /** As Go writes it: `CN=system:admin,O=system:masters`. */
  subject: string;
  usages: 'ServerAuth' | 'ClientAuth' | 'CertSign';
  notAfter: number;
}

const DAY_MS = 86_400_000;
const AUTHORITY_LIVES_DAYS = 3650;

/** Name of an authority of k3s: the second of its making stands behind the `@`. */
export function authorityName(of: 'server' | 'client' | 'request-header', madeAt: number): string {
  return `k3s-${of}-ca@${Math.floor(madeAt / 1000)}`;
}

/** When an authority of k3s ends, epoch ms. */
export function authorityEnds(madeAt: number): number {
  return madeAt + AUTHORITY_LIVES_DAYS * DAY_MS;
}

/** All certificates of a node that end with its own ones, and on the server the authorities. */
export function k3sCertificates(node: string, isServer: boolean, madeAt: number, notAfter: number): K3sCertificate[] {
  const own = [...agentFiles(node), ...(isServer ? serverFiles : [])];
  const authorities = (['client', 'server', 'request-header'] as const).map((of): K3sCertificate => {
    const subject = `CN=${authorityName(of, madeAt)}`;
    return { file: `certificate-authority/${of}-ca.crt`, subject, usages: 'CertSign', notAfter: authorityEnds(madeAt) };
  });
  return [
    ...own.map(([file, subject, usages]) => ({ file, subject, usages, notAfter })),
    ...(isServer ? authorities : []),
  ];
}

/** What its monitor says of those that end within the window, as it joins them since 2025. */
export function k3sWarning(certificates: readonly K3sCertificate[], now: number, windowDays: number): string {
  const lines = certificates.flatMap(({ file, subject, notAfter }) => {
    if (notAfter - now > windowDays * DAY_MS) return [];
    const ends = notAfter <= now ? 'expired' : `will expire within ${windowDays} days`;
    return `${file}: certificate ${subject} ${ends} at ${rawTime(notAfter)}`;
  });
  const advice = 'restart k3s on this node to trigger automatic rotation';
  return `Node certificates require attention - ${advice}: ${lines.join('\n')}`;
}

/** The same as `/metrics` has it, of the time at which the monitor looked last. */
export function k3sMetrics(certificates: readonly K3sCertificate[], lookedAt: number): string {
  const name = 'k3s_certificate_expiration_seconds';
  const samples = certificates.map(({ subject, usages, notAfter }) => {
    // As Go writes a float of this size.
    const seconds = ((notAfter - lookedAt) / 1000).toExponential().replace(/e\+(\d)$/, 'e+0$1');
    return `${name}{subject="${subject}",usages="${usages}"} ${seconds}`;
  });
  return [
    `# HELP ${name} Remaining lifetime in seconds of the certificate, labeled by certificate subject and usages.`,
    `# TYPE ${name} gauge`,
    ...samples.toSorted(),
  ].join('\n');
}

type File = readonly [file: string, subject: string, usages: 'ServerAuth' | 'ClientAuth'];

function agentFiles(node: string): File[] {
  return [
    ['k3s-controller/client-k3s-controller.crt', 'CN=system:k3s-controller', 'ClientAuth'],
    ['kube-proxy/client-kube-proxy.crt', 'CN=system:kube-proxy', 'ClientAuth'],
    ['kubelet/client-kubelet.crt', `CN=system:node:${node},O=system:nodes`, 'ClientAuth'],
    ['kubelet/serving-kubelet.crt', `CN=${node}`, 'ServerAuth'],
  ];
}

const serverFiles: readonly File[] = [
  ['admin/client-admin.crt', 'CN=system:admin,O=system:masters', 'ClientAuth'],
  ['api-server/client-kube-apiserver.crt', 'CN=system:apiserver,O=system:masters', 'ClientAuth'],
  ['api-server/serving-kube-apiserver.crt', 'CN=kube-apiserver', 'ServerAuth'],
  ['auth-proxy/client-auth-proxy.crt', 'CN=system:auth-proxy', 'ClientAuth'],
  ['cloud-controller/client-k3s-cloud-controller.crt', 'CN=k3s-cloud-controller-manager', 'ClientAuth'],
  ['controller-manager/client-controller.crt', 'CN=system:kube-controller-manager', 'ClientAuth'],
  ['scheduler/client-scheduler.crt', 'CN=system:kube-scheduler', 'ClientAuth'],
  ['supervisor/client-supervisor.crt', 'CN=system:k3s-supervisor,O=system:masters', 'ClientAuth'],
];
