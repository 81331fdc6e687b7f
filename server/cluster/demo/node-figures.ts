import { quantityOf } from '#server/facts/quantity.ts';
import { machineOf } from './machines.ts';
import type { NodeDisks } from './node-disks.ts';
import type { ObjectStore } from './object-store.ts';
import type { Random } from './random.ts';
import { rawTime, type RawPod } from './raw-objects.ts';
import type { VolumeData } from './volume-data.ts';
import { volumeFigures } from './volume-figures.ts';

/** What a kubelet measures of. */
export interface Measured {
  store: ObjectStore;
  disks: NodeDisks;
  volumes: VolumeData;
  /** Epoch ms. */
  now: number;
  /** The same for the same pod whenever it is asked. */
  random: Random;
}

// Kubelets measure file systems once a minute and all else every 10 s.
const DISK_EVERY_MS = 60_000;
const MEASURED_EVERY_MS = 10_000;
const MB = 1e6;
// The system with k3s itself, more of both on the control plane.
const SYSTEM = { cores: 0.09, bytes: 900 * MB };
const CONTROL_PLANE = { cores: 0.22, bytes: 1_700 * MB };
/** What uses more than the others: cores and bytes at rest. */
const appetites: Readonly<Record<string, { cores: number; bytes: number }>> = {
  jellyfin: { cores: 0.35, bytes: 1_450 * MB },
  'home-assistant': { cores: 0.08, bytes: 620 * MB },
  'victoria-metrics': { cores: 0.06, bytes: 740 * MB },
  'paperless-ngx': { cores: 0.05, bytes: 910 * MB },
  'argocd-application-controller': { cores: 0.07, bytes: 430 * MB },
  'longhorn-manager': { cores: 0.04, bytes: 210 * MB },
};
// What a node has used up that is under pressure, by the thresholds of k3s.
const PRESSED_SHARE = 0.965;
const INODE_BYTES = 16_384;
const BYTES_PER_FILE = 52_000;

/** What the kubelet of a node answers to `/stats/summary`. */
export function nodeFigures(name: string, measured: Measured): object {
  const { cpus, memoryKi, controlPlane } = machineOf(name);
  const time = rawTime(measured.now - (measured.now % MEASURED_EVERY_MS));
  const pods = measured.store
    .list('pods')
    .filter(({ spec, status }) => spec.nodeName === name && status.phase === 'Running')
    .map((pod) => ({ pod, ...podUse(pod, measured) }));
  const system = controlPlane ? CONTROL_PLANE : SYSTEM;
  const sum = (of: 'cores' | 'bytes') => pods.reduce((all, each) => all + each[of], system[of]);
  const memory = memoryKi * 1024;
  const pressed = (type: string) =>
    measured.store
      .get('nodes', name)
      ?.status.conditions.some((each) => each.type === type && each.status === 'True') === true;
  const used = pressed('MemoryPressure') ? memory * PRESSED_SHARE : Math.min(memory * 0.94, sum('bytes'));
  const fs = diskFigures(name, pressed('DiskPressure'), measured);
  return {
    node: {
      nodeName: name,
      cpu: cpuFigures(Math.min(cpus, sum('cores')), time),
      memory: { ...memoryFigures(used, time), availableBytes: Math.round(memory - used) },
      fs,
      runtime: { imageFs: { ...fs, usedBytes: Math.round(fs.usedBytes * 0.3) } },
    },
    pods: pods.map(({ pod, cores, bytes }) => ({
      ...podFigures(pod, cores, bytes, time),
      ...volumesOf(pod, measured),
    })),
  };
}

function podFigures({ metadata, spec }: RawPod, cores: number, bytes: number, time: string): object {
  const { name, namespace, uid } = metadata;
  const used = { cpu: cpuFigures(cores, time), memory: memoryFigures(bytes, time) };
  return { podRef: { name, namespace, uid }, containers: [{ name: spec.containers[0]?.name, ...used }], ...used };
}

function volumesOf(pod: RawPod, measured: Measured): object {
  const volume = volumeFigures(pod, measured);
  return volume.length === 0 ? {} : { volume };
}

/** What a pod uses now: its own measure, in slow waves. */
function podUse({ metadata, spec }: RawPod, { now, random }: Measured): { cores: number; bytes: number } {
  const own = random.fork(metadata.uid);
  const [container] = spec.containers;
  const { cores, bytes } = appetites[container?.name ?? ''] ?? {
    cores: own.between(1, 12) / 1_000,
    bytes: own.between(24, 130) * MB,
  };
  const wave = Math.sin((now / own.between(300_000, 1_500_000)) * 2 * Math.PI + own.next() * 6);
  // No two measurements are alike.
  const jitter = own.fork(String(Math.floor(now / MEASURED_EVERY_MS))).next() - 0.5;
  const { limits } = (container?.resources ?? {}) as { limits?: { memory?: string } };
  const limit = quantityOf(limits?.memory, Infinity) ?? Infinity;
  return {
    cores: cores * (1 + 0.3 * wave + 0.4 * jitter),
    bytes: Math.round(Math.min(bytes * (1 + 0.03 * wave + 0.01 * jitter), limit * 0.72)),
  };
}

function cpuFigures(cores: number, time: string): object {
  return { time, usageNanoCores: Math.round(cores * 1e9) };
}

function memoryFigures(bytes: number, time: string): object {
  const workingSetBytes = Math.round(bytes);
  return { time, usageBytes: Math.round(bytes * 1.2), workingSetBytes, rssBytes: Math.round(bytes * 0.8) };
}

function diskFigures(name: string, isPressed: boolean, { disks, now }: Measured) {
  const capacityBytes = machineOf(name).diskKi * 1024;
  const usedBytes = isPressed ? Math.round(capacityBytes * PRESSED_SHARE) : disks.used(name);
  const inodes = Math.floor(capacityBytes / INODE_BYTES);
  const inodesUsed = Math.floor(usedBytes / BYTES_PER_FILE);
  return {
    time: rawTime(now - (now % DISK_EVERY_MS)),
    ...{ capacityBytes, usedBytes, availableBytes: capacityBytes - usedBytes },
    ...{ inodes, inodesUsed, inodesFree: inodes - inodesUsed },
  };
}
