import { defineTile } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { fullestClaim } from '../claim-figures.ts';
import { claimUses, type ClaimUse } from '../claim-use.ts';
import { shorten } from '../shorten.ts';
import { storageBars, storageCells, storageColumns } from '../storage-cells.ts';
import { storageSeries } from '../storage-series.ts';
import attachedToDeadNode from './attached-to-dead-node.ts';
import cephHealth from './ceph-health.ts';
import diskNotMounted from './disk-not-mounted.ts';
import claimLost from './claim-lost.ts';
import claimPending from './claim-pending.ts';
import inodesFilling from './inodes-filling.ts';
import longhornDisk from './longhorn-disk.ts';
import longhornVolume from './longhorn-volume.ts';
import mountFailing from './mount-failing.ts';
import volumeEmptied from './volume-emptied.ts';
import readOnly from './read-only.ts';
import volumeFailed from './volume-failed.ts';
import volumeFilling from './volume-filling.ts';
import volumeShrunkSlowly from './volume-shrunk-slowly.ts';
import volumeReplaced from './volume-replaced.ts';

/** The claims: how many of them have their volume. What is lost comes first. */
export default defineTile({
  area: 'storage',
  // How full they are is told by each kubelet for itself.
  needs: ['persistentVolumeClaim'],
  checks: [
    volumeEmptied,
    diskNotMounted,
    volumeReplaced,
    volumeShrunkSlowly,
    claimLost,
    claimPending,
    mountFailing,
    attachedToDeadNode,
    readOnly,
    cephHealth,
    longhornVolume,
    longhornDisk,
    volumeFailed,
    volumeFilling,
    inodesFilling,
  ],
  series: storageSeries,
  figure(snapshot) {
    const uses = claimUses(snapshot);
    if (uses.size === 0) return withoutClaims(snapshot);
    const bound = [...uses.values()].filter(isBound).length;
    return {
      value: String(bound),
      rest: bound === uses.size ? (bound === 1 ? 'volume bound' : 'volumes bound') : `of ${uses.size} bound`,
      detail: detail(uses, snapshot),
    };
  },
  columns: storageColumns,
  bars: storageBars,
  cells: storageCells,
});

function isBound({ claim }: ClaimUse): boolean {
  return claim.phase === 'Bound';
}

/** Volumes that nobody claims, a storage system that nobody uses yet; nothing at all is absent. */
function withoutClaims(snapshot: Snapshot) {
  const volumes = snapshot.facts('persistentVolume').size + snapshot.facts('longhornVolume').size;
  if (volumes + snapshot.facts('cephCluster').size + snapshot.facts('longhornNode').size === 0) return null;
  return { value: '0', rest: 'volumes claimed', detail: say('no claim is there') };
}

/** Who is fullest, and how many have no figures of their own. */
function detail(uses: ReadonlyMap<string, ClaimUse>, snapshot: Snapshot): Say {
  const sharing = [...uses.values()].filter(({ shares }) => shares === 'node').length;
  const fullest = fullestClaim(uses, snapshot);
  if (fullest === null) return unmeasured(sharing, uses.size);
  const [, name = ''] = fullest.key.split('/');
  // Rounded down, so that what is not yet at a limit never reads as if it were.
  const values = { name: shorten(name, 40), used: Math.floor(fullest.percent) };
  if (sharing === 0) return say('fullest {used:percent} {name}', values);
  const words = sharing === 1 ? "1 shares the node's disk" : "{sharing} share the node's disk";
  return say(`fullest {used:percent} {name}, ${words}`, { ...values, sharing });
}

function unmeasured(sharing: number, all: number): Say {
  if (sharing === 0) return say('no figures of their use');
  if (sharing === 1) return say("1 shares the node's disk", { sharing });
  return say(sharing === all ? "all share the node's disk" : "{sharing} share the node's disk", { sharing });
}
