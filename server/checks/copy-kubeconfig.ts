import type { CredentialFact } from '#server/facts/api-door.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { Distribution } from './distribution.ts';
import { splitAddress } from './door-words.ts';
import { shorten } from './shorten.ts';

/** Where a distribution keeps its kubeconfig on the server, and how its user is called in there. */
const originals: Partial<Record<Distribution, { file: string; user: string }>> = {
  k3s: { file: '/etc/rancher/k3s/k3s.yaml', user: 'default' },
  rke2: { file: '/etc/rancher/rke2/rke2.yaml', user: 'default' },
  kubeadm: { file: '/etc/kubernetes/admin.conf', user: 'kubernetes-admin' },
};

/**
 * How to put the kubeconfig of the server in the place of the one that the wall uses, which takes it up by itself. `why` is
 * the beginning of the sentence: "The cluster has a new authority".
 */
export function copyKubeconfigSteps(
  why: string,
  address: string,
  credential: CredentialFact,
  distribution: Distribution,
): Step[] {
  if (credential.kind === 'service-account') {
    return [
      {
        say: `${because(why)}restart the pod of the wall, which gives it what is new; look for it`,
        command: 'kubectl get pods -A',
      },
    ];
  }
  const mine = kubeconfigIn(credential.from);
  const place = mine === null ? 'the wall' : shorten(mine.file);
  if (distribution === 'talos') {
    const issue = mine === null ? 'talosctl kubeconfig --force' : command`talosctl kubeconfig --force ${mine.file}`;
    return [{ say: `${because(why)}have a new kubeconfig issued for the wall`, command: issue }];
  }
  const original = originals[distribution];
  if (original === undefined) return [{ say: `${because(why)}copy the kubeconfig of the server to ${place} again` }];
  // Where the owner has given names of his own, or has put several clusters into one file, only parts of it go there.
  if (mine === null || mine.user !== original.user) return [take(why, original.file, place)];
  const { host } = splitAddress(address);
  return [
    {
      say: `${because(why)}copy ${original.file} to the wall again, which takes it up by itself`,
      command: command`scp ${`root@${host.includes(':') ? `[${host}]` : host}:${original.file}`} ${mine.file}`,
    },
    ...(distribution === 'kubeadm' || !/^[\w.-]+$/.test(host)
      ? []
      : [
          {
            say: 'It names 127.0.0.1 as the server: put its address there',
            command: command`sed -i ${`s/127.0.0.1/${host}/`} ${mine.file}`,
          },
        ]),
  ];
}

/** The kubeconfig that a credential comes from and its user there, null if that is not known: `user "default" (/home/anna/.kube/config)`. */
export function kubeconfigIn(from: string): { file: string; user: string } | null {
  const [, user = '', file] = /^user "(.*)" \((\/.+)\)$/.exec(from) ?? [];
  return file === undefined ? null : { file, user };
}

/** The wall takes it up by itself; short, since it is the step by which the wall sees again. */
function take(why: string, original: string, place: string): Step {
  const mine = place === 'the wall' ? "the wall's kubeconfig" : place;
  return {
    say: `${because(why)}put the three "…-data" of ${original} into ${mine}`,
  };
}

/** "Was it set up anew? Then ", "It is old: ". */
function because(why: string): string {
  return why.endsWith('?') ? `${why} Then ` : `${why}: `;
}
