import { defineTile } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { say, type Say } from '#shared/say.ts';
import { entranceStates } from '../entrance-state.ts';
import { serviceCells, serviceColumns } from '../service-cells.ts';
import { emptyService } from '../service-pods.ts';
import { routesByService } from '../service-routes.ts';
import { isAsked, isUp, servicesAnswering, serviceSeries } from '../service-series.ts';
import { serviceSubject } from '../service-subject.ts';
import { shorten } from '../shorten.ts';
import annotationNotUnderstood from './annotation-not-understood.ts';
import controllerDown from './controller-down.ts';
import down from './down.ts';
import flapping from './flapping.ts';
import namesNotFound from './names-not-found.ts';
import noEndpoints from './no-endpoints.ts';
import notProbed from './not-probed.ts';
import slow from './slow.ts';
import wrongContent from './wrong-content.ts';

/** The services: how many of them their users reach. */
export default defineTile({
  area: 'services',
  needs: ['serviceProbe'],
  checks: [
    controllerDown,
    namesNotFound,
    down,
    wrongContent,
    noEndpoints,
    slow,
    flapping,
    annotationNotUnderstood,
    notProbed,
  ],
  series: serviceSeries,
  figure(snapshot) {
    const all = [...snapshot.facts('serviceProbe').values()].filter(isAsked);
    if (all.length === 0) return isLooking(snapshot) ? { value: '–', detail: say('none asked yet') } : null;
    const up = all.filter(isUp).length;
    return {
      value: String(up),
      rest: `of ${all.length} up`,
      detail: up === all.length ? (notServed(snapshot) ?? leftOut(snapshot) ?? slowest(all)) : notUp(all),
    };
  },
  columns: serviceColumns,
  stillAnswers,
  cells: serviceCells,
});

/** Of those the figure says nothing. */
function leftOut(snapshot: Snapshot): Say | null {
  const { servicesLeftOut: n = 0 } = snapshot.facts('wall').get('wall') ?? {};
  return n === 0 ? null : say('{n} not probed', { n });
}

/** What is wrong though all that is asked is up: their entrance has no ready pod, or another path leads to nobody. */
function notServed(snapshot: Snapshot): Say | null {
  const idle = [...entranceStates(snapshot).values()].find(({ is }) => is === 'no-pods');
  if (idle !== undefined) return say('{name} has no ready pod', { name: shorten(idle.entrance.name, 60) });
  const empty = [...routesByService(snapshot).keys()].filter((key) => {
    const service = snapshot.facts('service').get(key);
    const found = service === undefined ? null : emptyService(service, snapshot);
    return found !== null && !found.scaled;
  });
  const [first, ...others] = empty.map((key) => serviceSubject(key).name).sort();
  if (first === undefined) return null;
  const name = shorten(first, 60);
  return others.length === 0
    ? say('{name} has nobody ready', { name })
    : say('{name} and {more} more have nobody ready', { name, more: others.length });
}

function isLooking({ sources }: Snapshot): boolean {
  return sources.get('services-probed')?.state === 'syncing';
}

/** Who takes the longest; below a tenth of a second nobody minds. */
function slowest(all: readonly ServiceProbeFact[]): Say {
  const taking = all.flatMap(({ name, phases }) => (phases === null ? [] : [{ name, ms: phases.wholeMs }]));
  const most = taking.reduce((a, b) => (b.ms > a.ms ? b : a), { name: '', ms: 0 });
  // In steps, so that the line is not another one at each probe.
  const steps = most.ms < 1_000 ? 100 : 500;
  const under = Math.ceil((most.ms + 1) / steps) * steps;
  if (most.ms < 500) return say('all answer within {under:duration}', { under });
  return say('{name} the slowest, under {under:duration}', { name: shorten(most.name, 60), under });
}

function notUp(all: readonly ServiceProbeFact[]): Say {
  const [first, ...others] = all.filter((probe) => !isUp(probe)).sort((a, b) => a.outcomeSince - b.outcomeSince);
  const name = shorten(first?.name ?? '', 60);
  return others.length === 0
    ? say('{name} is not up', { name })
    : say('{name} and {more} more not up', { name, more: others.length });
}

/** "14 of 14 services still answer". */
function stillAnswers(snapshot: Snapshot): Say | null {
  const answering = servicesAnswering(snapshot);
  return answering === null ? null : say('{n} of {all} services still answer', answering);
}
