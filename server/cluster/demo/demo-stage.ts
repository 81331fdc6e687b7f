import type { DemoDoor } from './demo-door.ts';
import { volumeNamed } from './claims.ts';
import type { Homelab } from './homelab.ts';
import type {
  ApiAction,
  BackupAction,
  CertificateAction,
  NetworkAction,
  NodeAction,
  Stage,
  StorageAction,
  WorkloadAction,
} from './scenario.ts';
import { firstRunPage } from './web-pages.ts';

/** The demo cluster as a stage. */
export function createDemoStage(homelab: Homelab, door: DemoDoor, now: () => number): Stage {
  return {
    // What is asked for wrongly rejects, rather than throwing before there is a promise.
    apply: async (action) => {
      if ('node' in action) actOnNode(homelab, action);
      else if ('workload' in action) actOnWorkload(homelab, action);
      else if ('certificate' in action) actOnCertificate(homelab, action);
      else if ('thing' in action) actOnThing(homelab, action);
      else actOnApi(homelab, door, now(), action);
    },
  };
}

function actOnNode({ nodes, k3s, drain, reboot, addNode, removeNode }: Homelab, action: NodeAction): void {
  const { node } = action;
  switch (action.action) {
    case 'silenceNode':
      return nodes.kubelet(node).silence();
    case 'reviveNode':
      return nodes.kubelet(node).revive();
    case 'setNodeCondition': {
      const { type, status, reason, message } = action;
      return nodes.kubelet(node).report({ type, status, reason, message });
    }
    case 'cordon':
    case 'uncordon':
      return nodes.setUnschedulable(node, action.action === 'cordon');
    case 'drain':
      return drain(node);
    case 'diskFills':
      nodes.kubelet(node);
      return nodes.disks.fill(node, action.bytesPerHour, action.fromShare);
    case 'diskHeals':
      return nodes.disks.clean(node);
    case 'nodeCertificatesAge':
      nodes.kubelet(node);
      return k3s.age(node, action.leftDays);
    case 'rebootNode':
      return reboot(node);
    case 'k3sRestarted':
      nodes.kubelet(node);
      return k3s.restart(node);
    case 'removeNode':
      return removeNode(node);
    case 'addNode':
      return addNode(node);
  }
}

function actOnWorkload({ work }: Homelab, action: WorkloadAction): void {
  switch (action.action) {
    case 'workloadFails':
      return work.fail(action.workload, action);
    case 'workloadHeals':
      return work.mend(action.workload);
  }
}

function actOnCertificate({ web }: Homelab, action: CertificateAction): void {
  switch (action.action) {
    case 'certificateAges':
      return web.certificates.age(action.certificate, action.leftDays, action.why);
    case 'certificateRenewed':
      return web.certificates.renew(action.certificate);
  }
}

function actOnThing(homelab: Homelab, action: NetworkAction | StorageAction | BackupAction): void {
  if (action.thing === 'storage') actOnStorage(homelab, action);
  else if (action.thing === 'backups') actOnBackups(homelab, action);
  else actOnNetwork(homelab, action);
}

function actOnStorage({ storage, pending, ceph }: Homelab, action: StorageAction): void {
  switch (action.action) {
    case 'claimEmptied':
      volumeNamed(action.claim);
      return storage.data.empty(action.claim);
    case 'claimFills':
      volumeNamed(action.claim);
      return storage.data.fill(action.claim, action.bytesPerHour, action.fromShare);
    case 'claimHeals':
      return storage.data.mend(action.claim);
    case 'claimAsked':
      return pending.ask(action.claim, action.storageClass, action.agoMs);
    case 'claimGoes':
      return pending.drop(action.claim);
    case 'replicasFail':
      return storage.loseReplicas(action.on);
    case 'replicasRebuilt':
      return storage.returnReplicas(action.on);
    case 'cephSays':
      return ceph.stand({ health: action.health, checks: action.checks });
    case 'cephGoes':
      return ceph.go();
  }
}

function actOnBackups({ backups }: Homelab, action: BackupAction): void {
  switch (action.action) {
    case 'backupsRun':
      return backups.run();
    case 'backupsKept':
      return backups.change({ keeps: action.count });
    case 'backupFails':
      return backups.fail(action.claim, action.error);
    case 'backupShrinks':
      return backups.shrink(action.claim, action.bytes);
    case 'backupsDue':
      return backups.change({ cron: action.cron });
    case 'backupTargetFails':
      return backups.loseTarget(action.why);
    case 'backupsHeal':
      return backups.restore();
  }
}

function actOnNetwork({ network, harbor }: Homelab, action: NetworkAction): void {
  switch (action.action) {
    case 'namesFail':
    case 'namesHeal':
      return network.change({ namesFail: action.action === 'namesFail' });
    case 'hostBeginsAnew':
      return network.changeHost(action.host, { slowerMs: 0, page: firstRunPage });
    case 'hostSlows':
      return network.changeHost(action.host, { slowerMs: action.latencyMs, page: null });
    case 'hostHeals':
      return network.changeHost(action.host, null);
    case 'registryRefuses':
      return network.change({ registry: 'refusing' });
    case 'registryEmptied':
      return network.change({ registry: 'empty' });
    case 'registryHeals':
      return network.change({ registry: 'well' });
    case 'harborStands':
      return harbor.stand(action.databaseFrom);
    case 'harborPartFails':
      return network.change({ harborPart: action.part });
    case 'harborGoes':
      network.change({ harborPart: null });
      return harbor.go();
  }
}

function actOnApi(homelab: Homelab, door: DemoDoor, now: number, action: ApiAction): void {
  switch (action.action) {
    case 'apiUnauthorized':
      return door.change({ unauthorizedSince: wholeSecond(now) });
    case 'apiForbidden':
      return door.change({ forbidden: new Set([...door.faults.forbidden, action.resource]) });
    case 'apiRefused':
      return door.change({ refused: true });
    case 'apiSilent':
      return door.change({ silent: true });
    case 'apiNotReady':
      return door.change({ failingParts: [...door.faults.failingParts, ...action.parts] });
    case 'apiSlow':
      return door.change({ slowMs: action.latencyMs });
    case 'servingCertificateExpired':
      return door.change({ certificateExpiredAt: wholeSecond(now) });
    case 'authorityExchanged':
      door.change({ authorityExchangedAt: wholeSecond(now) });
      return door.cut();
    case 'cutConnections':
      return door.cut();
    case 'apiHeals':
      return door.heal();
    case 'wipeCluster':
      homelab.wipe();
      return door.cut();
  }
}

/** Certificates know no fractions of seconds. */
function wholeSecond(at: number): number {
  return at - (at % 1000);
}
