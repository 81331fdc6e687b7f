import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { MomentStore } from '#server/history/history.ts';
import type { Finding } from '#shared/finding.ts';
import type { Moment } from '#shared/history.ts';
import { render, type SayContext } from '#shared/say.ts';
import { cutText } from './bounded.ts';
import { lastingSay } from './lasting-say.ts';
import type { Snapshot } from './snapshot.ts';

/** One that is open: `told` is what was said of its beginning, null as long as it has been explained by another. */
interface Incident {
  episode: string;
  told: string | null;
  /** Since when one that was explained has stood without a cause (epoch ms), null while it is explained. */
  aloneAt: number | null;
}

/** Open incidents by finding. */
type Incidents = ReadonlyMap<string, Incident>;

type Nodes = ReadonlyMap<string, NodeFact>;

/** Notices what belongs on the timeline by comparing each judgement with the one before. */
export interface Timeline {
  /** `findings` are all that stand, ranked; `timeZone` is an IANA name. */
  notice(snapshot: Snapshot, findings: readonly Finding[], timeZone: string): void;
  /** Another cluster: nothing of the old one is compared with the new one. */
  clear(): void;
}

/** A timeline that writes into `moments`. */
export function createTimeline(momentsOf: () => Pick<MomentStore, 'add'>): Timeline {
  let nodes: Nodes | null = null;
  let version = '';
  let incidents: Incidents = new Map();

  return {
    notice(snapshot, findings, timeZone) {
      const moments = momentsOf();
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
      incidents = noticeIncidents(incidents, findings, { now: snapshot.now, timeZone }, moments);
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

// What a trouble brought about is over some time after the trouble itself: until then it is no news.
const afterCauseMs = 2 * 60_000;

/**
 * Incidents are bad roots. One that turns unknown goes on: nobody has seen it end. One that began explained and outlives its
 * cause is told from then on.
 */
function noticeIncidents(
  before: Incidents,
  findings: readonly Finding[],
  context: SayContext,
  moments: Pick<MomentStore, 'add'>,
): Incidents {
  const after = new Map<string, Incident>();
  for (const finding of findings) {
    const { id, episode, level, lastLevel } = finding;
    const known = before.get(id)?.episode === episode ? before.get(id) : undefined;
    if (level !== 'bad' && !(known !== undefined && lastLevel === 'bad')) continue;
    const incident = followIncident(known, finding, context);
    after.set(id, incident);
    const { told, aloneAt } = incident;
    if (told === null || known?.told === told) continue;
    moments.add({ at: aloneAt ?? finding.since, kind: 'incident-begin', text: told, level: 'bad', finding: id });
  }
  for (const [id, { episode, told }] of before) {
    if (told === null || after.get(id)?.episode === episode) continue;
    moments.add({ at: context.now, kind: 'incident-end', text: `over: ${told}`, level: 'ok', finding: id });
  }
  return after;
}

function followIncident(known: Incident | undefined, { episode, cause, say }: Finding, context: SayContext): Incident {
  if (known !== undefined && known.told !== null) return known;
  if (cause !== null) return { episode, told: null, aloneAt: null };
  const aloneAt = known === undefined ? null : (known.aloneAt ?? context.now);
  const waits = aloneAt !== null && context.now - aloneAt < afterCauseMs;
  return { episode, told: waits ? null : cutText(render(lastingSay(say), context), 200), aloneAt };
}
