import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { Distribution } from './distribution.ts';
import { splitAddress } from './door-words.ts';
import { productNames } from './renew-steps.ts';

/** How the authorities of a cluster are made anew: long before they end, and with care. */
export function authoritySteps(distribution: Distribution): Step[] {
  switch (distribution) {
    case 'k3s':
    case 'rke2':
      return rotateSteps(distribution);
    case 'talos':
      return [
        {
          say: 'See what would be done (with -n and the address of a control plane node)',
          command: 'talosctl rotate-ca --talos=false --kubernetes=true --dry-run=true',
        },
        { say: 'Then do it', command: 'talosctl rotate-ca --talos=false --kubernetes=true --dry-run=false' },
        { say: 'Have a new kubeconfig issued for the wall and for yourself', command: 'talosctl kubeconfig --force' },
      ];
    case 'kubeadm':
      return [
        { say: 'On a server: see which authority ends when', command: 'kubeadm certs check-expiration' },
        { say: 'Back up first, on every server', command: 'cp -a /etc/kubernetes /root/kubernetes-backup' },
        {
          say: 'kubeadm has no command for it: follow "Manual Rotation of CA Certificates" in the documentation of Kubernetes step by step; a mistake cuts off all nodes',
        },
      ];
    case 'unknown':
      return [
        {
          say: 'Follow what the documentation of your distribution says of rotating the cluster\'s CA; with k3s it is "k3s certificate rotate-ca"',
        },
      ];
  }
}

/** Where k3s' documentation has the script that makes new authorities which the old ones sign too. */
const script = 'https://github.com/k3s-io/k3s/raw/main/contrib/util/rotate-default-ca-certs.sh';

function rotateSteps(product: 'k3s' | 'rke2'): Step[] {
  const name = productNames[product];
  const unit = product === 'k3s' ? 'k3s' : 'rke2-server';
  const home = `/var/lib/rancher/${product}`;
  return [
    { say: 'On a server: see which authority ends when', command: `${product} certificate check --output table` },
    {
      say: `Back up first, with ${name} stopped there; pods go on running`,
      command: command`systemctl stop ${unit} && tar -C ${home} -czf /root/${product}-server.tgz server; systemctl start ${unit}`,
    },
    {
      say: `Read "Rotating Self-Signed CA Certificates" in the documentation of ${name}: it disrupts, and nothing in ${home}/server/tls may be overwritten. Its script makes new authorities that the old ones sign too; look through it, then run it`,
      command: command`curl -sfLo rotate-ca.sh ${script} && less rotate-ca.sh && PRODUCT=${product} bash rotate-ca.sh`,
    },
    { say: 'Load them', command: command`${product} certificate rotate-ca --path=${`${home}/server/rotate-ca`}` },
    {
      say: `Give nodes that joined with a secure token the new one, restart ${name} on all nodes, servers first, and copy /etc/rancher/${product}/${product}.yaml again`,
    },
  ];
}

/** What is to be done about an authority between a public one and a host's certificate; `host` as it is called, with its port. */
export function betweenSteps(host: string): Step[] {
  const { host: name, port } = splitAddress(host);
  const target = `${name.includes(':') ? `[${name}]` : name}:${port || '443'}`;
  return [
    {
      say: 'See what is shown, and when each ends',
      command: command`openssl s_client -showcerts -connect ${target} -servername ${name} </dev/null`,
    },
    { say: `Have the certificate of ${host} issued anew, with the chain that its issuer gives today` },
  ];
}
