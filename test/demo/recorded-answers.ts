/** Answers of a real kube-apiserver 1.36 to the requests named, as they came (items and UIDs left out). */
export const recorded = {
  '/version': {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: 'v1.36.4',
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: 'go1.26.8',
    compiler: 'gc',
    platform: 'linux/amd64',
  },
  '/api/v1/namespaces/kube-system': {
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: {
      name: 'kube-system',
      uid: 'e33305c7-a482-46c9-ac28-4ac34c08a8b7',
      resourceVersion: '5',
      creationTimestamp: '2026-11-21T03:32:34Z',
      labels: { 'kubernetes.io/metadata.name': 'kube-system' },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  },
  '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases?watch=1': {
    type: 'ADDED',
    object: {
      kind: 'Lease',
      apiVersion: 'coordination.k8s.io/v1',
      metadata: {
        name: 'n1',
        namespace: 'kube-node-lease',
        uid: '9862e2ff-6552-4fda-ac0f-749b1f8e0e38',
        resourceVersion: '204',
        creationTimestamp: '2026-11-21T03:37:51Z',
      },
      spec: { holderIdentity: 'n1', leaseDurationSeconds: 40, renewTime: '2026-11-21T03:34:37.430671Z' },
    },
  },
  '/api/v1/events?watch=1': {
    type: 'ADDED',
    object: {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: {
        name: 'p1.abc',
        namespace: 'default',
        uid: '865af6eb-5949-46e1-a38f-00c80291cf0c',
        resourceVersion: '205',
        creationTimestamp: '2026-11-21T03:37:51Z',
      },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'p1', uid: 'x', apiVersion: 'v1' },
      reason: 'BackOff',
      message: 'm',
      source: { component: 'kubelet', host: 'n1' },
      firstTimestamp: '2026-11-21T03:34:37Z',
      lastTimestamp: '2026-11-21T03:34:37Z',
      count: 1,
      type: 'Warning',
      eventTime: null,
      reportingComponent: '',
      reportingInstance: '',
    },
  },
} as const;

/** Status objects, word for word. */
export const recordedStatuses: Record<string, object> = {
  '/api/v1/foos': status(404, 'the server could not find the requested resource', 'NotFound', {}),
  '/api/v1/pods/foo': status(404, 'the server could not find the requested resource', 'NotFound', {}),
  '/api/v1/nodes/a/b/c': status(404, 'the server could not find the requested resource', 'NotFound', {}),
  '/api/v1/namespaces/t1/nodes': status(404, 'the server could not find the requested resource', 'NotFound', {}),
  '/api/v1/nodes/nuc9': status(404, 'nodes "nuc9" not found', 'NotFound', { name: 'nuc9', kind: 'nodes' }),
  '/api/v1/nodes?limit=abc': status(400, 'strconv.ParseInt: parsing "abc": invalid syntax', 'BadRequest'),
  '/api/v1/nodes?timeoutSeconds=x&watch=1': status(400, 'strconv.ParseInt: parsing "x": invalid syntax', 'BadRequest'),
  '/api/v1/nodes?resourceVersion=abc': status(
    400,
    'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    'BadRequest',
  ),
  '/api/v1/nodes?resourceVersion=abc&watch=1': status(
    500,
    'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
  ),
  '/api/v1/nodes?fieldSelector=bogus': status(400, "invalid selector: 'bogus'; can't understand 'bogus'", 'BadRequest'),
  '/api/v1/nodes?fieldSelector=spec.foo=1': status(400, 'field label not supported: spec.foo', 'BadRequest'),
  '/api/v1/nodes?sendInitialEvents=true&watch=1': refusedOption(
    'resourceVersionMatch',
    'FieldValueForbidden',
    'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  ),
  '/api/v1/nodes?sendInitialEvents=true': refusedOption(
    'sendInitialEvents',
    'FieldValueForbidden',
    'Forbidden: sendInitialEvents is forbidden for list',
  ),
  '/api/v1/nodes?limit=1&resourceVersionMatch=Exact': refusedOption(
    'resourceVersionMatch',
    'FieldValueForbidden',
    'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  ),
  '/api/v1/nodes?limit=1&resourceVersionMatch=Bogus&resourceVersion=5': refusedOption(
    'resourceVersionMatch',
    'FieldValueNotSupported',
    'Unsupported value: "Bogus": supported values: "Exact", "NotOlderThan", ""',
  ),
};

/** The bookmarks that end the initial events of a watch, without their revision. */
export const recordedBookmarks: Record<string, object> = {
  '/api/v1/pods': { kind: 'Pod', apiVersion: 'v1', spec: { containers: null }, status: {} },
  '/api/v1/namespaces': { kind: 'Namespace', apiVersion: 'v1', spec: {}, status: {} },
  '/apis/coordination.k8s.io/v1/leases': { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', spec: {} },
  '/apis/apiregistration.k8s.io/v1/apiservices': {
    kind: 'APIService',
    apiVersion: 'apiregistration.k8s.io/v1',
    spec: { groupPriorityMinimum: 0, versionPriority: 0 },
    status: {},
  },
  '/apis/apps/v1/deployments': {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    spec: { replicas: 0, selector: null, template: { metadata: {}, spec: { containers: null } }, strategy: {} },
    status: {},
  },
  '/apis/apps/v1/statefulsets': {
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    spec: {
      replicas: 0,
      selector: null,
      template: { metadata: {}, spec: { containers: null } },
      serviceName: '',
      updateStrategy: {},
    },
    status: { replicas: 0, availableReplicas: 0 },
  },
  '/apis/apps/v1/replicasets': {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    spec: { replicas: 0, selector: null, template: { metadata: {}, spec: { containers: null } } },
    status: { replicas: 0 },
  },
  '/api/v1/resourcequotas': { kind: 'ResourceQuota', apiVersion: 'v1', spec: {}, status: {} },
  '/api/v1/events': {
    kind: 'Event',
    apiVersion: 'v1',
    involvedObject: {},
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    eventTime: null,
    reportingComponent: '',
    reportingInstance: '',
  },
};

function status(code: number, message: string, reason?: string, details?: object): object {
  const why = { ...(reason === undefined ? {} : { reason }), ...(details === undefined ? {} : { details }) };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...why, code };
}

function refusedOption(field: string, reason: string, message: string): object {
  return status(422, `ListOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, 'Invalid', {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason, message, field }],
  });
}
