import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { ClaimUse } from './claim-use.ts';
import { nodeDistribution } from './distribution.ts';
import { shorten } from './shorten.ts';
import { stopBackupSteps, stopSteps } from './volume-loss-steps.ts';

/** What to do about a disk that is not mounted: nothing writes or is backed up any more before anybody mounts it again. */
export function mountDiskSteps(use: ClaimUse, node: string, snapshot: Snapshot): Step[] {
  return [
    ...stopBackupSteps(use.claim.key, snapshot),
    ...stopSteps(use, snapshot),
    ...onNode(use.volume?.made.path ?? '', node, snapshot),
  ];
}

function onNode(path: string, name: string, snapshot: Snapshot): Step[] {
  const node = snapshot.facts('node').get(name);
  const on = shorten(name, 60);
  if (node !== undefined && nodeDistribution(node) === 'talos') {
    const target = node.internalIp ?? node.name;
    return [
      { say: `What is mounted on ${on}?`, command: command`talosctl -n ${target} mounts` },
      { say: 'Is its disk there at all?', command: command`talosctl -n ${target} get disks` },
    ];
  }
  const disk = { say: `On ${on}: is its disk there at all?`, command: 'lsblk -f' };
  if (path === '') return [disk];
  return [
    { say: `On ${on}: what is mounted there?`, command: command`findmnt --target ${path}` },
    { ...disk, say: 'Is its disk there at all?' },
    {
      say: 'Mount it as /etc/fstab has it, once nothing writes there: what was written meanwhile lies hidden below it',
      command: command`mount ${path}`,
    },
  ];
}
