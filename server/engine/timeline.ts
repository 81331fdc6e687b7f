import type { Moment } from '#shared/history.ts';
import type { EpisodeEvent } from './episode-stream.ts';
import { incidentMoment } from './incident-moments.ts';
import { createMomentGate } from './moment-gate.ts';
import { createNodeMoments } from './node-moments.ts';
import type { Snapshot } from './snapshot.ts';
import type { TimelineMemory } from './timeline-memory.ts';
import { createWorkloadMoments } from './workload-moments.ts';

/** Notices what belongs on the timeline by comparing each judgement with what is remembered, over restarts. */
export interface Timeline {
  /** How soon `memory` must be written, lest what was told is told again after a kill: `now` for what is rare. */
  notice(snapshot: Snapshot, memory: TimelineMemory): 'now' | 'soon' | 'nothing told';
  /** An episode began, changed or ended; `timeZone` is an IANA name. */
  follow(event: EpisodeEvent, context: { now: number; timeZone: string }): void;
  /** Something that somebody said. */
  tell(moment: Moment): void;
}

/** A timeline that writes by `add`, at most 100 moments a minute. */
export function createTimeline(add: (moment: Moment) => void): Timeline {
  const gate = createMomentGate(add);
  const nodes = createNodeMoments();
  const workloads = createWorkloadMoments();
  return {
    notice(snapshot, memory) {
      gate.tick(snapshot.now);
      const rare = [...nodes.notice(snapshot, memory), ...versionMoments(snapshot, memory)];
      const often = workloads.notice(snapshot, memory);
      for (const moment of [...rare, ...often]) gate.add(moment);
      if (rare.length > 0) return 'now';
      return often.length > 0 ? 'soon' : 'nothing told';
    },
    follow(event, context) {
      gate.tick(context.now);
      const moment = incidentMoment(event, context);
      if (moment !== null) gate.add(moment);
    },
    tell(moment) {
      gate.tick(moment.at);
      gate.add(moment);
    },
  };
}

const api = 'Cluster/api';

function versionMoments({ facts, now }: Snapshot, memory: TimelineMemory): Moment[] {
  const version = facts('apiDoor').get('api')?.version ?? '';
  const before = (memory.get(api) as { version: string } | undefined)?.version ?? '';
  if (version === '' || version === before) return [];
  memory.set(api, { version });
  return before === '' ? [] : [{ at: now, kind: 'version', text: `API server ${before} → ${version}` }];
}
