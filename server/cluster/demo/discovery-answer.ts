import { apiVersionOf, pluralOf, resources, type ResourceName } from './resources.ts';
import { jsonAnswer, type WholeAnswer } from './status-answer.ts';

/** The Kubernetes version that the demo cluster runs. */
export const DEMO_VERSION = 'v1.36.2+k3s1';

/** `/version`. */
export function versionAnswer(): WholeAnswer {
  return jsonAnswer(200, {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: DEMO_VERSION,
    gitCommit: 'b3f1c6d2e0a94f57c81d6a2e9b40f7735de0c1a8',
    gitTreeState: 'clean',
    buildDate: '2026-07-21T18:04:11Z',
    goVersion: 'go1.26.5',
    compiler: 'gc',
    platform: 'linux/amd64',
  });
}

/** Groups and versions of resources: `v1`, `coordination.k8s.io/v1`. */
function groupVersions(served: readonly ResourceName[]): string[] {
  return [...new Set(served.map((name) => apiVersionOf(resources[name])))];
}

/** `/api`, `/apis`, `/api/v1`, `/apis/GROUP/VERSION`; null for other paths. `served` are the resources that are there. */
export function discoveryAnswer(path: string, served: readonly ResourceName[]): WholeAnswer | null {
  if (path === '/api')
    return jsonAnswer(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  if (path === '/apis') return jsonAnswer(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(served) });
  const groupVersion = path.replace(/^\/apis?\//, '');
  if (!groupVersions(served).includes(groupVersion) || (groupVersion === 'v1') !== path.startsWith('/api/'))
    return null;
  const found = served.filter((name) => apiVersionOf(resources[name]) === groupVersion);
  return jsonAnswer(200, {
    kind: 'APIResourceList',
    ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources: found.map((resource) => {
      const { kind, namespaced } = resources[resource];
      return {
        name: pluralOf(resource),
        singularName: kind.toLowerCase(),
        namespaced,
        kind,
        verbs: ['get', 'list', 'watch'],
      };
    }),
  });
}

function groups(served: readonly ResourceName[]): object[] {
  return groupVersions(served)
    .filter((groupVersion) => groupVersion !== 'v1')
    .map((groupVersion) => {
      const [name, version] = groupVersion.split('/');
      return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
    });
}
