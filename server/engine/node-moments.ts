import type { NodeFact } from '#server/facts/node.ts';
import type { Snapshot } from './snapshot.ts';
import type { TimelineMemory } from './timeline-memory.ts';
import type { Moment } from '#shared/history.ts';

/** What is remembered of a node, so that a reboot is told even if the wall was off with it. */
interface NodeRecord {
  bootId: string;
  kubelet: string;
  cordoned: boolean;
}

const prefix = 'Node/';

/** Notices what has become of nodes since they were last looked at. */
export interface NodeMoments {
  notice(snapshot: Snapshot, memory: TimelineMemory): Moment[];
}

/** Compares with what `memory` holds, whoever wrote it; nodes are told to come and go only where some were known. */
export function createNodeMoments(): NodeMoments {
  let looked: { nodes: ReadonlyMap<string, NodeFact>; memory: TimelineMemory } | null = null;
  return {
    notice(snapshot, memory) {
      // Only what is seen can be said to have come or gone.
      if (snapshot.sources.get('nodes')?.fresh !== true) return [];
      const nodes = snapshot.facts('node');
      if (looked?.nodes === nodes && looked.memory === memory) return [];
      looked = { nodes, memory };
      return changes(nodes, memory, snapshot.now);
    },
  };
}

function changes(nodes: ReadonlyMap<string, NodeFact>, memory: TimelineMemory, at: number): Moment[] {
  const known = [...memory.subjects()].filter((subject) => subject.startsWith(prefix));
  const found: Moment[] = [];
  for (const node of nodes.values()) {
    const subject = `${prefix}${node.name}`;
    const before = memory.get(subject) as NodeRecord | undefined;
    const record = recordOf(node, before);
    if (before === undefined && known.length > 0) found.push({ at, kind: 'node-added', text: `${node.name} joined` });
    if (before !== undefined) found.push(...changesOf(before, record, node.name, at));
    if (before === undefined || !same(before, record)) memory.set(subject, record);
  }
  for (const subject of known) {
    const name = subject.slice(prefix.length);
    if (nodes.has(name)) continue;
    memory.forget(subject);
    found.push({ at, kind: 'node-gone', text: `${name} is gone` });
  }
  return found;
}

/** What a node does not say (it has just joined) is as it was. */
function recordOf({ bootId, kubeletVersion, unschedulable }: NodeFact, before: NodeRecord | undefined): NodeRecord {
  return {
    bootId: bootId || (before?.bootId ?? ''),
    kubelet: kubeletVersion || (before?.kubelet ?? ''),
    cordoned: unschedulable,
  };
}

function changesOf(before: NodeRecord, after: NodeRecord, name: string, at: number): Moment[] {
  const found: Moment[] = [];
  if (before.bootId !== after.bootId && before.bootId !== '') {
    found.push({ at, kind: 'reboot', text: `${name} rebooted` });
  }
  if (before.kubelet !== after.kubelet && before.kubelet !== '') {
    found.push({ at, kind: 'version', text: `${name} kubelet ${before.kubelet} → ${after.kubelet}` });
  }
  if (before.cordoned !== after.cordoned) {
    found.push({ at, kind: 'cordon', text: `${name} ${after.cordoned ? 'cordoned' : 'uncordoned'}` });
  }
  return found;
}

function same(a: NodeRecord, b: NodeRecord): boolean {
  return a.bootId === b.bootId && a.kubelet === b.kubelet && a.cordoned === b.cordoned;
}
