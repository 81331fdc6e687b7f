import type { Verdict } from '#server/engine/define-check.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { rightSteps, rightUser } from './right-steps.ts';
import { shorten } from './shorten.ts';
import { startedAt } from './started-at.ts';
import { optionalRightsSubject, sourceSubject } from './subjects.ts';

/** The verdict of a right that the wall needs and lacks. */
export function requiredMissing(right: RightsFact, now: number): Verdict {
  return { subject: sourceSubject(right.feed), level: 'warn', ...one(right), ...startedAt(right.since, now) };
}

/**
 * One verdict of all rights that are missing and that the wall can do without, none if there are none: whoever upgrades the wall
 * and keeps its old ClusterRole lacks dozens, and one command brings them.
 */
export function optionalMissing(rights: readonly RightsFact[], now: number): Verdict[] {
  const missing = rights.toSorted((a, b) => (a.feed < b.feed ? -1 : 1));
  const [first, ...others] = missing;
  if (first === undefined) return [];
  const told = others.length === 0 ? one(first) : several(missing);
  const since = Math.min(...missing.map((right) => right.since));
  return [{ subject: optionalRightsSubject, level: 'notice', ...told, ...startedAt(since, now) }];
}

type Told = Pick<Verdict, 'say' | 'evidence' | 'steps'>;
type Evidence = NonNullable<Verdict['evidence']>;

function one(right: RightsFact): Told {
  const words = shorten(right.message, 1000);
  return {
    say: notSeen('we may not see {resource}, so the wall does not show {buys}', right),
    evidence: words === '' ? [] : [{ kind: 'text', say: plainly(words) }],
    steps: rightSteps(right),
  };
}

function notSeen(words: string, { buys, ...right }: RightsFact): Say {
  return say(words, { resource: resourceOf(right), buys });
}

/** What several groups call alike has a source of another name: `nodes` of Longhorn are not those of Kubernetes. */
export function resourceOf({ feed, rule }: Pick<RightsFact, 'feed' | 'rule'>): string {
  return feed !== rule.resource && rule.group !== '' ? `${rule.resource}.${rule.group}` : rule.resource;
}

const mostNamed = 3;
/** More than there are. */
const mostTold = 60;

function several(missing: readonly RightsFact[]): Told {
  const names = missing.slice(0, mostNamed).map(resourceOf);
  const more = missing.length - names.length;
  const [last = ''] = names.slice(-1);
  const listed = more === 0 ? `${names.slice(0, -1).join(', ')} and ${last}` : names.join(', ');
  const words = `{count} optional rights are missing: we may not see {listed}${more === 0 ? '' : ' and {more} more'}`;
  const message = missing.find((right) => right.message !== '')?.message ?? '';
  const evidence: Evidence = missing
    .slice(0, mostTold)
    .map((right) => ({ kind: 'text', say: notSeen('{resource}: the wall does not show {buys}', right) }));
  return {
    say: say(words, { count: missing.length, listed: shorten(listed, 200), more }),
    evidence: message === '' ? evidence : [...evidence, { kind: 'text', say: plainly(shorten(message, 1000)) }],
    steps: applySteps(message),
  };
}

function applySteps(message: string): Step[] {
  const user = rightUser(message);
  return [
    {
      say: 'Give the wall the rights of its own version: apply deploy/base/rbac.yaml as it is there',
      command: 'kubectl apply -f deploy/base/rbac.yaml',
    },
    { say: 'Each rule there says what it buys: leave out what you do not want to see, and acknowledge this' },
    {
      say: 'See what we may',
      command: 'kubectl auth can-i --list' + (user === null ? '' : command` --as ${user}`),
    },
  ];
}
