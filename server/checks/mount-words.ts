import { meaningOf, quotedEnd, type Meanings } from './meanings.ts';
import { saysOnlyLate } from './start-words.ts';

/** What a volume that cannot be mounted is due to, and where to look next. */
export type MountLook =
  | 'driver'
  | 'attacher'
  | 'server'
  | 'export'
  | 'in-use'
  | 'attached'
  | 'damage'
  | 'program'
  | 'missing'
  | 'rights'
  | 'late'
  | 'other';

/** Why a volume cannot be mounted: after "gitea-0 waits for gitea-data: ". */
export interface MountReason {
  words: string;
  look: MountLook;
  /** The driver, where it is that one's fault; "" otherwise. */
  name: string;
}

/** What kubelets and the controller that attaches say, word for word. The first that fits counts. */
const meanings: Meanings<MountLook> = [
  [/already used by pod\(s\) ([^\s]+)/i, 'it is still used by $1', 'in-use'],
  [/exclusively attached to one node/i, 'it is still attached to another node', 'attached'],
  [
    /driver name (\S+) not found in the list of registered CSI drivers/i,
    'the CSI driver $1 is not registered',
    'driver',
  ],
  [/CSINode \S+ does not contain driver (\S+)/i, 'the CSI driver $1 is not registered', 'driver'],
  [/waiting for external-attacher of (\S+)/i, 'the CSI driver $1 does not attach volumes in time', 'attacher'],
  [
    /(?:can't read superblock|structure needs cleaning|found errors on device \S+ but could not correct)/i,
    'its file system is damaged',
    'damage',
  ],
  [
    /\/sbin\/mount\.|helper program|bad superblock on (?!\/dev\/)/i,
    'its node lacks the program to mount it',
    'program',
  ],
  [/wrong fs type|bad superblock/i, 'its file system is damaged or of another kind', 'damage'],
  [
    /(?:mount\.nfs4?:|-t nfs4? )[^]*(?:timed out|No route to host|refused|is unreachable|Host is down)/i,
    'the NFS server does not answer',
    'server',
  ],
  [/mount\.nfs4?:[^]*access denied|access denied by server/i, 'the NFS server does not let its node in', 'export'],
  [/mount\.nfs4?:[^]*No such file/i, 'the NFS server has no such folder', 'export'],
  [/mount error\(113\)|mount error\(115\)|mount error\(111\)/i, 'the SMB server does not answer', 'other'],
  [/mount error\(13\)/i, 'the SMB server refuses its login', 'rights'],
  [
    /already mounted or mount point busy|device or resource busy|apparently in use|target is busy/i,
    'something else on its node uses it',
    'in-use',
  ],
  [/not ready for workloads/i, 'its storage says that it is not ready', 'missing'],
  [
    /code = NotFound|volume \S+ (?:was )?not found|could not find (?:the )?(?:volume|device)|no such (?:volume|device)|\bpath "[^"]+" does not exist/i,
    'its storage does not know it any more',
    'missing',
  ],
  [/write-protected|read-only file ?system/i, 'it can only be read', 'damage'],
  [/no space left on device/i, 'the disk of its node is full', 'other'],
  [/permission denied|operation not permitted|code = PermissionDenied/i, 'its node may not mount it', 'rights'],
  [/AttachVolume\.Attach failed[^]*(?:deadline exceeded|timed out)/i, 'it is not attached in time', 'late'],
  [
    /not attached according to node status|\bvolume (?:\S+ )?(?:is )?not attached/i,
    'it is not attached to its node',
    'late',
  ],
  [/deadline exceeded|timed out/i, 'it is not mounted in time', 'late'],
];

/** Why a volume cannot be mounted, in plain words; what nobody knows is quoted. */
export function mountReason(message: string): MountReason {
  const found = meaningOf(message, meanings);
  if (found === null) return { words: `its node says ${quotedEnd(message, 120)}`, look: 'other', name: '' };
  return {
    words: found.words,
    look: found.look ?? 'other',
    name: found.look === 'driver' || found.look === 'attacher' ? found.name : '',
  };
}

/** The most telling of several messages, newest first: what only says that time ran out tells least. Undefined if there is none. */
export function mostTelling<T extends { message: string }>(said: readonly T[]): T | undefined {
  return said.find(({ message }) => !saysOnlyLate(message)) ?? said[0];
}
