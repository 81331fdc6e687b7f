import { defineCheck } from '#server/engine/define-check.ts';
import { say } from '#shared/say.ts';
import { clusterSubject as subject } from '../subjects.ts';

/** Is it still the cluster that we know? A wiped or swapped one answers at the same address. */
export default defineCheck({
  check: 'control-plane/other-cluster',
  about: 'another cluster answers at the address of the one remembered: wiped, restored or swapped',
  needs: { apiDoor: 'required' },
  settings: {},
  latch: true,
  explains: [
    {
      // A wiped datastore knows no nodes until they join again.
      checks: ['nodes/not-ready'],
      when: (cause, { subject }) => cause.level === 'bad' && subject.kind === 'Cluster',
    },
  ],
  judge(snapshot) {
    const { remembered, current } = snapshot.identity;
    if (!comparable(remembered, current)) return [];
    if (remembered === current) return [{ subject, level: 'ok', say: say('it is the cluster that we know') }];
    const address = snapshot.facts('apiDoor').get('api')?.address ?? 'its address';
    const values = { address, before: shortId(remembered), after: shortId(current) };
    return [
      {
        subject,
        level: 'bad',
        say: say('another cluster answers at {address}: {after} now, {before} before', values),
        evidence: [
          { kind: 'text', say: say('remembered: {remembered}', { remembered }) },
          { kind: 'text', say: say('answering: {current}', { current }) },
        ],
        steps: [
          { say: 'Is it the right address and context?', command: 'kubectl config view --minify' },
          {
            say: 'See what answers: a wiped datastore gives a new identity and no nodes',
            command: 'kubectl get namespace kube-system -o jsonpath=\'{.metadata.uid}{"\\n"}\'',
          },
          { say: 'Did you set it up anew? Then acknowledge this: a new history has begun' },
        ],
      },
    ];
  },
});

/**
 * Both must be known and of one sort: where kube-system may not be read a hash of the CA (`ca:...`) stands in, and a
 * right given or taken makes no other cluster.
 */
function comparable(remembered: string, current: string): boolean {
  const sort = (id: string) => id.startsWith('ca:');
  return remembered !== '' && current !== '' && sort(remembered) === sort(current);
}

/** The first 8 characters, enough to tell two apart. */
function shortId(id: string): string {
  return id.startsWith('ca:') ? id.slice(0, 11) : id.slice(0, 8);
}
