import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryImagesFact } from '#server/facts/registry-images.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { nodeDistribution } from '../distribution.ts';
import { goneExplainWaiting } from '../image-causes.ts';
import { imageReference } from '../image-reference.ts';
import { imagesAsked, type ImagesAsked } from '../images-asked.ts';
import { probeSubject, registryAt } from '../registry-hosts.ts';
import { isWanted, namesOf, workloadsWith } from '../registry-needs.ts';
import { nameOf } from '../registry-words.ts';
import { shorten } from '../shorten.ts';

/** Does each private registry hold the images that workloads refer to? What it lacks must be built again. */
export default defineCheck({
  check: 'registry/images-missing',
  about: 'images that workloads refer to are not in their registry any more: the list of what must be rebuilt',
  needs: {
    registryImages: 'required',
    registryProbe: 'optional',
    pod: 'optional',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    node: 'optional',
  },
  settings: {},
  explains: [goneExplainWaiting],
  judge: (snapshot) => [...snapshot.facts('registryImages').values()].flatMap((held) => verdict(held, snapshot) ?? []),
});

function verdict(held: RegistryImagesFact, snapshot: Snapshot): Verdict | null {
  const { images, host, problem, source, askingSince } = held;
  const head = { subject: probeSubject(held), sources: [source] };
  const name = nameOf(held);
  const missing = images.filter((each) => each.held === 'missing').map(({ image }) => image);
  if (missing.length > 0) {
    return {
      ...head,
      level: missing.some((image) => workloadsWith(image, snapshot).some(isWanted)) ? 'bad' : 'warn',
      say: missingSay(name, missing.length, held),
      evidence: [...missing.toSorted().map((image) => imageEvidence(image, snapshot)), ...roundEvidence(held)],
      steps: steps(missing.toSorted(), snapshot),
    };
  }
  if (images.length > 0 && registryAt(host, snapshot)?.outcome === 'down')
    return downVerdict(head, name, held, snapshot);
  if (problem !== '' && images.some((each) => each.held === 'unknown')) return problemVerdict(head, name, held);
  // Never fine before all were asked for: what it held before it went down, or before the wall started, may be gone.
  const asked = imagesAsked(held);
  if (asked.inDoubt > 0) {
    // At the start, or of an image that is new, nothing is in doubt that was sure: it is only not known yet.
    const notYet = asked.again ? {} : { unseen: true as const };
    return { ...head, ...notYet, level: 'unknown', say: askingSay(name, asked), evidence: roundEvidence(held) };
  }
  const count = asked.held;
  return {
    ...head,
    level: 'ok',
    say:
      askingSince === null ? heldSay(name, count, images.length) : say('{name} holds all asked for so far', { name }),
  };
}

function askingSay(name: string, { asked, all, again }: ImagesAsked): Say {
  return again
    ? say('whether {name} still holds its images is being asked again: {asked} of {all} so far', { name, asked, all })
    : say('which images {name} holds is being asked: {asked} of {all} so far', { name, asked, all });
}

function heldSay(name: string, count: number, all: number): Say {
  if (all === 0) return say('no workload takes an image from {name}', { name });
  return count === all
    ? say('{name} holds all {count} images that workloads refer to', { name, count })
    : say('{name} holds {count} of {all} images that workloads refer to, of the others it is not known', {
        ...{ name, count, all },
      });
}

/** It tells itself that it is down; what it held is told as what was. */
function downVerdict(
  head: Pick<Verdict, 'subject' | 'sources'>,
  name: string,
  fact: RegistryImagesFact,
  snapshot: Snapshot,
): Verdict {
  const at = registryAt(fact.host, snapshot)?.outcomeSince ?? snapshot.now;
  const { held, all } = imagesAsked(fact);
  return {
    ...head,
    level: 'unknown',
    say:
      held === 0
        ? say('which images {name} holds is not known: it does not answer', { name })
        : say('{name} held {held} of {all} images before {at:at}, and is to be asked again', { name, held, all, at }),
  };
}

/** It is worth a line that this is not looked at. */
function problemVerdict(
  head: Pick<Verdict, 'subject' | 'sources'>,
  name: string,
  { problem, images }: RegistryImagesFact,
): Verdict {
  const unknown = images.filter(({ held }) => held === 'unknown').length;
  const values = { name, unknown, all: images.length, problem: shorten(problem) };
  return {
    ...head,
    level: 'notice',
    say:
      unknown === images.length
        ? say('which images {name} holds is not known: {problem}', values)
        : say('whether {name} holds {unknown} of {all} images is not known: {problem}', values),
    steps: [
      { say: 'Name a user who may pull under "registries:" of the configuration, or write "images: false" there' },
    ],
  };
}

function missingSay(name: string, count: number, held: RegistryImagesFact): Say {
  const { images, askingSince } = held;
  const values = { name, count, all: images.length };
  if (count === images.length && count > 1) {
    return say('{name} is empty: it lacks all {count} images that workloads refer to', values);
  }
  const soFar = askingSince === null && imagesAsked(held).inDoubt === 0 ? '' : ' so far';
  return count === 1
    ? say(`{name} lacks 1 of {all} images that workloads refer to${soFar}`, values)
    : say(`{name} lacks {count} of {all} images that workloads refer to${soFar}`, values);
}

function imageEvidence(image: string, snapshot: Snapshot): NonNullable<Verdict['evidence']>[number] {
  const users = workloadsWith(image, snapshot);
  const values = { image: shorten(image, 140), users: namesOf(users) };
  return {
    kind: 'text',
    say: users.length === 0 ? say('{image}', values) : say('{image}, for {users}', values),
  };
}

function roundEvidence({
  leftOut,
  askingSince,
  roundAt,
  problem,
}: RegistryImagesFact): NonNullable<Verdict['evidence']> {
  return [
    ...(leftOut === 0
      ? []
      : [{ kind: 'text' as const, say: say('{leftOut} more images are not asked for', { leftOut }) }]),
    ...(problem === ''
      ? []
      : [{ kind: 'text' as const, say: say('it cannot be asked now: {problem}', { problem: shorten(problem) }) }]),
    ...(askingSince === null
      ? []
      : [{ kind: 'value' as const, say: say('it is being asked since {at:at}', { at: askingSince }) }]),
    ...(roundAt === null ? [] : [{ kind: 'value' as const, say: say('all were asked for {at:at}', { at: roundAt }) }]),
  ];
}

/** What still runs is still on its node, and can be brought back from there. */
function steps(missing: readonly string[], snapshot: Snapshot): Step[] {
  const [first = ''] = missing;
  const { tag, digest } = imageReference(first);
  const rebuild: Step = {
    say: 'Or build them again, one after the other as listed, and push them (with docker or podman)',
    ...(tag === '' && digest !== '' ? {} : { command: command`docker push ${first}` }),
  };
  return [...saveSteps(missing, snapshot), rebuild, ...restartStep(first, snapshot)];
}

function saveSteps(missing: readonly string[], snapshot: Snapshot): Step[] {
  for (const image of missing) {
    const pods = workloadsWith(image, snapshot).flatMap((group) => group.pods);
    const running = pods.find(({ containers, node }) => {
      return node !== null && containers.some((each) => each.image === image && each.state?.is === 'running');
    });
    const node = snapshot.facts('node').get(running?.node ?? '');
    if (node === undefined || nodeDistribution(node) === 'talos') continue;
    const say = `On ${node.name}, which still runs it: push it back from there`;
    return nodeDistribution(node) === 'k3s'
      ? [{ say, command: command`k3s ctr images push ${image}` }]
      : [{ say, command: command`ctr -n k8s.io images push ${image}` }];
  }
  return [];
}

function restartStep(image: string, snapshot: Snapshot): Step[] {
  const [group] = workloadsWith(image, snapshot).filter(({ subject }) => subject.kind !== 'Pod');
  if (group === undefined || group.pods.every(({ ready }) => ready)) return [];
  const { kind, namespace = 'default', name } = group.subject;
  return [
    {
      say: 'Then let those that wait try again at once',
      command: command`kubectl -n ${namespace} rollout restart ${`${kind.toLowerCase()}/${name}`}`,
    },
  ];
}
