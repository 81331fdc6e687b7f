import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import { say } from '#shared/say.ts';
import { optionalMissing, requiredMissing, resourceOf } from '../missing-rights.ts';
import { optionalRightsSubject, sameSubject, sourceSubject } from '../subjects.ts';

/** May we see all that we want to see? Missing rights name what is not seen, and how to give them: those that the wall can do without all in one. */
export default defineCheck({
  check: 'control-plane/rights-missing',
  about: 'the wall may not see something: what that is, and the rule to add',
  needs: { rights: 'required' },
  settings: {},
  explains: [
    { checks: ['*/unseen'], when: (cause, effect, snapshot) => cause.level !== 'ok' && isOf(cause, effect, snapshot) },
  ],
  judge(snapshot) {
    const rights = [...snapshot.facts('rights').values()];
    const missing = rights.filter(({ granted }) => !granted);
    const optional = optionalMissing(
      missing.filter(({ required }) => !required),
      snapshot.now,
    );
    return [
      ...rights.filter(({ granted }) => granted).map(seen),
      ...missing.filter(({ required }) => required).map((right) => requiredMissing(right, snapshot.now)),
      ...optional,
      ...notToldYet(snapshot, optional.length > 0),
    ];
  },
});

/** One right for all that are asked alike: `kubelet` for `kubelet/nuc0`. */
function isOf({ subject }: Verdict, { subject: { kind, name } }: Effect, snapshot: Snapshot): boolean {
  if (kind !== 'Source') return false;
  if (!sameSubject(subject, optionalRightsSubject)) return name === subject.name || feedOf(name) === subject.name;
  const right = snapshot.facts('rights').get(name) ?? snapshot.facts('rights').get(feedOf(name));
  return right !== undefined && !right.granted && !right.required;
}

function seen(right: RightsFact): Verdict {
  return {
    subject: sourceSubject(right.feed),
    level: 'ok',
    say: say('we may see {resource}', { resource: resourceOf(right) }),
  };
}

/** Which kubelets there are is known a moment after the nodes were listed, and what they answer a moment later. */
const kubeletsAnswerWithinMs = 30_000;

/** Feeds of which the API has not said since the start whether we may see them: a right that was missing before may still be. */
function notToldYet(snapshot: Snapshot, isAnyMissing: boolean): Verdict[] {
  const rights = snapshot.facts('rights');
  const untold = [...snapshot.sources.values()].filter(
    ({ name, role, state }) => role === 'feed' && state !== 'synced' && state !== 'absent' && !rights.has(feedOf(name)),
  );
  const awaited = areKubeletsAwaited(snapshot)
    ? ['kubelet', 'kubelet-certificates'].filter((feed) => !rights.has(feed))
    : [];
  const notTold = [...new Set([...untold.map(({ name }) => feedOf(name)), ...awaited])].map(sourceSubject);
  // Whether it can be done without is told with the right. Who does not answer at all, such as one kubelet of many, must not
  // keep a notice that is over.
  const isBeginning = awaited.length > 0 || untold.some(({ state }) => state === 'syncing');
  const subjects = isAnyMissing || !isBeginning ? notTold : [...notTold, optionalRightsSubject];
  return subjects.map((subject) => ({
    subject,
    level: 'ok',
    say: say('whether we may see it is not known yet'),
    unseen: true,
  }));
}

function areKubeletsAwaited({ now, sources }: Snapshot): boolean {
  const nodes = sources.get('nodes');
  if (nodes === undefined || nodes.state === 'forbidden') return false;
  return nodes.state !== 'synced' || Math.abs(now - nodes.since) < kubeletsAnswerWithinMs;
}

/** `kubelet` of `kubelet/nuc0`. */
function feedOf(source: string): string {
  return source.split('/', 1)[0] ?? source;
}
