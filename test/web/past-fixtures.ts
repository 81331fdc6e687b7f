import type { EpisodesAnswer, PastFinding, UptimeAnswer } from '#shared/history.ts';
import { plainly, say } from '#shared/say.ts';
import { uptimeOf } from '#server/engine/uptime.ts';
import type { SubjectPast } from '#web/parts/subject-past.ts';
import { answerLevels, hour, minute } from './fixtures.ts';

const day = 24 * hour;

/** Nothing of the past is told yet. */
export const noPast: SubjectPast = { stretches: [], uptime: [], episodes: [], trouble: null };

type Sketch = Partial<PastFinding> & Pick<PastFinding, 'since' | 'endedAt'>;

/** An episode of a node that was not ready, unless told otherwise. */
export function makeEpisode(sketch: Sketch): PastFinding {
  const finding = sketch.finding ?? 'nodes/not-ready|Node/nuc2';
  return {
    episode: `${finding}@${sketch.since}`,
    finding,
    check: finding.split('|')[0] ?? '',
    area: 'nodes',
    level: 'bad',
    say: plainly('nuc2 is not ready'),
    cause: null,
    ...sketch,
  };
}

/** How much of the past of a subject was good, after what its strip shows. */
export function answerUptime(subject: string, now: number): UptimeAnswer {
  return { subject, uptime: uptimeOf(answerLevels(subject, now, 0).stretches, now) };
}

/** Episodes of a month, newest first: those that a node's strip shows, and many of a pod that was short of memory. */
export function answerEpisodes(now: number, asked: { area?: string; finding?: string } = {}): EpisodesAnswer {
  const lease = 'nodes/no-heartbeat|Node/nuc1';
  const full = 'nodes/pressure|Node/nuc1';
  const pod = 'workloads/crash-looping|StatefulSet/db/postgres';
  const silent = say('nuc1 has sent no heartbeat for {at:age}', { at: now - 12 * hour });
  const episodes: PastFinding[] = [
    makeEpisode({ finding: lease, since: now - 12 * hour, endedAt: now - 11.4 * hour, say: silent }),
    makeEpisode({ since: now - 12 * hour + minute, endedAt: now - 11.4 * hour, cause: lease }),
    makeEpisode({ since: now - 17.4 * hour, endedAt: now - 15.5 * hour, endedAtMost: true, atLeast: true }),
    makeEpisode({ finding: full, since: now - 9 * day, endedAt: now - 9 * day + 2.4 * hour, level: 'warn' }),
    ...[4, 11, 20].map((days) => {
      const since = now - days * day;
      const words = plainly('nuc2 has sent no heartbeat');
      return makeEpisode({ finding: 'nodes/no-heartbeat|Node/nuc2', since, endedAt: since + 30 * minute, say: words });
    }),
    ...Array.from({ length: 45 }, (_, i) => {
      const since = now - 2 * day - i * 14 * hour;
      const words = plainly('postgres stops again and again: out of memory');
      return makeEpisode({ finding: pod, area: 'workloads', since, endedAt: since + 10 * minute, say: words });
    }),
  ];
  const photos = 'services/down|Host/photos.home.example';
  for (const [ago, lasted] of [
    [6 * minute, null],
    [9 * hour, 25 * minute],
    [5 * day, 2 * hour],
  ] as const) {
    const [since, words] = [now - ago, plainly('photos.home.example is down: answers 503 Service Unavailable')];
    const endedAt = lasted === null ? null : since + lasted;
    episodes.push(
      makeEpisode({ finding: photos, area: 'services', since, endedAt, say: words, cause: ago > hour ? lease : null }),
    );
  }
  const wanted = episodes.filter(
    ({ area, finding }) => area === (asked.area ?? area) && finding === (asked.finding ?? finding),
  );
  return { episodes: wanted.toSorted((a, b) => b.since - a.since) };
}

/** All of the past of a subject, as its page is told. */
export function pastOf(subject: string, now: number, asked: { area?: string; finding?: string }): SubjectPast {
  return {
    stretches: answerLevels(subject, now, now - 30 * day).stretches,
    uptime: answerUptime(subject, now).uptime,
    episodes: answerEpisodes(now, asked).episodes,
    trouble: null,
  };
}
