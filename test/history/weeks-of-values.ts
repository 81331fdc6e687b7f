import type { Sample } from '#server/history/history.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What happened in the weeks, ms before their end: `[from, to]`. */
export const weeksStory = {
  slowApi: [9 * dayMs, 9 * dayMs - 25 * 60_000],
  wallOff: [4.6 * dayMs, 4.6 * dayMs - 5 * hourMs],
  nodeDown: [6 * dayMs, 6 * dayMs - 35 * 60_000],
  crashing: [3 * dayMs, 3 * dayMs - 2 * hourMs],
  fullDisk: [20 * hourMs, 0],
} as const;

const nodes = ['kmaster', 'nuc0', 'nuc1', 'nuc2'];
const workloads = [
  { kind: 'Deployment', name: 'media/jellyfin', cores: 0.4, bytes: 620e6 },
  { kind: 'Deployment', name: 'dev/gitea', cores: 0.05, bytes: 240e6 },
  { kind: 'StatefulSet', name: 'dev/postgres', cores: 0.08, bytes: 310e6 },
  { kind: 'Deployment', name: 'kube-system/coredns', cores: 0.02, bytes: 28e6 },
  { kind: 'DaemonSet', name: 'ingress/traefik', cores: 0.03, bytes: 64e6 },
];

/** Whether `at` lies in what happened then, for weeks that end at `endAt`; epoch ms. */
export function happens(what: keyof typeof weeksStory, at: number, endAt: number): boolean {
  const [from, to] = weeksStory[what];
  return at >= endAt - from && at < endAt - to;
}

/** What is measured at `at`: a homelab by day and night, with what happened to it. The same for the same time. */
export function valuesAt(at: number, endAt: number): Sample[] {
  const down = happens('nodeDown', at, endAt);
  const slow = happens('slowApi', at, endAt);
  const latency = 12 + 6 * busy(at) + 8 * noise(at, 1) + (slow ? 900 + 2_500 * noise(at, 2) : 0);
  const crashing = happens('crashing', at, endAt) && (at / 60_000) % 6 < 4;
  return [
    sample('control-plane/latency', latency),
    sample('nodes/ready', down ? 3 : 4),
    sample('workloads/pods-wanted', at < endAt - 10 * dayMs ? 40 : 42),
    sample('workloads/pods-ready', (at < endAt - 10 * dayMs ? 40 : 42) - (down ? 9 : 0) - (crashing ? 1 : 0)),
    sample('workloads/restarts', crashing ? 1 : 0),
    ...nodes.flatMap((node, i) => (down && node === 'nuc1' ? [] : valuesOfNode(node, i, at, endAt))),
    ...workloads.flatMap(({ kind, name, cores, bytes }, i) => [
      sample(`workloads/cpu|${kind}/${name}`, cores * (0.4 + 1.6 * busy(at) * noise(at, 40 + i))),
      sample(`workloads/memory|${kind}/${name}`, bytes * (0.85 + 0.2 * (((at + i * hourMs) % dayMs) / dayMs))),
    ]),
  ];
}

function valuesOfNode(node: string, index: number, at: number, endAt: number): Sample[] {
  const left = (endAt - at) / dayMs;
  // nuc0 fills, faster in the end; the others are emptied of old logs every few days.
  const filling = 88 - 2.2 * left - (left < 2 ? 0 : 4);
  const disk = node === 'nuc0' ? filling : 35 + 6 * index + (((at / dayMs + index) % 3) / 3) * 4;
  return [
    sample(`nodes/cpu|Node/${node}`, 8 + 4 * index + 35 * busy(at) * noise(at, 10 + index)),
    sample(`nodes/memory|Node/${node}`, 38 + 9 * index + 6 * busy(at) + 2 * noise(at, 20 + index)),
    sample(`nodes/disk|Node/${node}`, Math.max(5, disk), true),
    sample(`nodes/inodes|Node/${node}`, Math.max(3, disk / 4), true),
  ];
}

function sample(series: string, value: number, lasting = false): Sample {
  return { series, value, lasting };
}

/** From 0 at night to 1 in the evening. */
function busy(at: number): number {
  return 0.5 - 0.5 * Math.cos(((((at % dayMs) / dayMs) * 24 - 5) / 24) * 2 * Math.PI);
}

/** From 0 to 1, another one each minute. */
function noise(at: number, of: number): number {
  const mixed = Math.sin(Math.floor(at / 60_000) * 12.9898 + of * 78.233) * 43_758.545_3;
  return mixed - Math.floor(mixed);
}
