import type { WallView } from '#server/http/wall-view.ts';
import type { ClusterHistory } from '#server/history/history.ts';
import { isArea } from '#shared/area.ts';
import type { Stretch } from '#shared/history.ts';
import type { EngineConfig } from './engine-config.ts';
import type { Judgement } from './judgement.ts';
import type { SeriesView } from './series-view.ts';
import { wallSubject } from './take-over.ts';
import { longestUptimeMs, uptimeOf } from './uptime.ts';

const mostEpisodes = 500;
const mostMoments = 500;

/** What the view of the past reads. */
export interface PastViewParts {
  clock: () => number;
  history(): ClusterHistory;
  config(): EngineConfig;
  series: SeriesView;
  /** The last judgement, null before the first. */
  judgement(): Pick<Judgement, 'findings'> | null;
}

/** The past as the doors see it. Nothing of it is later than now: a clock that was ahead may have written what is. */
export function createPastView({
  clock,
  history,
  config,
  series,
  judgement,
}: PastViewParts): Pick<WallView, 'levels' | 'uptime' | 'history' | 'series' | 'episodes' | 'moments'> {
  return {
    levels(subject, from, to) {
      const now = clock();
      // What begins now is part of it.
      const stretches = history().levels.read(subject, from, Math.min(to, now + 1)) ?? nothingYet(subject);
      if (stretches === null) return null;
      return { subject, stretches: stretches.flatMap((each) => within(each, { from, to, now })) };
    },
    uptime(subject) {
      const now = clock();
      const stretches = history().levels.read(subject, now - longestUptimeMs, now) ?? nothingYet(subject);
      return stretches === null ? null : { subject, uptime: uptimeOf(stretches, now) };
    },
    history(name, from, to, points) {
      const read = series.read(history().series, config(), { series: name, from, to, points });
      const now = clock();
      // What an open finding names is there, though its first value may be yet to come.
      const isNamed = () => judgement()?.findings.some((finding) => finding.series.includes(name)) === true;
      if (read === null) return isNamed() ? series.empty(name) : null;
      return { ...read, points: read.points.filter(([at]) => at >= from && at <= now) };
    },
    series: (area) => ({ series: series.names(history().series, area) }),
    episodes: ({ to, ...asked }) => ({
      episodes: history().episodes.read({ ...asked, to: Math.min(to, clock() + 1), most: mostEpisodes }),
    }),
    moments: (from, to) => ({ moments: history().moments.read(from, Math.min(to, clock()), mostMoments) }),
  };
}

/** Areas and the wall are always there, though nobody may have watched them yet. */
function nothingYet(subject: string): Stretch[] | null {
  return isArea(subject) || subject === wallSubject ? [] : null;
}

/** The part of a stretch within the time asked for; none where it only touches it. */
function within({ level, ...stretch }: Stretch, asked: { from: number; to: number; now: number }): Stretch[] {
  const from = Math.max(stretch.from, asked.from);
  const lasts = stretch.to === null || stretch.to > asked.now;
  const to = Math.min(stretch.to ?? Infinity, asked.to, asked.now);
  if (lasts && asked.to > asked.now) return from > asked.now ? [] : [{ level, from, to: null }];
  return to <= from ? [] : [{ level, from, to }];
}
