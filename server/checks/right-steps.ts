import type { RightsFact } from '#server/facts/rights.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';

/** The first steps where one right is missing: ask the API about it, and the rule to add. */
export function rightSteps({ rule, message }: RightsFact): Step[] {
  const { group, resource, verbs, namespace } = rule;
  const role = namespace === undefined ? 'ClusterRole' : `Role in namespace ${namespace}`;
  // A slash would name an object: kubectl asks for nodes/stats as for a node called stats.
  const [name = '', subresource] = resource.split('/');
  const resources = group === '' ? name : `${name}.${group}`;
  const as = rightUser(message);
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
 * (user=system:serviceaccount:wall:wall, verb=get, ...` of a kubelet; null if it does not say.
 */
export function rightUser(message: string): string | null {
  const [, byApi, byKubelet] = /User "([^"]{1,253})" cannot|\(user=([^",()]{1,253}), verb=/.exec(message) ?? [];
  return byApi ?? byKubelet ?? null;
}
