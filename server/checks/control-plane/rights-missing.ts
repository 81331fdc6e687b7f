import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { sameSubject, sourceSubject } from '../subjects.ts';

/** May we see all that we want to see? A missing right names what is not seen, and the rule to add. */
export default defineCheck({
  check: 'control-plane/rights-missing',
  about: 'the wall may not see something: what that is, and the rule to add',
  needs: { rights: 'required' },
  settings: {},
  explains: [
    {
      checks: ['*/unseen'],
      when: (cause, effect) =>
        cause.level !== 'ok' &&
        // One right for all that are asked alike: `kubelet` for `kubelet/nuc0`.
        (sameSubject(cause.subject, effect.subject) ||
          (effect.subject.kind === 'Source' && effect.subject.name.startsWith(`${cause.subject.name}/`))),
    },
  ],
  judge: (snapshot) => [
    ...[...snapshot.facts('rights').values()].map((right) => verdict(right, snapshot.now)),
    ...notToldYet(snapshot),
  ],
});

/** Which kubelets there are is known a moment after the nodes were listed, and what they answer a moment later. */
const kubeletsAnswerWithinMs = 30_000;

/** Feeds of which the API has not said since the start whether we may see them: a right that was missing before may still be. */
function notToldYet(snapshot: Snapshot): Verdict[] {
  const rights = snapshot.facts('rights');
  const feeds = [...snapshot.sources.values()].flatMap(({ name, role, state }) =>
    role === 'feed' && state !== 'synced' && state !== 'absent' ? [feedOf(name)] : [],
  );
  const all = new Set([...feeds, ...(areKubeletsAwaited(snapshot) ? ['kubelet', 'kubelet-certificates'] : [])]);
  return [...all]
    .filter((feed) => !rights.has(feed))
    .map((feed) => ({
      subject: sourceSubject(feed),
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

function verdict(right: RightsFact, now: number): Verdict {
  const { feed, granted, required, rule, buys, message, since } = right;
  const subject = sourceSubject(feed);
  // What several groups call alike has a source of another name: `nodes` of Longhorn are not those of Kubernetes.
  const resource = feed !== rule.resource && rule.group !== '' ? `${rule.resource}.${rule.group}` : rule.resource;
  if (granted) return { subject, level: 'ok', say: say('we may see {resource}', { resource }) };
  const words = shorten(message, 1000);
  return {
    subject,
    level: required ? 'warn' : 'notice',
    say: say('we may not see {resource}, so the wall does not show {buys}', { resource, buys }),
    evidence: words === '' ? [] : [{ kind: 'text', say: plainly(words) }],
    steps: steps(right),
    ...startedAt(since, now),
  };
}

function steps({ rule, message }: RightsFact): Step[] {
  const { group, resource, verbs, namespace } = rule;
  const role = namespace === undefined ? 'ClusterRole' : `Role in namespace ${namespace}`;
  // A slash would name an object: kubectl asks for nodes/stats as for a node called stats.
  const [name = '', subresource] = resource.split('/');
  const resources = group === '' ? name : `${name}.${group}`;
  const as = userIn(message);
  const ask = verbs.includes('list') ? 'list' : (verbs[0] ?? 'get');
  const question =
    command`kubectl auth can-i ${ask} ${resources}` +
    (subresource === undefined ? '' : ` ${command`--subresource=${subresource}`}`) +
    (namespace === undefined ? '' : command` -n ${namespace}`) +
    (as === null ? '' : command` --as ${as}`);
  return [
    { say: 'Ask the API whether it is allowed', command: question },
    { say: `Add this rule to the ${role} of the wall: ${ruleText(rule)}` },
  ];
}

/** The rule as one line of YAML, to be put under `rules:`. */
function ruleText({ group, resource, verbs }: RightsFact['rule']): string {
  return `- { apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs.map((verb) => `"${verb}"`).join(', ')}] }`;
}

/**
 * Who we are, as the refusal says: `User "system:serviceaccount:wall:wall" cannot list ...` of the API, `Forbidden
 * (user=system:serviceaccount:wall:wall, verb=get, ...` of a kubelet.
 */
function userIn(message: string): string | null {
  const [, byApi, byKubelet] = /User "([^"]{1,253})" cannot|\(user=([^",()]{1,253}), verb=/.exec(message) ?? [];
  return byApi ?? byKubelet ?? null;
}
