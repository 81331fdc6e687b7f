import type { Verdict } from '#server/engine/define-check.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { imageReference, registryName } from './image-reference.ts';
import { pullCause } from './pull-failure.ts';
import { plainHost } from './registry-hosts.ts';
import { namesOf } from './registry-needs.ts';
import type { FailingHost } from './registry-pulls.ts';
import { shorten } from './shorten.ts';

/**
 * What shows that pulls fail at a host: the wall's own view where it differs, what was said, whose pods, on which nodes.
 * `waitingSince`: none has tried since, though the registry answers.
 */
export function hostEvidence(
  failing: FailingHost,
  waitingSince: number | null = null,
): NonNullable<Verdict['evidence']> {
  const { probe, pulls, workloads, kind } = failing;
  const [{ said }] = pulls;
  const cause = shorten(pullCause(said?.message ?? ''), 1_000);
  const differs =
    waitingSince === null && probe !== null && (kind === 'unreachable' || kind === 'untrusted')
      ? wallSide(probe)
      : null;
  return [
    ...(waitingSince === null
      ? []
      : [
          {
            kind: 'value' as const,
            say: say('none has tried again since {at:at}', { at: waitingSince }),
          },
        ]),
    ...(differs === null ? [] : [{ kind: 'text' as const, say: differs }]),
    ...(cause === '' ? [] : [{ kind: 'text' as const, say: plainly(cause) }]),
    { kind: 'text', say: say('of {workloads}', { workloads: namesOf(workloads, 8) }) },
    ...mirrored(failing),
    { kind: 'text', say: onNodes(failing) },
    ...imagesEvidence(failing),
  ];
}

/** Null where the wall does not reach it either, or is not sure any more. */
function wallSide({ outcome, misses, upAt }: RegistryProbeFact): Say | null {
  if (outcome !== 'up' || misses > 0 || upAt === null) return null;
  return say('the wall reaches it, nodes do not');
}

function mirrored({ host, pulls }: FailingHost): NonNullable<Verdict['evidence']> {
  const hosts = new Set(pulls.map(({ trouble }) => plainHost(imageReference(trouble.image).host)));
  hosts.delete(host);
  if (hosts.size === 0) return [];
  const names = [...hosts].sort().map((each) => shorten(registryName(each), 60));
  return [{ kind: 'text', say: say('nodes ask it for images of {names}', { names: names.slice(0, 5).join(', ') }) }];
}

function onNodes({ pods }: FailingHost): Say {
  const names = [...new Set(pods.flatMap(({ node }) => node ?? []))].sort();
  const told = names.slice(0, 5).map((name) => shorten(name, 40));
  if (told.length === 0) return say('on no node that is known');
  const more = names.length - told.length;
  const nodes = told.join(', ');
  return more === 0 ? say('on {nodes}', { nodes }) : say('on {nodes} and {more} more nodes', { nodes, more });
}

const mostImages = 10;

function imagesEvidence({ pulls }: FailingHost): NonNullable<Verdict['evidence']> {
  const images = [...new Set(pulls.map(({ trouble }) => trouble.image))].sort();
  const more = images.length - mostImages;
  return [
    ...images.slice(0, mostImages).map((image) => ({ kind: 'text' as const, say: plainly(shorten(image, 160)) })),
    ...(more > 0 ? [{ kind: 'text' as const, say: say('and {more} more images', { more }) }] : []),
  ];
}
