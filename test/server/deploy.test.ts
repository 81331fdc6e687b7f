import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { crashLogRow } from '#server/cluster/crash-log-feed.ts';
import { kubeletRows } from '#server/cluster/all-kubelets.ts';
import { kinds } from '#server/cluster/kinds.ts';
import type { RightsFact } from '#server/facts/rights.ts';

const base = join(import.meta.dirname, '../../deploy/base');

interface Rule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: Rule[];
}

const manifests = parseAllDocuments(readFileSync(join(base, 'rbac.yaml'), 'utf8')).map(
  (document) => document.toJS() as Manifest,
);

/** `namespace group/resource verbs` of every rule about resources. */
const granted = manifests.flatMap(({ metadata, rules }) =>
  (rules ?? [])
    .filter(({ resources }) => resources !== undefined)
    .flatMap(({ apiGroups = [], resources = [], resourceNames = [], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.map((name) =>
          [metadata.namespace ?? '*', `${group}/${name}`, ...resourceNames, verbs.toSorted().join()].join(' '),
        ),
      ),
    ),
);

describe('the manifests', () => {
  test('grant what each watched kind needs, the logs of what crashed, what nodes use and the identity of the cluster, and nothing more', () => {
    const needed = [...kinds, crashLogRow, ...kubeletRows].map(({ rule }: { rule: RightsFact['rule'] }) =>
      [rule.namespace ?? '*', `${rule.group}/${rule.resource}`, rule.verbs.toSorted().join()].join(' '),
    );
    expect(granted.toSorted()).toEqual([...needed, '* /namespaces kube-system get'].toSorted());
  });

  test('grant nothing that changes the cluster, and no Secrets', () => {
    const verbs = manifests.flatMap(({ rules }) => (rules ?? []).flatMap((rule) => rule.verbs));
    expect(new Set(verbs)).toEqual(new Set(['get', 'list', 'watch']));
    expect(granted.join()).not.toContain('secrets');
    // It also permits to run commands in any pod.
    expect(granted.join()).not.toContain('nodes/proxy');
  });

  test('are all named by the kustomization', () => {
    const { resources } = parse(readFileSync(join(base, 'kustomization.yaml'), 'utf8')) as { resources: string[] };
    const others = ['kustomization.yaml', 'clusterwall.yaml'];
    expect(resources.toSorted()).toEqual(readdirSync(base).filter((name) => !others.includes(name)));
  });

  test('run the wall with as little as it needs', () => {
    const { spec } = parse(readFileSync(join(base, 'deployment.yaml'), 'utf8')) as {
      spec: {
        strategy: object;
        template: { spec: { securityContext: object; containers: [{ securityContext: object }] } };
      };
    };
    expect(spec.strategy).toEqual({ type: 'Recreate' });
    expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(spec.template.spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});
