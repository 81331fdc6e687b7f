import { defineTile, type TileContext } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { Cells } from '#shared/area-rows.ts';
import type { Subject } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { enoughRenewals, type HeartbeatMemory } from '../heartbeat-memory.ts';
import { nodeSeries } from '../node-series.ts';
import { freshNodeUses, freshUse, fullness, memoryUsed, processorsUsed, type NodeUse } from '../node-use.ts';
import { shorten } from '../shorten.ts';
import clockOff from './clock-off.ts';
import cordoned from './cordoned.ts';
import diskFull from './disk-full.ts';
import inodesFull from './inodes-full.ts';
import memoryHigh from './memory-high.ts';
import memoryOvercommitted from './memory-overcommitted.ts';
import networkUnavailable from './network-unavailable.ts';
import noHeartbeat from './no-heartbeat.ts';
import notReady from './not-ready.ts';
import pressure from './pressure.ts';
import rebooted from './rebooted.ts';
import versionSkew from './version-skew.ts';

/** The machines: how many of them are ready. */
export default defineTile({
  area: 'nodes',
  needs: ['node'],
  checks: [
    notReady,
    noHeartbeat,
    pressure,
    diskFull,
    inodesFull,
    memoryHigh,
    networkUnavailable,
    clockOff,
    memoryOvercommitted,
    cordoned,
    rebooted,
    versionSkew,
  ],
  series: nodeSeries,
  figure(snapshot, context) {
    const nodes = [...snapshot.facts('node').values()];
    if (nodes.length === 0) return { value: '0', rest: 'nodes', detail: say('none has joined') };
    const ready = nodes.filter(isReady).length;
    return { value: String(ready), rest: `of ${nodes.length} ready`, detail: detail(nodes, snapshot, context) };
  },
  columns: [
    { key: 'name', title: 'Node', type: 'text' },
    { key: 'status', title: 'Status', type: 'text' },
    { key: 'cpu', title: 'CPU', type: 'percent' },
    { key: 'memory', title: 'Memory', type: 'percent' },
    { key: 'disk', title: 'Disk', type: 'percent' },
    { key: 'roles', title: 'Roles', type: 'text' },
    { key: 'version', title: 'Kubelet', type: 'text' },
    { key: 'heartbeat', title: 'Last heartbeat', type: 'age' },
    { key: 'os', title: 'System', type: 'text' },
  ],
  cells,
});

function isReady({ conditions }: NodeFact): boolean {
  return conditions['Ready']?.status === 'True';
}

/** A disk that is so full is news before it is a warning. */
const tellsDiskFrom = 70;

/** What deserves the line most: who is cordoned, a disk that gets full, else the oldest heartbeat. */
function detail(nodes: NodeFact[], snapshot: Snapshot, context: TileContext | undefined): Say {
  const closed = nodes.filter(({ unschedulable }) => unschedulable);
  if (closed.length === 1) return say('{name} is cordoned', { name: shorten(closed[0]?.name ?? '', 40) });
  if (closed.length > 1) return say('{count} cordoned', { count: closed.length });
  return fullest(snapshot) ?? heartbeats(nodes, snapshot.now, context);
}

function fullest(snapshot: Snapshot): Say | null {
  const disks = freshNodeUses(snapshot).map((use) => ({ name: use.node.name, used: fullestDisk(use) ?? 0 }));
  const { name, used } = disks.reduce((most, each) => (each.used > most.used ? each : most), { name: '', used: 0 });
  if (used < tellsDiskFrom) return null;
  return say('disk of {name} {used:percent} full', { name: shorten(name, 40), used: Math.floor(used) });
}

function fullestDisk({ stats: { disk, imageDisk } }: NodeUse): number | null {
  const known = [disk, imageDisk].flatMap((each) => (each === null ? [] : (fullness(each) ?? [])));
  return known.length === 0 ? null : Math.max(...known);
}

function heartbeats(nodes: NodeFact[], now: number, context: TileContext | undefined): Say {
  const known = nodes.map(({ name }) => heartbeatOf(name, context)).filter((at) => at !== null);
  if (known.length < nodes.length) return versions(nodes);
  // In steps of ten seconds, the pace of heartbeats: the line must not tick.
  const under = Math.ceil((Math.max(0, now - Math.min(...known)) + 1) / 10_000) * 10_000;
  return say('all heartbeats under {under:duration}', { under });
}

function versions(nodes: NodeFact[]): Say {
  const [first, ...others] = new Set(nodes.map(({ kubeletVersion }) => kubeletVersion).filter((text) => text !== ''));
  if (first === undefined) return say('versions not known');
  return others.length === 0
    ? say('all kubelets {version}', { version: shorten(first, 40) })
    : say('{count} kubelet versions', { count: others.length + 1 });
}

/** When it was last seen to renew (epoch ms), null while its heartbeat cannot be judged. */
function heartbeatOf(name: string, context: TileContext | undefined): number | null {
  const memory = context?.memory('nodes/no-heartbeat') as ReadonlyMap<string, HeartbeatMemory> | undefined;
  const heartbeat = memory?.get(name);
  return heartbeat !== undefined && heartbeat.renewals >= enoughRenewals ? heartbeat.seenAt : null;
}

function cells({ kind, name }: Subject, snapshot: Snapshot, context?: TileContext): Cells {
  const node = kind === 'Node' ? snapshot.facts('node').get(name) : undefined;
  const use = node === undefined ? undefined : freshUse(node, snapshot);
  const uses = {
    cpu: percentOf(use, processorsUsed),
    memory: percentOf(use, memoryUsed),
    disk: percentOf(use, fullestDisk),
  };
  if (node === undefined) return { name, status: null, ...uses, roles: null, version: null, heartbeat: null, os: null };
  return {
    name,
    status: status(node),
    ...uses,
    roles: node.roles.length === 0 ? 'worker' : shorten(node.roles.join(', ')),
    version: node.kubeletVersion || null,
    heartbeat: heartbeatOf(name, context),
    os: node.osImage || null,
  };
}

function percentOf(use: NodeUse | undefined, measure: (use: NodeUse) => number | null): number | null {
  const value = use === undefined ? null : measure(use);
  return value === null ? null : Math.floor(value);
}

function status(node: NodeFact): string {
  const ready = { True: 'ready', False: 'not ready', Unknown: 'not reporting' }[
    node.conditions['Ready']?.status ?? 'Unknown'
  ];
  return node.unschedulable ? `${ready}, cordoned` : ready;
}
