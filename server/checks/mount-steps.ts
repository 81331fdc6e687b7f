import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import type { MountTrouble, WaitingPod } from './mount-trouble.ts';
import { describePod } from './pull-steps.ts';
import { shorten } from './shorten.ts';
import { describeClaim } from './storage-steps.ts';

/** The first steps for a volume that cannot be mounted. */
export function mountSteps({ waiting: [first] }: MountTrouble): Step[] {
  return [...lookSteps(first), describePod(first.pod)];
}

const attachments: Step = { say: 'Which volume is attached where?', command: 'kubectl get volumeattachments' };

function lookSteps(first: WaitingPod): Step[] {
  const { pod, use, reason } = first;
  const { claim } = use;
  const node = pod.node ?? '';
  const on = `On ${shorten(node, 60)}`;
  const where: Step = {
    say: 'Where is it stored?',
    command: command`kubectl describe persistentvolume ${claim.volume}`,
  };
  switch (reason.look) {
    case 'driver':
      return [
        {
          say: `Which drivers are registered on ${shorten(node, 60)}?`,
          command: command`kubectl get csinode ${node} -o yaml`,
        },
        {
          say: 'Do the pods of the driver run there?',
          command: command`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${node}`}`,
        },
      ];
    case 'attacher':
      return [attachments, { say: 'Do the pods of the driver run?', command: 'kubectl get pods -A -o wide' }];
    case 'server':
    case 'export':
      return [serverStep(first) ?? where];
    case 'in-use':
    case 'attached':
      return [
        { say: 'Which pods use it?', command: command`kubectl -n ${claim.namespace} get pods -o wide` },
        attachments,
      ];
    case 'damage':
      return [
        where,
        { say: 'Look at the volume in its storage system, and at its backups, before a repair with fsck' },
      ];
    case 'program':
      return [
        {
          say: `${on}: install what mounts it (nfs-common for NFS, open-iscsi for Longhorn and iSCSI, cifs-utils for SMB)`,
        },
      ];
    case 'missing':
      return [where, { say: 'Is the volume still there in its storage system?' }];
    case 'rights':
    case 'other':
      return [describeClaim(claim), where];
    case 'late':
      return [attachments, describeClaim(claim)];
  }
}

function serverStep({ pod, use, reason }: WaitingPod): Step | null {
  const { server = '', path = '' } = use.volume?.made ?? {};
  if (server === '') return null;
  const on = `On ${shorten(pod.node ?? '', 60)}`;
  return reason.look === 'server'
    ? { say: `${on}: does the server answer?`, command: command`nc -zv -w 5 ${server} 2049` }
    : { say: `${on}: does the server export ${shorten(path, 80)} to it?`, command: command`showmount -e ${server}` };
}
