import { at } from './raw-pod.ts';

const diskTotal = { time: at, capacityBytes: 490_648_473_600, inodes: 30_539_776 };

/** The answer of a kubelet to `/stats/summary`, as that of k3s 1.36 writes it, with what we do not use. */
export const rawStats = {
  node: {
    nodeName: 'nuc0',
    systemContainers: [{ name: 'kubelet', startTime: at, cpu: { time: at, usageNanoCores: 52_000_000 } }],
    startTime: at,
    cpu: { time: at, usageNanoCores: 412_530_111, usageCoreNanoSeconds: 912_345_678_901 },
    memory: {
      ...{ time: at, availableBytes: 9_876_543_488, usageBytes: 9_000_000_512, workingSetBytes: 6_765_410_304 },
      ...{ rssBytes: 3_000_000_512, pageFaults: 123_456, majorPageFaults: 12 },
    },
    network: { time: at, name: 'eth0', rxBytes: 1, rxErrors: 0, interfaces: [{ name: 'eth0', rxBytes: 1 }] },
    fs: {
      ...diskTotal,
      availableBytes: 300_000_002_048,
      usedBytes: 165_648_470_016,
      inodesFree: 29_000_000,
      inodesUsed: 1_539_776,
    },
    runtime: {
      imageFs: {
        ...diskTotal,
        availableBytes: 300_000_002_048,
        usedBytes: 24_000_000_000,
        inodesFree: 29_000_000,
        inodesUsed: 200_000,
      },
      containerFs: { ...diskTotal, availableBytes: 300_000_002_048, usedBytes: 24_000_000_000 },
    },
    rlimit: { time: at, maxpid: 127_000, curproc: 512 },
    swap: { time: at, swapAvailableBytes: 0, swapUsageBytes: 0 },
  },
  pods: [
    {
      podRef: { name: 'web-5d4f8c7b9-abcde', namespace: 'shop', uid: 'f0b8a6ce-5d4f-4c7b-9abc-de0123456789' },
      startTime: at,
      containers: [
        {
          name: 'web',
          startTime: at,
          cpu: { time: at, usageNanoCores: 20_000_000, usageCoreNanoSeconds: 12_345_678 },
          memory: { time: at, workingSetBytes: 90_000_384, rssBytes: 80_000_000 },
          rootfs: { time: at, usedBytes: 4_096, inodesUsed: 12 },
          logs: { time: at, usedBytes: 65_536, inodesUsed: 2 },
        },
        {
          name: 'helper',
          startTime: at,
          cpu: { time: at, usageNanoCores: 1_000_000 },
          memory: { time: at, workingSetBytes: 10_000_384 },
        },
      ],
      cpu: { time: at, usageNanoCores: 22_000_000, usageCoreNanoSeconds: 22_345_678 },
      memory: { time: at, usageBytes: 120_000_512, workingSetBytes: 101_000_192 },
      volume: [
        {
          time: at,
          capacityBytes: 8_000_000,
          usedBytes: 12_288,
          name: 'data',
          pvcRef: { name: 'data', namespace: 'shop' },
        },
      ],
      'ephemeral-storage': { time: at, usedBytes: 73_728, inodesUsed: 16 },
      process_stats: { process_count: 0 },
    },
    {
      podRef: { name: 'registry-0', namespace: 'tools', uid: 'u9' },
      startTime: at,
      containers: [
        {
          name: 'registry',
          cpu: { time: at, usageNanoCores: 3_000_000 },
          memory: { time: at, workingSetBytes: 50_000_384 },
        },
        {
          name: 'proxy',
          cpu: { time: at, usageNanoCores: 2_000_000 },
          memory: { time: at, workingSetBytes: 7_000_384 },
        },
      ],
    },
    { podRef: { name: 'just-begun', namespace: 'shop', uid: 'u10' }, startTime: at, containers: [] },
  ],
};
