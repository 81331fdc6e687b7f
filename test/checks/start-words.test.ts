import { expect, test } from 'vitest';
import { saysOnlyLate, startWords } from '#server/checks/start-words.ts';

const sandbox =
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "' +
  `${'0a'.repeat(32)}": `;
const mountDevice = 'MountVolume.MountDevice failed for volume "pvc-1" : ';
const desc = 'rpc error: code = Internal desc = mount failed: exit status 32 Output: mount: /var/lib/kubelet/x: ';
const setUp = 'MountVolume.SetUp failed for volume "data" : ';

test.for([
  ['secret "db-password" not found', 'it needs Secret db-password, which is not there'],
  ['configmap "app-config" not found', 'it needs ConfigMap app-config, which is not there'],
  [`${setUp}configmap "app-config" not found`, 'it needs ConfigMap app-config, which is not there'],
  ["couldn't find key password in Secret default/db", 'Secret db has no key password'],
  ["couldn't find key level in ConfigMap default/app", 'ConfigMap app has no key level'],
  [`${setUp}references non-existent secret key: tls.key`, 'a Secret it mounts has no key tls.key'],
  [`${setUp}configmap references non-existent config key: app.yaml`, 'a ConfigMap it mounts has no key app.yaml'],
  [
    'failed to fetch token: serviceaccounts "deployer" not found',
    'it needs ServiceAccount deployer, which is not there',
  ],
  [
    'container has runAsNonRoot and image will run as root (pod: "web_default(1)", container: web)',
    'it must not run as root, and its image would',
  ],
  [
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH: unknown',
    'its image has no program serve',
  ],
  [
    'unable to start container process: exec: "/entry.sh": permission denied: unknown',
    'its program /entry.sh may not be run',
  ],
  ['exec: "/x": stat /x: no such file or directory: unknown', 'its image has no program /x'],
  [
    'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-5d4f-x7k2p',
    'its volume is still used by web-5d4f-x7k2p',
  ],
  [
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
    'its volume is still attached to another node',
  ],
  [
    'MountVolume.MountDevice failed for volume "pvc-1" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name driver.longhorn.io not found in the list of registered CSI drivers',
    'the storage driver driver.longhorn.io does not run on its node',
  ],
  [
    `${setUp}mount failed: exit status 32 Output: mount: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.`,
    'its node lacks the program to mount such a volume',
  ],
  [`${setUp}mount failed: exit status 32 Output: mount.nfs: Connection timed out`, 'the NFS server does not answer'],
  [
    `${setUp}mount failed: mount.nfs: access denied by server while mounting nas:/data`,
    'the NFS server does not let its node in',
  ],
  [`${mountDevice}${desc}can't read superblock on /dev/longhorn/pvc-1.`, 'the file system of its volume is damaged'],
  [
    `${mountDevice}${desc}mount(2) system call failed: Structure needs cleaning.\n       dmesg(1) may have more information after failed mount system call.`,
    'the file system of its volume is damaged',
  ],
  [
    `${mountDevice}rpc error: code = Internal desc = 'fsck' found errors on device /dev/sdb but could not correct them`,
    'the file system of its volume is damaged',
  ],
  [
    `${mountDevice}${desc}wrong fs type, bad option, bad superblock on /dev/sdb, missing codepage or helper program, or other error.`,
    'the file system of its volume is damaged or of another kind',
  ],
  [
    `${setUp}mount failed: wrong fs type, bad option, bad superblock on 10.0.0.9:/data, missing codepage or helper program, or other error.`,
    'its node lacks the program to mount such a volume',
  ],
  [`${mountDevice}${desc}/dev/sdb already mounted or mount point busy.`, 'something else on its node uses its volume'],
  [`${mountDevice}mount: cannot mount /dev/sdb read-only.`, 'its volume can only be read'],
  [
    'AttachVolume.Attach failed for volume "pvc-1" : timed out waiting for external-attacher of driver.longhorn.io CSI driver to attach volume pvc-1',
    'the storage driver driver.longhorn.io does not attach its volume in time',
  ],
  [
    'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    'its volume is not attached to its node in time',
  ],
  [
    'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Aborted desc = volume pvc-1 is not ready for workloads',
    'the storage system says that its volume is not ready',
  ],
  [
    'MountVolume.WaitForAttach failed for volume "pvc-1" : volume pvc-1 is not attached to node nuc0',
    'its volume is not attached to its node',
  ],
  [
    `${setUp}mount failed: Mounting arguments: -t nfs 10.0.0.9:/data /x Output: mount(2): Connection timed out`,
    'the NFS server does not answer',
  ],
  [
    `${setUp}mount failed: mount.nfs4: access denied by server while mounting nas:/data`,
    'the NFS server does not let its node in',
  ],
  [
    'failed to generate spec: failed to stat "/mnt/x": stat /mnt/x: no such file or directory',
    'its node has no /mnt/x',
  ],
  [
    `${mountDevice}rpc error: code = Internal desc = rpc error: code = Unknown desc = engine "e-1" has no head`,
    'its node says "engine \'e-1\' has no head"',
  ],
  [`${setUp}hostPath type check failed: /data is not a directory`, '/data on its node is no directory'],
  [
    'MountVolume.NewMounter initialization failed for volume "disk" : path "/mnt/disk" does not exist',
    'its node has no /mnt/disk',
  ],
  [
    `${sandbox}plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.42.0.1-10.42.0.254`,
    'its node has no pod address left',
  ],
  [
    `${sandbox}plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory`,
    'the pod network (flannel) is not set up on its node',
  ],
  [
    `${sandbox}plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized`,
    'the network plugin calico fails on its node',
  ],
  [
    'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "rancher/mirrored-pause:3.6": failed to pull image',
    'its node cannot pull rancher/mirrored-pause:3.6, which every pod needs',
  ],
  [
    'network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
    'the pod network is not set up on its node',
  ],
  [
    'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: context deadline exceeded',
    'its volume data is not mounted in time',
  ],
  ['context deadline exceeded', 'its node takes too long'],
  ['the cat sat on it', 'its node says "the cat sat on it"'],
] as const)('%s', ([message, words]) => {
  expect(startWords(message).words).toBe(words);
});

test('what is missing is named, and where to look', () => {
  expect(startWords('secret "db" not found')).toMatchObject({ look: 'secret', name: 'db' });
  expect(startWords('something else')).toMatchObject({ look: null, name: '' });
});

test('what nobody has heard of is told by its end, where the cause is', () => {
  const { words } = startWords(`${mountDevice}${desc}${'so '.repeat(100)}it is flooded`);
  expect(words).toMatch(/^its node says "\.\.\..*it is flooded"$/);
  expect(words.length).toBeLessThan(150);
});

test('what is damaged is named', () => {
  expect(startWords(`${mountDevice}${desc}can't read superblock on /dev/x`)).toMatchObject({
    look: 'damage',
    name: 'pvc-1',
  });
});

test('what nobody has heard of says the same at the next try, in another sandbox', () => {
  const [one, other] = ['0a', '1b'].map((part) => startWords(`no luck in ${part.repeat(32)} today`).words);
  expect(one).toBe(other);
});

test('what only says that time ran out is told apart', () => {
  expect(saysOnlyLate('Unable to attach or mount volumes: unmounted volumes=[a]: x')).toBe(true);
  expect(saysOnlyLate(`${setUp}failed to sync configmap cache: timed out waiting for the condition`)).toBe(true);
  expect(saysOnlyLate(`${setUp}configmap "a" not found`)).toBe(false);
});
