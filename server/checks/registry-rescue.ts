import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { nodeDistribution } from './distribution.ts';
import { imageReference, wholeImage } from './image-reference.ts';
import { isMirrorOf, plainHost } from './registry-hosts.ts';
import type { SelfDependency } from './registry-self.ts';

const archive = 'image.tar';

/** How its images come to the nodes without the registry that needs them to start: one that is on the node needs no pull. */
export function rescueSteps(probe: RegistryProbeFact, { stuck }: SelfDependency, snapshot: Snapshot): Step[] {
  return stuck.slice(0, 3).flatMap(({ trouble: { image, pods } }) => {
    const node = snapshot.facts('node').get(pods[0]?.node ?? '');
    const where = `On ${pods[0]?.node ?? 'the node'}`;
    const { host } = imageReference(image);
    const isMirrored = isMirrorOf(probe, host) && plainHost(host) !== plainHost(probe.host);
    const distribution = node === undefined ? 'unknown' : nodeDistribution(node);
    if (distribution === 'talos') return talosSteps(isMirrored, node?.internalIp ?? node?.name ?? '');
    const isK3s = distribution === 'k3s';
    const fetch = isMirrored ? pastMirror(where, image, isK3s) : fromOrigin(where, image, isK3s);
    return [...fetch, ...asFile(where, image, isK3s)];
  });
}

/** `ctr` asks no mirror. */
function pastMirror(where: string, image: string, isK3s: boolean): Step[] {
  const whole = wholeImage(image);
  const pull = isK3s ? command`k3s ctr images pull ${whole}` : command`ctr -n k8s.io images pull ${whole}`;
  return [{ say: `${where}: fetch it past the mirror`, command: pull }];
}

/** By its own name it can be had of nobody else: it is fetched by another and gets that name. */
function fromOrigin(where: string, image: string, isK3s: boolean): Step[] {
  const origin = originOf(image);
  if (origin === null) return [];
  const whole = wholeImage(image);
  return [
    {
      say: `${where}: fetch it from where it seems to come from (a guess by its name), and give it the name that is asked for`,
      command: isK3s
        ? command`k3s ctr images pull ${origin} && k3s ctr images tag ${origin} ${whole}`
        : command`ctr -n k8s.io images pull ${origin} && ctr -n k8s.io images tag ${origin} ${whole}`,
    },
  ];
}

function asFile(where: string, image: string, isK3s: boolean): Step[] {
  const whole = wholeImage(image);
  return [
    {
      say: 'Or on a node that still has it: save it as a file',
      command: isK3s
        ? command`k3s ctr images export ${archive} ${whole}`
        : command`ctr -n k8s.io images export ${archive} ${whole}`,
    },
    {
      say: `${where}: bring that file in`,
      command: isK3s ? command`k3s ctr images import ${archive}` : command`ctr -n k8s.io images import ${archive}`,
    },
  ];
}

/** It has no `ctr`; what is not behind a mirror must be named otherwise. */
function talosSteps(isMirrored: boolean, node: string): Step[] {
  if (!isMirrored) return [{ say: 'Let the workload take its image from another registry until this one is back' }];
  return [
    {
      say: 'Take the mirror out of machine.registries for now, so that nodes ask the registry behind it',
      command: command`talosctl -n ${node} edit machineconfig`,
    },
  ];
}

/** What projects of a cache are called as a rule. */
const origins = [
  [/ghcr|github/, 'ghcr.io'],
  [/quay/, 'quay.io'],
  [/k8s|kubernetes/, 'registry.k8s.io'],
  [/gcr/, 'gcr.io'],
] as const;

/**
 * Where an image of a private registry may come from, by its path: `HOST/hub/library/postgres:17` from
 * `docker.io/library/postgres:17`, `HOST/library/registry:3` from `docker.io/library/registry:3`. Null for what looks like
 * an image of one's own. Pure.
 */
export function originOf(image: string): string | null {
  const { repository, tag, digest } = imageReference(image);
  const [project = '', ...rest] = repository.split('/');
  const ending = `${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`;
  if (project === 'library' && rest.length === 1) return `docker.io/${repository}${ending}`;
  if (rest.length < 2) return null;
  const host = origins.find(([name]) => name.test(project))?.[1] ?? 'docker.io';
  return `${host}/${rest.join('/')}${ending}`;
}
