import { meaningOf, quotedEnd, type Meaning, type Meanings } from './meanings.ts';

/** Where to look next when a pod has a node and does not start. */
export type StartLook =
  | 'secret'
  | 'config-map'
  | 'service-account'
  | 'claims'
  | 'damage'
  | 'attachments'
  | 'drivers'
  | 'network'
  | 'disk'
  | 'image-user';

/** What containers say that cannot be made, and what events say of volumes and sandboxes: word for word as kubelets write it. */
const meanings: Meanings<StartLook> = [
  [/\bsecret "([^"]+)" not found/i, 'it needs Secret $1, which is not there', 'secret'],
  [/\bconfigmap "([^"]+)" not found/i, 'it needs ConfigMap $1, which is not there', 'config-map'],
  [/couldn't find key (\S+) in Secret (?:[^\s/]+\/)?([^\s/]+)$/i, 'Secret $2 has no key $1', 'secret'],
  [/couldn't find key (\S+) in ConfigMap (?:[^\s/]+\/)?([^\s/]+)$/i, 'ConfigMap $2 has no key $1', 'config-map'],
  [/references non-existent secret key: (\S+)/i, 'a Secret it mounts has no key $1', 'secret'],
  [/references non-existent config key: (\S+)/i, 'a ConfigMap it mounts has no key $1', 'config-map'],
  [/serviceaccounts? "([^"]+)" not found/i, 'it needs ServiceAccount $1, which is not there', 'service-account'],
  [/persistentvolumeclaim "([^"]+)" not found/i, 'it needs PersistentVolumeClaim $1, which is not there', 'claims'],
  [/runAsNonRoot/i, 'it must not run as root, and its image would', 'image-user'],
  [/exec: "([^"]+)": executable file not found/i, 'its image has no program $1'],
  [/exec: "([^"]+)": (?:stat [^:]*: )?no such file or directory/i, 'its image has no program $1'],
  [/exec: "([^"]+)": permission denied/i, 'its program $1 may not be run'],
  [/exec format error/i, 'its image is not built for the processor of the node'],
  [/not a directory: (?:unknown: )?Are you trying to mount a directory onto a file/i, 'it mounts a folder onto a file'],
  [/already used by pod\(s\) ([^\s]+)/i, 'its volume is still used by $1', 'attachments'],
  [/exclusively attached to one node/i, 'its volume is still attached to another node', 'attachments'],
  [
    /driver name (\S+) not found in the list of registered CSI drivers/i,
    'the storage driver $1 does not run on its node',
    'drivers',
  ],
  // Where mount names a device it has the program, and what it found there is not what it was told to expect.
  [/\/sbin\/mount\.|bad superblock on (?!\/dev\/)/i, 'its node lacks the program to mount such a volume', 'claims'],
  [
    /(?:for volume "([^"]+)"[^]*)?(?:can't read superblock|structure needs cleaning|found errors on device \S+ but could not correct)/i,
    'the file system of its volume is damaged',
    'damage',
  ],
  [
    /(?:for volume "([^"]+)"[^]*)?(?:wrong fs type|bad superblock)/i,
    'the file system of its volume is damaged or of another kind',
    'damage',
  ],
  [/helper program/i, 'its node lacks the program to mount such a volume', 'claims'],
  [
    /(?:mount\.nfs4?:|-t nfs4? )[^]*(?:timed out|No route to host|refused|is unreachable)/i,
    'the NFS server does not answer',
    'claims',
  ],
  [/mount\.nfs4?:.*access denied|access denied by server/i, 'the NFS server does not let its node in', 'claims'],
  [/mount\.nfs4?:.*No such file/i, 'the NFS server has no such folder', 'claims'],
  [/hostPath type check failed: (\S+) is not an? (\S+)/i, '$1 on its node is no $2'],
  [/\bpath "([^"]+)" does not exist/i, 'its node has no $1', 'claims'],
  [/failed to stat "([^"]+)": .*no such file/i, 'its node has no $1'],
  [
    /already mounted or mount point busy|device or resource busy|apparently in use|target is busy/i,
    'something else on its node uses its volume',
    'attachments',
  ],
  [/write-protected|mount \S+ read-only/i, 'its volume can only be read', 'claims'],
  [
    /waiting for external-attacher of (\S+)/i,
    'the storage driver $1 does not attach its volume in time',
    'attachments',
  ],
  [/not ready for workloads/i, 'the storage system says that its volume is not ready', 'claims'],
  [
    /AttachVolume\.Attach failed[^]*(?:deadline exceeded|timed out)/i,
    'its volume is not attached to its node in time',
    'attachments',
  ],
  [
    /not attached according to node status|\bvolume (?:\S+ )?(?:is )?not attached/i,
    'its volume is not attached to its node',
    'attachments',
  ],
  [/no space left on device/i, 'the disk of its node is full', 'disk'],
  [/read-only file system/i, 'its node can only read its disk', 'disk'],
  [/no IP addresses available|failed to allocate for range/i, 'its node has no pod address left', 'network'],
  [/subnet\.env: no such file/i, 'the pod network (flannel) is not set up on its node', 'network'],
  [/failed to get sandbox image "([^"]+)"/i, 'its node cannot pull $1, which every pod needs', 'disk'],
  [/no runtime for "([^"]+)" is configured/i, 'its node has no runtime $1'],
  [
    /cni plugin not initialized|cni config uninitialized|NetworkPluginNotReady|network is not ready/i,
    'the pod network is not set up on its node',
    'network',
  ],
  [/plugin type="([^"]+)"/i, 'the network plugin $1 fails on its node', 'network'],
  [/setup network for sandbox|networkPlugin/i, 'the pod network fails on its node', 'network'],
  [/failed to sync (?:configmap|secret) cache/i, 'its node does not get ConfigMaps and Secrets from the API'],
  [/reserve container name/i, 'its node is still busy with the try before'],
  [/unmounted volumes=\[([^\]]+)\]/i, 'its volume $1 is not mounted in time', 'claims'],
  [/context deadline exceeded|timed out waiting/i, 'its node takes too long'],
];

const wrapping =
  /^(?:[A-Za-z]+\.[A-Za-z]+ failed for volume "[^"]*" ?: |rpc error: code = \w+ desc = |Failed to create pod sandbox: |kubernetes\.io\/csi: |\w+\.\w+ failed: )/;

/** Why a pod with a node does not start, in plain words; else what was said as a quotation. */
export function startWords(message: string): Meaning<StartLook> {
  return (
    meaningOf(message, meanings) ?? {
      words: `its node says ${quotedEnd(startCause(message), 120)}`,
      look: null,
      name: '',
    }
  );
}

/** The message without what stands around its cause, which is at its end. */
function startCause(message: string): string {
  let text = message;
  while (wrapping.test(text)) text = text.replace(wrapping, '');
  return text.replace(/\s*dmesg\(1\) may have more information[^]*$/, '') || message;
}

/** True for what only says that time ran out: what else was said tells more. */
export function saysOnlyLate(message: string): boolean {
  return /^Unable to attach or mount volumes|timed out waiting for the condition$|context deadline exceeded$/.test(
    message,
  );
}
