/**
 * Reasons of Normal events that are kept, since the API calls normal what an owner wants to know. All others (Pulled,
 * Created, Scheduled, ...) are many and tell nothing that the objects themselves do not.
 */
export const tellingReasons: ReadonlySet<string> = new Set([
  // A pod that cannot pull its image, or whose container crashes: the back-off is Normal.
  'BackOff',
  // A claim that waits for its volume: that no volume fits, or that its provisioner has made none, is Normal.
  'FailedBinding',
  'ExternalProvisioning',
  // Longhorn wants a volume mounted anew.
  'Remount',
  // A container killed for its failed liveness probe, or a pod taken away by a taint.
  'Killing',
  'TaintManagerEviction',
  // A CronJob with concurrencyPolicy Forbid that is blocked by a stuck run.
  'JobAlreadyActive',
  'MissingJob',
  // A node that comes, goes, or changes its mind.
  'NodeNotReady',
  'NodeReady',
  'NodeNotSchedulable',
  'NodeSchedulable',
  'NodeHasDiskPressure',
  'NodeHasInsufficientMemory',
  'NodeHasInsufficientPID',
  'RegisteredNode',
  'RemovingNode',
  'DeletingNode',
  'Shutdown',
  // The kubelet or kube-proxy began anew; a reboot itself (Rebooted) is a Warning on most versions.
  'Starting',
  'Rebooted',
  // k3s says once after each start that its certificates are fine.
  'CertificateExpirationOK',
]);
