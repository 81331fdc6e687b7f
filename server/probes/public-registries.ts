import { fitsHost } from './host-name.ts';

/**
 * Registries that others run for everybody: when they are down their owners know, and asking them again and again costs them
 * and uses up the limits of ours. They are asked only if the owner of the wall names them. All other hosts are private.
 */
const publicHosts: readonly [host: string, whose: string][] = [
  ['docker.io', 'Docker Hub, under all its names'],
  ['*.docker.io', 'Docker Hub'],
  ['docker.com', 'Docker Hub'],
  ['*.docker.com', 'Docker Hub'],
  ['ghcr.io', 'GitHub'],
  ['docker.pkg.github.com', 'GitHub, before ghcr.io'],
  ['quay.io', 'Red Hat'],
  ['*.quay.io', 'Red Hat'],
  ['registry.redhat.io', 'Red Hat, for customers'],
  ['registry.access.redhat.com', 'Red Hat'],
  ['registry.connect.redhat.com', "Red Hat's partners"],
  ['registry.fedoraproject.org', 'Fedora'],
  ['registry.suse.com', 'SUSE'],
  ['registry.opensuse.org', 'openSUSE'],
  ['registry.rancher.com', 'SUSE Rancher'],
  ['gcr.io', 'Google'],
  ['*.gcr.io', 'Google, its regions and mirror'],
  ['*.pkg.dev', 'Google Artifact Registry'],
  ['registry.k8s.io', 'Kubernetes'],
  ['k8s.gcr.io', 'Kubernetes, before registry.k8s.io'],
  ['public.ecr.aws', 'Amazon'],
  ['*.amazonaws.com', "Amazon, registries of accounts: the cloud's to watch"],
  ['mcr.microsoft.com', 'Microsoft'],
  ['*.azurecr.io', "Azure, registries of accounts: the cloud's to watch"],
  ['registry.digitalocean.com', 'DigitalOcean'],
  ['*.scw.cloud', 'Scaleway'],
  ['*.ocir.io', 'Oracle'],
  ['container-registry.oracle.com', 'Oracle'],
  ['icr.io', 'IBM'],
  ['*.icr.io', 'IBM'],
  ['lscr.io', 'linuxserver.io'],
  ['registry.gitlab.com', 'GitLab.com'],
  ['codeberg.org', 'Codeberg'],
  ['cr.fluentbit.io', 'Fluent Bit'],
  ['docker.elastic.co', 'Elastic'],
  ['nvcr.io', 'NVIDIA'],
  ['docker.n8n.io', 'n8n'],
  ['docker.dragonflydb.io', 'Dragonfly'],
  ['docker.getoutline.com', 'Outline'],
  ['docker.redpanda.com', 'Redpanda'],
  ['docker.gitea.com', 'Gitea'],
  ['code.forgejo.org', 'Forgejo'],
  ['data.forgejo.org', 'Forgejo'],
  ['cr.l5d.io', 'Linkerd'],
  ['cr.kgateway.dev', 'kgateway'],
  ['cr.weaviate.io', 'Weaviate'],
  ['cr.step.sm', 'Smallstep'],
  ['xpkg.upbound.io', 'Upbound'],
  ['reg.kyverno.io', 'Kyverno'],
  ['oci.external-secrets.io', 'External Secrets'],
  ['ttl.sh', 'Replicated: images that last for a day'],
  ['cgr.dev', 'Chainguard'],
  ['dhi.io', 'Docker Hardened Images'],
  ['registry.developers.crunchydata.com', 'Crunchy Data'],
  ['releases-docker.jfrog.io', 'JFrog'],
  ['*.jfrog.io', "JFrog, registries of accounts: the cloud's to watch"],
];

/** True of a host, with or without port, that strangers run for everybody. Pure. */
export function isPublicRegistry(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return publicHosts.some(([pattern]) => fitsHost(pattern, name, 'any'));
}
