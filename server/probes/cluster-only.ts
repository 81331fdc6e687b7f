import { isIP } from 'node:net';

/** True of a host that, as a rule, only the DNS of the cluster or of a node's own files knows: `registry.tools.svc`, `registry:5000`. Pure. */
export function clusterOnly(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return (
    isIP(name.replace(/^\[(.+)\]$/, '$1')) === 0 &&
    (!name.includes('.') || /\.(?:svc|cluster\.local)$|\.svc\./.test(name))
  );
}
