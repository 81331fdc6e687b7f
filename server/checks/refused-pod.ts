import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ResourceQuotaFact } from '#server/facts/resource-quota.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { meaningOf, quoted, type Meanings } from './meanings.ts';
import { shorten } from './shorten.ts';

/** Where to look next when the API refuses a pod. */
export type RefusedLook =
  | 'quota'
  | 'limits'
  | 'webhook'
  | 'policy'
  | 'namespace'
  | 'service-account'
  | 'priority-class'
  | 'runtime-class'
  | 'claims';

/** Why the API refuses a pod. */
export interface RefusedPod {
  /** `quota none allows no pods`, `quota small is used up: requests.memory 1Gi wanted, 3968Mi of 4Gi used`. */
  words: string;
  look: RefusedLook | null;
  /** Of the quota, webhook or whatever it is about, "" if it is about none. */
  name: string;
}

const meanings: Meanings<RefusedLook> = [
  [/failed quota: ([^:]+): must specify (.+)$/, 'quota $1 wants $2 to be set', 'quota'],
  [/serviceaccount "([^"]+)" not found/i, 'it needs ServiceAccount $1, which is not there', 'service-account'],
  [
    /looking up service ?account (?:[^\s/]+\/)?([^\s/:]+): /i,
    'its ServiceAccount $1 cannot be looked up',
    'service-account',
  ],
  [/no PriorityClass with name (\S+) was found/i, 'it needs PriorityClass $1, which is not there', 'priority-class'],
  [/RuntimeClass(?:es)?\S* "([^"]+)" not found/i, 'it needs RuntimeClass $1, which is not there', 'runtime-class'],
  [
    /admission webhook "([^"]+)" denied the request(?:: ([^]+))?$/,
    'the admission webhook $1 refuses it: $2',
    'webhook',
  ],
  [
    /failed calling webhook "([^"]+)"[^]*x509/,
    'the certificate of the admission webhook $1 is not accepted',
    'webhook',
  ],
  [/failed calling webhook "([^"]+)"/, 'the admission webhook $1 does not answer', 'webhook'],
  [/ValidatingAdmissionPolicy '([^']+)' .*?denied request: ([^]+)$/, 'the policy $1 refuses it: $2', 'policy'],
  [/violates PodSecurity "([^":]+)[^"]*": ([^]+)$/, 'it breaks the Pod Security level $1: $2', 'namespace'],
  [
    /((?:maximum|minimum) \S+ usage per \S+ is [^,\]]+, but (?:limit|request) is [^,\]]+?)(?=\.?$|[,\]])/,
    'a LimitRange refuses it: $1',
    'limits',
  ],
  [/\b(\w+ max limit to request ratio[^\]]*)/, 'a LimitRange refuses it: $1', 'limits'],
  [/namespace (\S+) because it is being terminated/, 'its namespace $1 is being deleted', 'namespace'],
  [/unable to validate against any security context constraint/i, 'no security context constraint allows it', 'policy'],
  [/^Pod "[^"]*" is invalid: ([^]+)$/, 'its template is not valid: $1'],
  [/is invalid: ([^]+)$/, 'its template is not valid: $1'],
];

/** Why the API refuses a pod, in plain words; what is not known is quoted. */
export function refusedPod(message: string): RefusedPod {
  const text = bareRefusal(message);
  const quota = exceededQuota(text);
  if (quota !== null) return quota;
  const meaning = meaningOf(text, meanings);
  // A webhook may refuse without a word.
  if (meaning !== null) return { ...meaning, words: meaning.words.replace(/: $/, '') };
  // Names of pods are new with every try.
  const said = text.replace(/^pods "[^"]*" is forbidden: /, '');
  return { words: said === '' ? 'the API does not say why' : `the API says ${quoted(said)}`, look: null, name: '' };
}

/** The message without who wanted to create what. */
export function bareRefusal(message: string): string {
  return message.replace(/^Error creating: |^create (?:Pod|Claim) [^]*? in StatefulSet \S+ failed error: /, '');
}

/** Name of the pod that a StatefulSet could not create, "" if the message is no such one. */
export function refusedName(message: string): string {
  const [, name = ''] = /^create (?:Pod|Claim \S+ for Pod) (\S+) in StatefulSet \S+ failed error: /.exec(message) ?? [];
  return name;
}

/** `exceeded quota: small, requested: pods=1,requests.memory=1Gi, used: pods=4,..., limited: pods=4,...`. */
function exceededQuota(text: string): RefusedPod | null {
  const found = /exceeded quota: ([^,]+), requested: (\S+), used: (\S+), limited: (\S+)/.exec(text);
  if (found === null) return null;
  const [, name = '', ...lists] = found;
  const [requested, used, limited] = lists.map(amounts);
  const none = [...(requested?.keys() ?? [])].filter((resource) => isZero(limited?.get(resource))).slice(0, 3);
  if (none.length > 0)
    return { words: `quota ${shorten(name, 60)} allows ${none.map(noneOf).join(' and ')}`, look: 'quota', name };
  const over = [...(requested ?? [])].slice(0, 3).map(([resource, wanted]) => {
    const amount = (list: ReadonlyMap<string, string> | undefined) => shorten(list?.get(resource) ?? '?', 30);
    return `${shorten(resource, 60)} ${shorten(wanted, 30)} wanted, ${amount(used)} of ${amount(limited)} used`;
  });
  return { words: `quota ${shorten(name, 60)} is used up: ${over.join('; ')}`, look: 'quota', name };
}

// Quantities have units: `0Gi` is none as well.
function isZero(amount = ''): boolean {
  return /^0+(?:\.0+)?[A-Za-z]*$/.test(amount);
}

function noneOf(resource: string): string {
  return resource === 'pods' || resource === 'count/pods' ? 'no pods' : `0 of ${shorten(resource, 60)}`;
}

function amounts(list: string): ReadonlyMap<string, string> {
  return new Map(
    list.split(',').flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=');
      return at < 1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]];
    }),
  );
}

/** The quota that it is about as it stands now, undefined if that is not known. */
export function quotaOf(
  { look, name }: RefusedPod,
  namespace: string,
  snapshot: Snapshot,
): ResourceQuotaFact | undefined {
  return look === 'quota' ? snapshot.facts('resourceQuota').get(`${namespace}/${name}`) : undefined;
}

/** Where to look next. */
export function refusedSteps({ look, name }: RefusedPod, namespace: string): Step[] {
  switch (look) {
    case 'quota':
      return [
        {
          say: 'What does the quota allow, and what is used?',
          command: command`kubectl -n ${namespace} describe resourcequota ${name}`,
        },
        { say: 'What runs in the namespace?', command: command`kubectl -n ${namespace} get pods` },
      ];
    case 'limits':
      return [
        { say: 'What do the limit ranges allow?', command: command`kubectl -n ${namespace} describe limitranges` },
      ];
    case 'webhook':
      return [
        {
          say: 'Whose webhook is it, and do its pods run?',
          command: 'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
        },
      ];
    case 'policy':
      return [{ say: 'What does the policy ask for?', command: 'kubectl get validatingadmissionpolicies' }];
    case 'namespace':
      return [
        {
          say: 'How is the namespace, and what does it enforce?',
          command: command`kubectl get namespace ${namespace} --show-labels`,
        },
      ];
    case 'service-account':
      return [{ say: 'Which are there?', command: command`kubectl -n ${namespace} get serviceaccounts` }];
    case 'priority-class':
      return [{ say: 'Which are there?', command: 'kubectl get priorityclasses' }];
    case 'runtime-class':
      return [{ say: 'Which are there?', command: 'kubectl get runtimeclasses' }];
    case 'claims':
      return [{ say: 'How are the claims?', command: command`kubectl -n ${namespace} get persistentvolumeclaims` }];
    case null:
      return [];
  }
}
