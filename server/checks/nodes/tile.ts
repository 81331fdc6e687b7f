import { defineTile, type TileContext } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { Cells } from '#shared/area-rows.ts';
import type { Subject } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { nodesReady } from '../node-series.ts';
import { enoughRenewals, type HeartbeatMemory } from '../heartbeat-memory.ts';
import { shorten } from '../shorten.ts';
import cordoned from './cordoned.ts';
import networkUnavailable from './network-unavailable.ts';
import noHeartbeat from './no-heartbeat.ts';
import notReady from './not-ready.ts';
import pressure from './pressure.ts';
import versionSkew from './version-skew.ts';

/** The machines: how many of them are ready. */
export default defineTile({
  area: 'nodes',
  needs: ['node'],
  checks: [notReady, noHeartbeat, pressure, networkUnavailable, cordoned, versionSkew],
  series: [nodesReady],
  figure(snapshot, context) {
    const nodes = [...snapshot.facts('node').values()];
    if (nodes.length === 0) return { value: '0', rest: 'nodes', detail: say('none has joined') };
    const ready = nodes.filter(isReady).length;
    return { value: String(ready), rest: `of ${nodes.length} ready`, detail: detail(nodes, snapshot.now, context) };
  },
  columns: [
    { key: 'name', title: 'Node', type: 'text' },
    { key: 'status', title: 'Status', type: 'text' },
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

/** What deserves the line most: who is cordoned, else the oldest heartbeat. */
function detail(nodes: NodeFact[], now: number, context: TileContext | undefined): Say {
  const closed = nodes.filter(({ unschedulable }) => unschedulable);
  if (closed.length === 1) return say('{name} is cordoned', { name: shorten(closed[0]?.name ?? '', 40) });
  if (closed.length > 1) return say('{count} cordoned', { count: closed.length });
  const heartbeats = nodes.map(({ name }) => heartbeatOf(name, context));
  const known = heartbeats.filter((at) => at !== null);
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
  if (node === undefined) return { name, status: null, roles: null, version: null, heartbeat: null, os: null };
  return {
    name,
    status: status(node),
    roles: node.roles.length === 0 ? 'worker' : shorten(node.roles.join(', ')),
    version: node.kubeletVersion || null,
    heartbeat: heartbeatOf(name, context),
    os: node.osImage || null,
  };
}

function status(node: NodeFact): string {
  const ready = { True: 'ready', False: 'not ready', Unknown: 'not reporting' }[
    node.conditions['Ready']?.status ?? 'Unknown'
  ];
  return node.unschedulable ? `${ready}, cordoned` : ready;
}
