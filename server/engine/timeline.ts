import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { Moments } from '#server/history/moments.ts';
import type { Finding } from '#shared/finding.ts';
import type { Moment } from '#shared/history.ts';
import { cutText } from './bounded.ts';
import type { Snapshot } from './snapshot.ts';

/** Open incidents by finding: their episode, and what it said when it began. */
type Incidents = ReadonlyMap<string, { episode: string; sentence: string }>;

type Nodes = ReadonlyMap<string, NodeFact>;

/** Notices what belongs on the timeline by comparing each judgement with the one before. */
export interface Timeline {
  /** `findings` are all that stand, ranked. */
  notice(snapshot: Snapshot, findings: readonly Finding[]): void;
  /** Another cluster: nothing of the old one is compared with the new one. */
  clear(): void;
}

/** A timeline that writes into `moments`. */
export function createTimeline(moments: Moments): Timeline {
  let nodes: Nodes | null = null;
  let version = '';
  let incidents: Incidents = new Map();

  return {
    notice(snapshot, findings) {
      // Only what is seen can be said to have come or gone.
      if (snapshot.sources.get('nodes')?.fresh === true) {
        const after = snapshot.facts('node');
        if (nodes !== null && nodes !== after)
          for (const each of nodeMoments(nodes, after, snapshot.now)) moments.add(each);
        nodes = after;
      }
      const door = snapshot.facts('apiDoor').get('api');
      const changed = versionMoment(version, door, snapshot.now);
      if (changed !== null) moments.add(changed);
      version = door === undefined || door.version === '' ? version : door.version;
      incidents = noticeIncidents(incidents, findings, snapshot.now, moments);
    },
    clear() {
      nodes = null;
      version = '';
      incidents = new Map();
    },
  };
}

function nodeMoments(before: Nodes, after: Nodes, at: number): Moment[] {
  const found: Moment[] = [];
  for (const [key, node] of after) {
    const old = before.get(key);
    if (old === undefined) found.push({ at, kind: 'node-added', text: `${node.name} joined` });
    else if (old !== node) found.push(...changesOf(old, node, at));
  }
  for (const [key, { name }] of before)
    if (!after.has(key)) found.push({ at, kind: 'node-gone', text: `${name} is gone` });
  return found;
}

function changesOf(old: NodeFact, node: NodeFact, at: number): Moment[] {
  const found: Moment[] = [];
  if (old.bootId !== node.bootId && old.bootId !== '' && node.bootId !== '') {
    found.push({ at, kind: 'reboot', text: `${node.name} rebooted` });
  }
  if (old.kubeletVersion !== node.kubeletVersion && old.kubeletVersion !== '') {
    found.push({ at, kind: 'version', text: `${node.name} kubelet ${old.kubeletVersion} → ${node.kubeletVersion}` });
  }
  if (old.unschedulable !== node.unschedulable) {
    found.push({ at, kind: 'cordon', text: `${node.name} ${node.unschedulable ? 'cordoned' : 'uncordoned'}` });
  }
  return found;
}

function versionMoment(before: string, door: ApiDoorFact | undefined, at: number): Moment | null {
  if (door === undefined || before === '' || door.version === '' || door.version === before) return null;
  return { at, kind: 'version', text: `API server ${before} → ${door.version}` };
}

/** Incidents are bad roots. One that turns unknown goes on: nobody has seen it end. */
function noticeIncidents(before: Incidents, findings: readonly Finding[], now: number, moments: Moments): Incidents {
  const after = new Map<string, { episode: string; sentence: string }>();
  for (const { id, episode, level, lastLevel, cause, since, sentence } of findings) {
    const known = before.get(id)?.episode === episode ? before.get(id) : undefined;
    if (level !== 'bad' && !(known !== undefined && lastLevel === 'bad')) continue;
    if (known === undefined && cause !== null) continue;
    after.set(id, known ?? { episode, sentence: cutText(sentence, 200) });
    if (known !== undefined) continue;
    moments.add({ at: since, kind: 'incident-begin', text: cutText(sentence, 200), level: 'bad', finding: id });
  }
  for (const [id, { episode, sentence }] of before) {
    if (after.get(id)?.episode === episode) continue;
    moments.add({ at: now, kind: 'incident-end', text: `over: ${sentence}`, level: 'ok', finding: id });
  }
  return after;
}
