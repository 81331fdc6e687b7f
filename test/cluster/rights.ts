import type { ApiConnection } from './api-connection.ts';
import type { Account } from './tokens.ts';

const AUTHORIZATION = '/apis/rbac.authorization.k8s.io/v1';

/** What may be done, as in a ClusterRole. */
export interface Rule {
  verbs: readonly string[];
  apiGroups?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
  nonResourceURLs?: readonly string[];
}

/** Who may do it. */
export type Grantee = { user: string } | { group: string } | { account: Account };

/** Rights that were given, and can be taken away or exchanged while watches are open. */
export interface Grant {
  /** Name of the ClusterRole and of its ClusterRoleBinding. */
  name: string;
  /** Replaces all rules. */
  change(rules: readonly Rule[]): Promise<void>;
  /** Deletes role and binding. */
  revoke(): Promise<void>;
}

/** Creates a ClusterRole and binds it cluster-wide. */
export async function grant(
  request: ApiConnection['request'],
  name: string,
  to: Grantee,
  rules: readonly Rule[],
): Promise<Grant> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await request('POST', `${AUTHORIZATION}/clusterroles`, {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  });
  await request('POST', `${AUTHORIZATION}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    subjects: [subject(to)],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  });
  return {
    name,
    async change(changed) {
      await request('PATCH', `${AUTHORIZATION}/clusterroles/${name}`, { rules: changed });
    },
    async revoke() {
      await request('DELETE', `${AUTHORIZATION}/clusterrolebindings/${name}`);
      await request('DELETE', `${AUTHORIZATION}/clusterroles/${name}`);
    },
  };
}

function subject(to: Grantee): object {
  if ('account' in to) return { kind: 'ServiceAccount', ...to.account };
  const apiGroup = 'rbac.authorization.k8s.io';
  return 'user' in to ? { kind: 'User', name: to.user, apiGroup } : { kind: 'Group', name: to.group, apiGroup };
}
