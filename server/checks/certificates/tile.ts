import { defineTile, type TileFigure } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { certificateCells, certificateColumns } from '../certificate-cells.ts';
import { endings, type Ending } from '../certificate-endings.ts';
import { soonestCertificate } from '../certificate-series.ts';
import { failuresThatCount } from '../not-shown-alike.ts';
import { servicesAnswering } from '../service-series.ts';
import { shorten } from '../shorten.ts';
import authorityExpiring from './authority-expiring.ts';
import expired from './expired.ts';
import expiring from './expiring.ts';
import kubernetesRestartRenews from './kubernetes-restart-renews.ts';
import notShown from './not-shown.ts';
import notYetValid from './not-yet-valid.ts';
import refusedInside from './refused-inside.ts';
import renewalFailing from './renewal-failing.ts';
import untrusted from './untrusted.ts';

const hour = 3_600_000;
const day = 24 * hour;
const year = 365.25 * day;

/** The certificates: how long the soonest still lasts. */
export default defineTile({
  area: 'certificates',
  // A probe, which lives while the API is blind: what we ask ourselves goes on being known. Each ending has its own source.
  needs: ['apiDoor'],
  checks: [
    expired,
    expiring,
    kubernetesRestartRenews,
    authorityExpiring,
    notYetValid,
    untrusted,
    renewalFailing,
    notShown,
    refusedInside,
  ],
  series: [soonestCertificate],
  figure(snapshot) {
    const all = endings(snapshot);
    const [first] = all;
    if (first !== undefined) return figure(first, all, snapshot.now);
    return isLooking(snapshot) ? { value: '–', detail: say('no certificate seen yet') } : null;
  },
  columns: certificateColumns,
  bars: { title: 'Days left', until: 'ends', name: 'name', mostDays: 400 },
  stillAnswers,
  cells: certificateCells,
});

function figure(first: Ending, all: readonly Ending[], now: number): TileFigure {
  const { name, notAfter } = first;
  const ended = all.filter((each) => each.notAfter <= now);
  if (ended.length > 0) return { value: 'expired', ...endedRest(ended), detail: sinceOf(name, notAfter) };
  return { ...leftFigure(notAfter - now), detail: say('{name}', { name: shorten(name, 60) }) };
}

/** How many certificates that are, not how often each was seen; of one how many show it, if that is more than one. */
function endedRest(ended: readonly Ending[]): Pick<TileFigure, 'rest'> {
  const certificates = new Set(ended.map(({ certificate }) => certificate)).size;
  if (certificates > 1) return { rest: `${certificates} certificates` };
  const hosts = ended.filter(({ isHost }) => isHost).length;
  return hosts > 1 ? { rest: `on ${hosts} hosts` } : {};
}

/** "12" "days left"; years where nobody counts in days, hours where a day is much. */
function leftFigure(ms: number): Pick<TileFigure, 'value' | 'rest'> {
  if (ms >= 1_000 * day) return { value: String(Math.floor(ms / year)), rest: 'years left' };
  if (ms >= 2 * day) return { value: String(Math.floor(ms / day)), rest: 'days left' };
  if (ms >= day) return { value: '1', rest: 'day left' };
  return ms >= hour ? { value: String(Math.floor(ms / hour)), rest: 'h left' } : { value: '< 1', rest: 'h left' };
}

function sinceOf(name: string, at: number): Say {
  return say('{name}, since {at:at}', { name: shorten(name, 60), at });
}

/** True while a source that brings certificates may yet bring one. */
function isLooking({ sources }: Snapshot): boolean {
  return ['api-handshake', 'tls', 'certificates'].some((name) => sources.get(name)?.state === 'syncing');
}

/** How many of the hosts and kubelets that we look at ourselves show a certificate, by the same rule as certificates/not-shown; null if there are none, or services say it better. */
function stillAnswers(snapshot: Snapshot): Say | null {
  if (snapshot.sources.get('tls')?.fresh !== true || servicesAnswering(snapshot) !== null) return null;
  const servers = [...snapshot.facts('tlsServer').values()];
  const answering = servers.filter(({ failures, seenAt }) => failures < failuresThatCount && seenAt !== null).length;
  if (servers.length === 0) return null;
  return say('{n} of {all} TLS servers still answer', { n: answering, all: servers.length });
}
