import type { AcknowledgeOutcome, WallView } from '#server/http/wall-view.ts';
import type { Finding, Meaning } from '#shared/finding.ts';
import type { Moment } from '#shared/history.ts';
import { acknowledgedText } from '#shared/meaning-words.ts';
import { render } from '#shared/say.ts';
import { cutText } from './bounded.ts';
import type { EngineConfig } from './engine-config.ts';
import { lastingSay } from './lasting-say.ts';
import { isHeldByMemory, memorySubject } from './latching.ts';
import type { Judgement, Rules } from './judgement.ts';
import type { Ownership } from './ownership.ts';
import type { Saving } from './saving.ts';

/** Acknowledging a finding of this check says that the cluster that answers now is the right one. */
const otherCluster = 'control-plane/other-cluster';
/** As of all moments; what was meant comes behind it. */
const mostSentence = 180;

/** What acknowledging goes through. */
export interface AcknowledgingParts {
  clock: () => number;
  rules: Rules;
  owner: Ownership;
  saving: Saving;
  config(): EngineConfig;
  judgement(): Judgement | null;
  /** Judges everything now. */
  judge(): void;
  /** Puts a moment on the timeline. */
  tell(moment: Moment): void;
  /** Writes at once what the history has been told. */
  write(): void;
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
        if (finding.latch === true) letGo(parts, finding, meaning, at);
        if (finding.check === otherCluster) owner.settle();
      }),
    takeBack: (id) => act(parts, id, undefined, () => owner.past().acknowledgements.delete(id)),
  };
}

/** What only an acknowledgement ends: the check forgets what it held, and the timeline tells who ended it. */
function letGo(
  { rules, owner, config, tell }: AcknowledgingParts,
  finding: Finding,
  meaning: Meaning,
  at: number,
): void {
  const check = rules.checks.get(finding.check);
  if (check !== undefined && isHeldByMemory(check)) {
    owner.past().memories.acknowledge(check, memorySubject(finding.subject), meaning, at);
  }
  const sentence = cutText(render(lastingSay(finding.say), { now: at, timeZone: config().timeZone }), mostSentence);
  tell({ at, kind: 'acknowledged', text: acknowledgedText(sentence, meaning), finding: finding.id });
}

function act(
  { judgement, judge, saving, owner, write }: AcknowledgingParts,
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
  write();
  return 'done';
}
