import { defineTile, type TileContext } from '#server/engine/define-tile.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { say, type Say } from '#shared/say.ts';
import { imagesAsked, type ImagesAsked } from '../images-asked.ts';
import type { PullMemory } from '../pull-memory.ts';
import { registryCells, registryColumns } from '../registry-cells.ts';
import { probeSubject } from '../registry-hosts.ts';
import { failingHosts } from '../registry-pulls.ts';
import { registrySeries } from '../registry-series.ts';
import { registryWorkloads } from '../registry-workloads.ts';
import { shorten } from '../shorten.ts';
import componentUnhealthy from './component-unhealthy.ts';
import dependsOnItself from './depends-on-itself.ts';
import down from './down.ts';
import ephemeral from './ephemeral.ts';
import imagesMissing from './images-missing.ts';
import pullFailing from './pull-failing.ts';
import rateLimited from './rate-limited.ts';
import singleReplicaOnOneNode from './single-replica-on-one-node.ts';

/** The registries: how many of them answer. */
export default defineTile({
  area: 'registry',
  // A probe, which lives while the API is blind.
  needs: ['registryProbe'],
  checks: [
    down,
    componentUnhealthy,
    pullFailing,
    imagesMissing,
    dependsOnItself,
    ephemeral,
    singleReplicaOnOneNode,
    rateLimited,
  ],
  series: registrySeries,
  figure(snapshot, context) {
    const probes = [...snapshot.facts('registryProbe').values()];
    if (probes.length === 0) return unaskedFigure(snapshot);
    const up = probes.filter(isUp);
    return {
      value: String(up.length),
      rest: `of ${probes.length} up`,
      detail: detail(probes, snapshot, context),
    };
  },
  columns: registryColumns,
  stillAnswers,
  cells: registryCells,
});

function isUp({ outcome }: RegistryProbeFact): boolean {
  return outcome === 'up';
}

/** A registry that nobody asks is there all the same. */
function unaskedFigure(snapshot: Snapshot) {
  const [first, ...others] = registryWorkloads(snapshot);
  if (first === undefined) return null;
  const name = shorten(first.group.subject.name, 40);
  const words = others.length === 0 ? '{name} is not asked' : '{name} and {more} more are not asked';
  return { value: '–', detail: say(words, { name, more: others.length }) };
}

/** What deserves the line most: pods without images, images that are gone, who is down, else that all is there. */
function detail(probes: readonly RegistryProbeFact[], snapshot: Snapshot, context: TileContext | undefined): Say {
  const memory = (context?.memory('registry/pull-failing') ?? new Map()) as PullMemory;
  const pods = new Set(failingHosts({ snapshot, memory }).flatMap((failing) => failing.pods)).size;
  if (pods > 0) return say(pods === 1 ? '1 pod cannot pull' : '{pods} pods cannot pull', { pods });
  const down = probes.filter((probe) => !isUp(probe));
  const name = shorten(down[0] === undefined ? '' : probeSubject(down[0]).name, 40);
  if (down.length === 1) return say('{name} does not answer', { name });
  if (down.length > 1) return say('{name} and {more} more do not answer', { name, more: down.length - 1 });
  return imagesDetail(snapshot) ?? answersDetail(probes);
}

function imagesDetail(snapshot: Snapshot): Say | null {
  const facts = [...snapshot.facts('registryImages').values()];
  const images = facts.flatMap((each) => each.images);
  const missing = images.filter(({ held }) => held === 'missing').length;
  if (missing > 0) return say(missing === 1 ? '1 image is missing' : '{missing} images are missing', { missing });
  // What it held before it went down is no more than hope.
  const doubted = facts
    .filter((each) => each.problem === '')
    .map(imagesAsked)
    .filter(({ inDoubt }) => inDoubt > 0);
  if (doubted.length > 0) {
    const sum = (of: (each: ImagesAsked) => number) => doubted.reduce((total, each) => total + of(each), 0);
    const words = doubted.some(({ again }) => again)
      ? '{asked} of {all} images asked again'
      : '{asked} of {all} images asked';
    return say(words, { asked: sum(({ asked }) => asked), all: sum(({ all }) => all) });
  }
  const known =
    facts.every((each) => imagesAsked(each).inDoubt === 0) &&
    images.length > 0 &&
    images.every(({ held }) => held === 'held');
  return known ? say('all images there') : null;
}

/** In steps that do not tick on the page. */
const paces = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

function answersDetail(probes: readonly RegistryProbeFact[]): Say {
  const slowest = Math.max(...probes.map(({ latencyMs }) => latencyMs ?? 0));
  const under = paces.find((pace) => slowest < pace);
  if (under === undefined || probes.length === 0) return say('all answer');
  return say(probes.length === 1 ? 'it answers in under {under:duration}' : 'all answer in under {under:duration}', {
    under,
  });
}

/** How many go on answering while the API is blind, null if none is asked. */
function stillAnswers(snapshot: Snapshot): Say | null {
  const probes = [...snapshot.facts('registryProbe').values()];
  if (probes.length === 0 || snapshot.sources.get('registries')?.fresh !== true) return null;
  const up = probes.filter(isUp).length;
  return probes.length === 1 && up === 1
    ? say('the registry still answers')
    : say('{up} of {all} registries still answer', { up, all: probes.length });
}
