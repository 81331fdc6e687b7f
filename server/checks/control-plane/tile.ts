import { defineTile, type TileFigure } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { Cells } from '#shared/area-rows.ts';
import type { Subject } from '#shared/finding.ts';
import { say, type Say } from '#shared/say.ts';
import { apiLatency } from '../api-series.ts';
import { isWatch } from '../blindness.ts';
import { refusalFigure } from '../door-figure.ts';
import { refusalOf } from '../door-words.ts';
import { shortVersion } from '../kube-version.ts';
import { shorten } from '../shorten.ts';
import apiAnswers from './api-answers.ts';
import apiReady from './api-ready.ts';
import apiServiceUnavailable from './api-service-unavailable.ts';
import apiSlow from './api-slow.ts';
import clockOff from './clock-off.ts';
import configuration from './configuration.ts';
import historyNotKept from './history-not-kept.ts';
import otherCluster from './other-cluster.ts';
import rightsMissing from './rights-missing.ts';

/** The API server as we meet it: how long it takes to answer, or what it says instead. */
export default defineTile({
  area: 'control-plane',
  needs: ['apiDoor'],
  checks: [
    apiAnswers,
    apiReady,
    apiSlow,
    clockOff,
    apiServiceUnavailable,
    rightsMissing,
    otherCluster,
    configuration,
    historyNotKept,
  ],
  series: [apiLatency],
  figure(snapshot) {
    const door = snapshot.facts('apiDoor').get('api');
    return door === undefined ? null : figure(door, snapshot);
  },
  columns: [
    { key: 'part', title: 'Part', type: 'text' },
    { key: 'state', title: 'State', type: 'text' },
    { key: 'since', title: 'For', type: 'age' },
    { key: 'about', title: 'About', type: 'text' },
  ],
  cells,
});

function figure(door: ApiDoorFact, snapshot: Snapshot): TileFigure {
  const refusal = refusalOf(door);
  const since = say('for {since:age}, since {since:at}', { since: door.outcomeSince });
  if (refusal !== null) return { ...refusalFigure(refusal, door), detail: since };
  if (door.outcome === 'not-ready') return { value: 'not ready', detail: since };
  const detail = liveDetail(door, snapshot);
  if (door.latencyMs === null) return { value: 'ready', detail };
  return { value: String(Math.round(door.latencyMs)), unit: 'ms', rest: 'to answer', detail };
}

/** "k3s v1.36.4, 5 watches live": of what is asked of the API by watching, how much is fresh. */
function liveDetail({ version }: ApiDoorFact, snapshot: Snapshot): Say {
  const feeds = [...snapshot.sources.values()].filter((source) => isWatch(source) && source.state !== 'absent');
  const live = feeds.filter(({ fresh }) => fresh).length;
  const all = feeds.length;
  const watches = live === all ? '{live} watches live' : '{live} of {all} watches live';
  // What is missing goes first: the end of the line is cut on small screens.
  if (live < all || version === '') return say(watches, { live, all });
  const template = `{version}, ${watches}`;
  return say(template, { live, all, version: shortVersion(version) });
}

function cells(subject: Subject, snapshot: Snapshot): Cells {
  const { kind, name } = subject;
  switch (kind) {
    case 'Endpoint': {
      const door = snapshot.facts('apiDoor').get('api');
      return door === undefined
        ? row('API server', null, null, null)
        : row('API server', door.outcome, door.outcomeSince, `${door.address} ${shortVersion(door.version)}`.trim());
    }
    case 'Source': {
      const source = snapshot.sources.get(name);
      const right = snapshot.facts('rights').get(name);
      return row(name, source?.state ?? null, source?.since ?? null, source?.reason ?? right?.buys ?? null);
    }
    case 'APIService': {
      const fact = snapshot.facts('apiService').get(name);
      const state = { True: 'available', False: 'unavailable', Unknown: 'unknown' }[fact?.available ?? 'Unknown'];
      return row(name, state, fact?.changedAt ?? null, fact?.service ?? null);
    }
    case 'Cluster':
      return row('identity', null, null, snapshot.identity.current || null);
    case 'Wall':
      return row('this wall', null, null, null);
    default:
      return row(name, null, null, null);
  }
}

function row(part: string, state: string | null, since: number | null, about: string | null): Cells {
  return { part, state, since, about: about === null ? null : shorten(about) };
}
