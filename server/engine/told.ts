import type { Evidence, Finding } from '#shared/finding.ts';
import { sameSay, type Say, type SayContext } from '#shared/say.ts';
import { boundSay, cutText } from './bounded.ts';
import type { Verdict } from './define-check.ts';
import { sameList } from './same.ts';

/** What the board holds of one finding; its own door has the rest. */
const boardEvidence = { count: 3, length: 200 };
/** Its own door is bounded as well. */
const doorEvidence = { count: 200, length: 4_000 };
const maxSentence = 500;
const mostSteps = 10;

type SpokenVerdict = Pick<Verdict, 'say' | 'evidence' | 'steps'>;

/** A finding's words within their bounds, and what they were made of. */
export interface Told {
  from: SpokenVerdict;
  words: Pick<Finding, 'sentence' | 'say' | 'evidence' | 'steps'>;
}

/** The words of a verdict: those of `before` if it says the same, since rendering is what a finding costs most. */
export function tell(from: SpokenVerdict, before: Told | undefined, context: SayContext): Told {
  if (before !== undefined && saysTheSame(before.from, from)) return before;
  const { say, text } = boundSay(from.say, maxSentence, context);
  const steps = (from.steps ?? []).slice(0, mostSteps).map(({ say, command }) => ({
    say: cutText(say, 500),
    ...(command === undefined ? {} : { command: command.slice(0, 2_000) }),
  }));
  return { from, words: { sentence: text, say, evidence: bound(from.evidence, boardEvidence, context), steps } };
}

/** All evidence, for the finding's own door. */
export function wholeEvidence(evidence: Verdict['evidence'], context: SayContext): Evidence[] {
  return bound(evidence, doorEvidence, context);
}

function bound(evidence: Verdict['evidence'], most: typeof boardEvidence, context: SayContext): Evidence[] {
  return (evidence ?? []).slice(0, most.count).map(({ kind, say }) => {
    const cut = boundSay(say, most.length, context);
    return { kind, text: cut.text, say: cut.say };
  });
}

function saysTheSame(a: SpokenVerdict, b: SpokenVerdict): boolean {
  if (a === b) return true;
  return (
    sameSay(a.say, b.say) &&
    sameList(a.evidence ?? [], b.evidence ?? [], (one: { kind: string; say: Say }, other) => {
      return one.kind === other.kind && sameSay(one.say, other.say);
    }) &&
    sameList(a.steps ?? [], b.steps ?? [], (one, other) => one.say === other.say && one.command === other.command)
  );
}
