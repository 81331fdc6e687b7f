/** What a CRD is made of. */
export interface CustomResource {
  group: string;
  kind: string;
  plural: string;
  /** All are served, the first is stored. */
  versions: readonly string[];
  /** Whether it has a status of its own, which Traefik's kinds have not. */
  hasStatus: boolean;
  /** `Namespaced` unless told otherwise. */
  scope?: 'Cluster';
}

/** A CRD as far as it matters to a reader: whatever is written in it stays. */
export function customResource({ group, kind, plural, versions, hasStatus, scope }: CustomResource): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      // Groups of the Kubernetes project are refused without it.
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for tests' },
    },
    spec: {
      group,
      scope: scope ?? 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: versions.map((name, i) => ({
        name,
        served: true,
        storage: i === 0,
        ...(hasStatus && { subresources: { status: {} } }),
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
    },
  };
}
