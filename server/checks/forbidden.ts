import type { Explains } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { isWatch } from './blindness.ts';
import { shorten } from './shorten.ts';
import { optionalRightsSubject, sameSubject } from './subjects.ts';

/** How much of what we watch the API forbids us. `some`: what is missing is told one by one. */
export type Forbidden = 'all' | 'some' | 'none';

/** By the feeds as they stand; one that lived before its right was taken is not forbidden until it ends. */
export function forbiddenFeeds({ sources }: Snapshot): Forbidden {
  const feeds = [...sources.values()].filter((source) => isWatch(source) && source.state !== 'absent');
  const forbidden = feeds.filter(({ state }) => state === 'forbidden').length;
  if (forbidden === 0) return 'none';
  return forbidden === feeds.length ? 'all' : 'some';
}

/** Who we are to the API, by what it said when it refused: `User "anna" cannot list ...`; "" if it said nothing. */
export function whoWeAre(snapshot: Snapshot): string {
  const messages = [
    snapshot.facts('apiDoor').get('api')?.message ?? '',
    ...[...snapshot.facts('rights').values()].map(({ message }) => message),
  ];
  for (const message of messages) {
    const [, user] = /User "([^"]{1,253})" cannot/.exec(message) ?? [];
    if (user !== undefined) return user;
  }
  return '';
}

/** The sentence where nothing at all is allowed. */
export function forbidsAllSay(user: string): Say {
  if (user === 'system:anonymous') return say('API takes us for nobody (system:anonymous) and forbids us all (403)');
  return user === ''
    ? say('API forbids us all that we ask for (403)')
    : say('API forbids us all that we ask for (403): {user} has no rights', { user: shorten(user, 80) });
}

/** The first steps where nothing at all is allowed. */
export function forbidsAllSteps(user: string): Step[] {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):(.+)$/.exec(user) ?? [];
  const create = 'kubectl create clusterrolebinding clusterwall --clusterrole=clusterwall ';
  const to =
    account === undefined ? command`--user=${user}` : command`--serviceaccount=${`${namespace ?? ''}:${account}`}`;
  return [
    { say: 'See who we are to the API', command: 'kubectl auth whoami' },
    { say: 'See what we may', command: 'kubectl auth can-i --list' },
    ...(user === '' || user === 'system:anonymous'
      ? [{ say: 'Does the kubeconfig have credentials?', command: 'kubectl config view --minify' }]
      : [{ say: 'Bind us to the ClusterRole of the wall (deploy/base/rbac.yaml)', command: create + to }]),
  ];
}

/** Where all is forbidden, that says of each kind why it is not seen. */
export const forbidsAll: Explains = {
  checks: ['control-plane/rights-missing', '*/unseen'],
  when(cause, { subject }, snapshot) {
    if (cause.level !== 'bad' || subject.kind !== 'Source' || forbiddenFeeds(snapshot) !== 'all') return false;
    return sameSubject(subject, optionalRightsSubject) || snapshot.sources.get(subject.name)?.state === 'forbidden';
  },
};
