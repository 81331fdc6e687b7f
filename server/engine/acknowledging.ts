import type { AcknowledgeOutcome, WallView } from '#server/http/wall-view.ts';
import type { Finding } from '#shared/finding.ts';
import type { Judgement } from './judgement.ts';
import type { Ownership } from './ownership.ts';
import type { Saving } from './saving.ts';

/** Acknowledging a finding of this check says that the cluster that answers now is the right one. */
const otherCluster = 'control-plane/other-cluster';

/** What acknowledging goes through. */
export interface AcknowledgingParts {
  clock: () => number;
  owner: Ownership;
  saving: Saving;
  judgement(): Judgement | null;
  /** Judges everything now. */
  judge(): void;
}

/** Acknowledging as the doors see it. */
export function createAcknowledging(parts: AcknowledgingParts): Pick<WallView, 'acknowledge' | 'takeBack'> {
  const { owner } = parts;
  return {
    acknowledge: (id, episode, meaning) =>
      act(parts, id, episode, (finding) => {
        const at = parts.clock();
        const level = finding.lastLevel ?? finding.level;
        owner.past().acknowledgements.set(id, { episode: finding.episode, finding: id, at, meaning, level });
        if (finding.check === otherCluster) owner.settle();
      }),
    takeBack: (id) => act(parts, id, undefined, () => owner.past().acknowledgements.delete(id)),
  };
}

function act(
  { judgement, judge, saving, owner }: AcknowledgingParts,
  id: string,
  episode: string | undefined,
  change: (finding: Finding) => void,
): AcknowledgeOutcome {
  const finding = judgement()?.findings.find((each) => each.id === id);
  if (finding === undefined) return 'no-such-finding';
  if (episode !== undefined && episode !== finding.episode) return 'other-episode';
  change(finding);
  judge();
  // What somebody was told is done must survive even a kill in the next moment.
  saving.all(owner.key(), owner.past());
  return 'done';
}
