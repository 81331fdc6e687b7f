import { areas } from '#shared/area.ts';
import type { Subject } from '#shared/finding.ts';
import type { Kept, KeptAcknowledgement, KeptEpisode } from '#server/history/keeper.ts';
import type { Check } from './define-check.ts';
import type { Tracks } from './episodes.ts';
import { keptFigure, lastFigure, type LastFigure } from './figures.ts';
import { heldAt, restingHold } from './hold.ts';
import { createMemories, type Memories } from './memories.ts';
import { keptSeen, seenBefore, seenSourcesName } from './seen-sources.ts';
import { createTileTimes, tileTimesName, type TileTimes } from './tile-times.ts';
import { createTimelineMemory, timelineName, type TimelineMemory } from './timeline-memory.ts';
import { shownEpisode, type Track } from './track.ts';

/** What one cluster's wall knows beyond the facts, and what of it survives a restart. */
export interface Past {
  /** By check, then by id. */
  tracks: Map<string, Tracks>;
  /** By finding. */
  acknowledgements: Map<string, KeptAcknowledgement>;
  memories: Memories;
  /** By area. */
  figures: Map<string, LastFigure>;
  tileTimes: TileTimes;
  timeline: TimelineMemory;
  /** Sources of single subjects (`kubelet/nuc0`) that were seen, also before a restart: their silence is told. */
  seenSources: Set<string>;
}

/** More than any verdict names; of a longer list the first ones are kept. */
const mostSources = 20;

/** What is kept of a cluster that nobody has seen before. */
export function emptyKept(): Kept {
  return { episodes: [], acknowledgements: [], memories: {}, figures: [] };
}

/** A past as it was kept. Episodes of checks that are no more are left behind. */
export function pastOf(kept: Kept, checks: ReadonlyMap<string, Check>): Past {
  const tracks = new Map<string, Tracks>([...checks.keys()].map((check) => [check, new Map()]));
  for (const episode of kept.episodes) {
    const track = trackOf(episode);
    if (track !== null) tracks.get(track.check)?.set(track.id, track);
  }
  return {
    tracks,
    acknowledgements: new Map(kept.acknowledgements.map((each) => [each.finding, each])),
    memories: createMemories(kept.memories, [...checks.values()]),
    figures: new Map(kept.figures.map((figure) => [figure.area, lastFigure(figure)])),
    tileTimes: createTileTimes(kept.memories[tileTimesName]),
    timeline: createTimelineMemory(kept.memories[timelineName]),
    seenSources: seenBefore(kept.memories[seenSourcesName]),
  };
}

/** What must survive a restart. */
export function keptOf({ tracks, acknowledgements, memories, figures, tileTimes, timeline, seenSources }: Past): Kept {
  const all = [...tracks.values()].flatMap((ofCheck) => [...ofCheck.values()]);
  return {
    episodes: all.flatMap((track) => keptEpisode(track) ?? []),
    acknowledgements: [...acknowledgements.values()],
    memories: {
      ...memories.kept(),
      [tileTimesName]: tileTimes.kept(),
      [timelineName]: timeline.kept(),
      ...(seenSources.size === 0 ? {} : { [seenSourcesName]: keptSeen(seenSources) }),
    },
    figures: [...figures].map(([area, figure]) => keptFigure(area, figure)),
  };
}

/** Takes what was kept into a past that has begun before it was known whose it is. What was kept is older and counts. */
export function mergeKept(past: Past, kept: Kept, checks: ReadonlyMap<string, Check>): Past {
  const older = pastOf(kept, checks);
  for (const [check, tracks] of older.tracks) {
    for (const [id, track] of tracks) {
      const held = past.tracks.get(check)?.get(id);
      if (held === undefined) past.tracks.get(check)?.set(id, track);
      else if (held.episode !== null && track.episode !== null) held.episode = track.episode;
      else if (held.unknown !== null && track.unknown !== null) held.unknown = track.unknown;
    }
  }
  // A check's name has a slash; what the wall itself remembers has none.
  const remembers = Object.keys(kept.memories).some((name) => name.includes('/'));
  return {
    tracks: past.tracks,
    acknowledgements: new Map([...older.acknowledgements, ...past.acknowledgements]),
    memories: remembers ? older.memories : past.memories,
    figures: new Map([...older.figures, ...past.figures]),
    tileTimes: tileTimesName in kept.memories ? older.tileTimes : past.tileTimes,
    timeline: timelineName in kept.memories ? older.timeline : past.timeline,
    seenSources: new Set([...older.seenSources, ...past.seenSources]),
  };
}

function keptEpisode(track: Track): KeptEpisode | null {
  const episode = shownEpisode(track);
  if (episode === null) return null;
  const { counted } = track.hold;
  const says = track.verdict?.say ?? track.keptSay;
  const sources = (track.sources ?? track.keptSources ?? []).slice(0, mostSources);
  return {
    finding: track.id,
    level: track.episode === null || counted === 'ok' ? 'unknown' : counted,
    ...episode,
    ...(says === undefined ? {} : { say: says }),
    ...(sources.length === 0 ? {} : { sources }),
  };
}

/** Until its source is seen again an episode that was kept is unknown. */
function trackOf({ finding, level, since, atLeast, seenAt, say, sources }: KeptEpisode): Track | null {
  const named = namesOf(finding);
  if (named === null) return null;
  const episode = { since, atLeast, seenAt };
  const counts = level !== 'unknown';
  return {
    id: finding,
    ...named,
    hold: counts ? heldAt(level) : restingHold,
    state: counts ? 'blind' : 'unknown',
    raw: 'unknown',
    verdict: null,
    sources: null,
    left: null,
    episode: counts ? episode : null,
    unknown: counts ? null : episode,
    ...(say === undefined ? {} : { keptSay: say }),
    ...(sources === undefined ? {} : { keptSources: sources }),
  };
}

/** Check, area and subject of a finding's id. Null if it is none. */
function namesOf(id: string): Pick<Track, 'check' | 'area' | 'subject'> | null {
  const [check = '', subject = ''] = id.split('|');
  const area = areas.find((each) => check.startsWith(`${each}/`));
  return area === undefined ? null : { check, area, subject: subjectOf(subject) };
}

function subjectOf(text: string): Subject {
  const [kind = '', first = '', ...others] = text.split('/');
  if (others.length === 0) return { kind, name: first };
  return { kind, namespace: first, name: others.join('/') };
}
