import { areas, type Area } from '#shared/area.ts';
import type { Moment, PastFinding } from '#shared/history.ts';
import type { Level } from '#shared/level.ts';
import { say } from '#shared/say.ts';
import { HistoryFile } from '#server/history/history-file.ts';
import { sampleMs, type ClusterHistory } from '#server/history/history.ts';
import { happens, valuesAt, weeksStory } from './weeks-of-values.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What is written where. `endAt` epoch ms. */
export interface Weeks {
  clusterId: string;
  weeks?: number;
  endAt?: number;
}

type Happening = keyof typeof weeksStory;
type Episode = Pick<PastFinding, 'area' | 'check' | 'level' | 'say'> & { subject: string };

const episodes: Partial<Record<Happening, Episode>> = {
  slowApi: {
    ...{ area: 'control-plane', check: 'control-plane/api-slow', subject: 'Endpoint/api', level: 'warn' },
    say: say('the API answers in {latency:duration}', { latency: 3_300 }),
  },
  nodeDown: {
    ...{ area: 'nodes', check: 'nodes/not-ready', subject: 'Node/nuc1', level: 'bad' },
    say: say('{name} is not ready: {why}', { name: 'nuc1', why: 'its kubelet stopped posting status' }),
  },
  crashing: {
    ...{ area: 'workloads', check: 'workloads/crash-looping', subject: 'Deployment/media/jellyfin', level: 'bad' },
    say: say('{name} crashes again and again', { name: 'jellyfin' }),
  },
  fullDisk: {
    ...{ area: 'nodes', check: 'nodes/disk-full', subject: 'Node/nuc0', level: 'warn' },
    say: say('{name} is {used:percent} full', { name: 'nuc0', used: 86 }),
  },
};

const watched: Area[] = ['control-plane', 'nodes', 'workloads'];

/**
 * Fills a data directory, through the real store, with weeks of a homelab: series with a disk that fills, a spike, a node that was
 * down and a time in which nobody watched; levels, episodes and moments of the same. The last two days have a tick every 15 s,
 * those before one a minute, which their five minutes do not show.
 */
export function writeWeeks(directory: string, { clusterId, weeks = 2, endAt = Date.now() }: Weeks): void {
  let now = Math.ceil((endAt - weeks * 7 * dayMs) / 60_000) * 60_000;
  const history = new HistoryFile({ directory, log: (text) => console.error(text), now: () => now });
  const cluster = history.of(clusterId);
  const moments = momentsOf(endAt).filter(({ at }) => at >= now);
  cluster.moments.add({ at: now, kind: 'start', text: 'the wall started' });
  let off = false;
  for (; now <= endAt; now += now < endAt - 2 * dayMs ? 60_000 : sampleMs) {
    while (moments[0] !== undefined && moments[0].at <= now) cluster.moments.add(moments.shift()!);
    const offBefore = off;
    off = happens('wallOff', now, endAt);
    if (off && !offBefore) cluster.levels.pause(now - 60_000);
    if (off) continue;
    writeMoment(cluster, now, endAt);
  }
  now = endAt;
  history.close();
}

function writeMoment(cluster: ClusterHistory, at: number, endAt: number): void {
  cluster.series.record(at, valuesAt(at, endAt));
  const levels = new Map<string, Level>(watched.map((area) => [area, 'ok']));
  for (const [what, { area, check, subject, level, say }] of Object.entries(episodes) as [Happening, Episode][]) {
    const finding = `${check}|${subject}`;
    const since = endAt - weeksStory[what][0];
    const lasts = happens(what, at, endAt);
    if (!lasts && at < since) continue;
    cluster.levels.record(finding, lasts ? level : 'ok', at);
    if (lasts && levels.get(area) !== 'bad') levels.set(area, level);
    const over = endAt - weeksStory[what][1];
    // Told when it begins and when it has just ended: an episode that is put again replaces itself.
    if (at - since >= 60_000 && (at < over || at - over >= 60_000)) continue;
    const [episode, endedAt] = [`${finding}@${since}`, lasts ? null : over];
    cluster.episodes.put({ episode, finding, check, area, level, say, since, endedAt, cause: null });
  }
  const all = [...levels.values()];
  for (const area of areas) cluster.levels.record(area, levels.get(area) ?? 'unwatched', at);
  cluster.levels.record('wall', all.includes('bad') ? 'bad' : all.includes('warn') ? 'warn' : 'ok', at);
  cluster.levels.alive(at);
}

function momentsOf(endAt: number): Moment[] {
  const [crash, disk] = ['workloads/crash-looping|Deployment/media/jellyfin', 'nodes/disk-full|Node/nuc0'];
  const [nodeBegins, nodeEnds] = weeksStory.nodeDown.map((before) => endAt - before) as [number, number];
  const [offFrom, offTo] = weeksStory.wallOff.map((before) => endAt - before) as [number, number];
  const [crashBegins, crashEnds] = weeksStory.crashing.map((before) => endAt - before) as [number, number];
  const node = 'nodes/not-ready|Node/nuc1';
  const moments: Moment[] = [
    { at: endAt - 10 * dayMs, kind: 'scale', text: 'dev/gitea 1 → 3' },
    { at: endAt - 8 * dayMs, kind: 'version', text: 'nuc2 kubelet v1.34.1+k3s1 → v1.34.2+k3s1' },
    { at: nodeBegins, kind: 'incident-begin', text: 'nuc1 is not ready', level: 'bad', finding: node },
    { at: nodeBegins + 60_000, kind: 'moved', text: 'dev/postgres moved from nuc1 to nuc2' },
    { at: nodeEnds - 60_000, kind: 'reboot', text: 'nuc1 rebooted' },
    { at: nodeEnds, kind: 'incident-end', text: 'over after 35 min: nuc1 is not ready', level: 'ok', finding: node },
    { at: offFrom, kind: 'stop', text: 'the wall stopped' },
    { at: offTo, kind: 'start', text: 'the wall started' },
    { at: crashBegins - 90_000, kind: 'image', text: 'media/jellyfin 10.10.3 → 10.11.0' },
    { at: crashBegins, kind: 'incident-begin', text: 'jellyfin crashes again and again', level: 'bad', finding: crash },
    { at: crashEnds - 60_000, kind: 'image', text: 'media/jellyfin 10.11.0 → 10.10.3' },
    {
      at: crashEnds,
      kind: 'incident-end',
      text: 'over after 2 h: jellyfin crashes again and again',
      level: 'ok',
      finding: crash,
    },
    {
      at: endAt - weeksStory.fullDisk[0],
      kind: 'incident-begin',
      text: 'nuc0 is 86 % full',
      level: 'warn',
      finding: disk,
    },
  ];
  return moments.toSorted((a, b) => a.at - b.at);
}

if (import.meta.main) {
  const [directory, clusterId] = process.argv.slice(2);
  if (directory === undefined || clusterId === undefined) {
    console.error('node test/history/write-weeks.ts DIRECTORY CLUSTER_ID');
    process.exit(2);
  }
  writeWeeks(directory, { clusterId });
}
