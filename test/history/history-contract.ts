import { expect, test } from 'vitest';
import type { ClusterHistory, History } from '#server/history/history.ts';
import { anEpisode, noon } from './episode-data.ts';
import { keptContract } from './kept-contract.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** What every history does, wherever it keeps. `create` gives a new, empty one whose clock is `now`. */
export function historyContract(create: (now: () => number) => History): void {
  keptContract(() => create(() => noon));

  /** A history of the cluster abc at noon plus so many ms; it is closed after the test. */
  function withHistory(act: (cluster: ClusterHistory, at: (ms: number) => void, history: History) => void): () => void {
    return () => {
      let now = noon + 10 * day;
      const history = create(() => now);
      act(history.of('abc'), (ms) => (now = noon + ms), history);
      history.close();
    };
  }

  test(
    'levels are stretches, each ending where the next begins, and the last one lasts',
    withHistory(({ levels }) => {
      levels.record('nodes', 'ok', noon);
      levels.record('nodes', 'ok', noon + 10);
      levels.record('nodes', 'bad', noon + 20);
      const expected = [
        { level: 'ok', from: noon, to: noon + 20 },
        { level: 'bad', from: noon + 20, to: null },
      ];
      expect(levels.read('nodes', 0, Infinity)).toEqual(expected);
      levels.alive(noon + 25);
      expect(levels.read('nodes', 0, Infinity)).toEqual(expected);
      levels.record('nodes', 'ok', noon + 30);
      expect(levels.read('nodes', noon + 25, noon + 30)).toEqual([{ level: 'bad', from: noon + 20, to: noon + 30 }]);
    }),
  );

  test(
    'levels have a gap where nobody watched',
    withHistory(({ levels }) => {
      levels.record('wall', 'ok', noon);
      levels.pause(noon + minute);
      levels.alive(noon + hour);
      levels.record('wall', 'ok', noon + hour);
      expect(levels.read('wall', 0, Infinity)).toEqual([
        { level: 'ok', from: noon, to: noon + minute },
        { level: 'ok', from: noon + hour, to: null },
      ]);
    }),
  );

  test(
    'of a subject that nobody knows there are no levels, of one that is known none in another time',
    withHistory(({ levels }) => {
      levels.record('nodes', 'ok', noon);
      expect(levels.read('jobs', 0, Infinity)).toBeNull();
      expect(levels.read('nodes', 0, noon)).toEqual([]);
    }),
  );

  test(
    'levels that changed twice in the same moment have one stretch of it',
    withHistory(({ levels }) => {
      levels.record('nodes', 'ok', noon);
      levels.record('nodes', 'bad', noon);
      levels.alive(noon + 1);
      expect(levels.read('nodes', 0, Infinity)).toEqual([{ level: 'bad', from: noon, to: null }]);
    }),
  );

  test(
    'a clock that went 3 days ahead and came back leaves nothing in the future and loses nothing',
    withHistory((cluster, at) => {
      const { levels, moments, episodes } = cluster;
      at(0);
      levels.record('nodes', 'ok', noon - day);
      levels.alive(noon);
      levels.pause(noon);
      at(3 * day);
      levels.record('nodes', 'ok', noon + 3 * day);
      moments.add({ at: noon + 3 * day, kind: 'reboot', text: 'nuc0 rebooted' });
      episodes.put(anEpisode({ since: noon + 3 * day }));
      levels.alive(noon + 3 * day + minute);
      at(minute);
      levels.record('nodes', 'ok', noon + minute);
      levels.alive(noon + 2 * minute);
      at(2 * minute);
      const now = [
        { level: 'ok', from: noon - day, to: noon },
        { level: 'ok', from: noon + minute, to: null },
      ];
      expect(levels.read('nodes', 0, Infinity)).toEqual(now);
      expect(levels.read('nodes', noon + day, noon + 4 * day)).toEqual([now[1]]);
      expect(moments.read(0, Infinity, 10)).toEqual([]);
      expect(episodes.read({ from: 0, to: Infinity, most: 10 })).toEqual([]);
      at(4 * day);
      expect(moments.read(0, Infinity, 10)).toHaveLength(1);
      const later = levels.read('nodes', 0, Infinity)!;
      expect(later.at(-1)).toEqual({ level: 'ok', from: noon + 3 * day + minute, to: null });
      expect(later.every(({ to }, i) => to === null || to <= (later[i + 1]?.from ?? Infinity))).toBe(true);
    }),
  );

  test(
    'an episode is open until it is put as ended',
    withHistory(({ episodes }) => {
      episodes.put(anEpisode());
      episodes.put(anEpisode({ level: 'warn' }));
      expect(episodes.open()).toEqual([anEpisode({ level: 'warn' })]);
      episodes.put(anEpisode({ endedAt: noon + hour, endedAtMost: true }));
      expect(episodes.open()).toEqual([]);
      expect(episodes.read({ from: 0, to: Infinity, most: 10 })).toEqual([
        anEpisode({ endedAt: noon + hour, endedAtMost: true }),
      ]);
    }),
  );

  test(
    'episodes are read newest first, by the time they lasted, by area and by finding',
    withHistory(({ episodes }) => {
      const over = anEpisode({ since: noon, endedAt: noon + hour });
      const jobs = anEpisode({ since: noon + hour, area: 'jobs', finding: 'jobs/missed|CronJob/a/b' });
      const again = anEpisode({ since: noon + 2 * hour });
      for (const each of [jobs, again, over]) episodes.put(each);
      const read = (asked: object) => episodes.read({ from: 0, to: Infinity, most: 10, ...asked });
      expect(read({})).toEqual([again, jobs, over]);
      expect(read({ most: 2 })).toEqual([again, jobs]);
      expect(read({ from: noon + hour, to: noon + 2 * hour })).toEqual([jobs]);
      expect(read({ area: 'nodes' })).toEqual([again, over]);
      expect(read({ finding: jobs.finding })).toEqual([jobs]);
    }),
  );

  test(
    'moments are read oldest first, also those told late; where there are too many, the newest; the same one told again is one',
    withHistory(({ moments }) => {
      const moment = (at: number) => ({ at: noon + at, kind: 'reboot' as const, text: `${at}` });
      for (const at of [10, 30, 20, 30]) moments.add(moment(at));
      moments.add({ ...moment(40), level: 'bad', finding: 'x' });
      expect(moments.read(noon + 10, noon + 30, 9)).toEqual([moment(10), moment(20), moment(30)]);
      expect(moments.read(0, Infinity, 2)).toEqual([moment(30), { ...moment(40), level: 'bad', finding: 'x' }]);
    }),
  );

  test(
    'series are read back, and each cluster has its own history',
    withHistory(({ series, levels }, _, history) => {
      series.record(noon, [{ series: 'nodes/ready', value: 4, lasting: false }]);
      levels.record('nodes', 'ok', noon);
      expect(series.names()).toEqual(['nodes/ready']);
      expect(series.read('nodes/ready', noon, noon + 15_000, 1)?.points).toEqual([[noon, 4, 4, 4]]);
      const other = history.of('def');
      expect([other.series.names(), other.levels.read('nodes', 0, Infinity)]).toEqual([[], null]);
      expect(history.of('').levels.read('nodes', 0, Infinity)).toBeNull();
      expect(history.of('abc').levels.read('nodes', 0, Infinity)).toHaveLength(1);
    }),
  );
}
