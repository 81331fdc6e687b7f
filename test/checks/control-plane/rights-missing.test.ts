import { describe, expect, test } from 'vitest';
import rightsMissing from '#server/checks/control-plane/rights-missing.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import { aRight } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';

const verdictOf = (part: Partial<RightsFact>) => theVerdict(rightsMissing, aSnapshot({ rights: [aRight(part)] }));
const missing = { granted: false, since: noon - minute } as const;

describe('a right', () => {
  test('that we have is fine', () => {
    const verdict = verdictOf({});
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'we may see nodes']);
  });

  test('that we need and lack warns, says what is not seen, and which rule to add', () => {
    const message = 'nodes is forbidden: User "anna" cannot list resource "nodes" in API group "" at the cluster scope';
    const verdict = verdictOf({ ...missing, message });
    expect(verdict.level).toBe('warn');
    expect(sentence(verdict)).toBe(
      'we may not see nodes, so the wall does not show node readiness, versions and pressure',
    );
    expect(verdict.startedAt).toBe(noon - minute);
    expect(evidenceOf(verdict)).toEqual([message]);
    expect(commandsOf(verdict)).toEqual(['kubectl auth can-i list nodes --as anna']);
    expect(verdict.steps?.[1]?.say).toBe(
      'Add this rule to the ClusterRole of the wall: - { apiGroups: [""], resources: ["nodes"], verbs: ["list", "watch"] }',
    );
  });

  test('that would only be nice to have is a notice', () => {
    expect(verdictOf({ ...missing, required: false }).level).toBe('notice');
  });

  test('of a group and a namespace is asked and written so', () => {
    const rule = {
      group: 'coordination.k8s.io',
      resource: 'leases',
      verbs: ['list', 'watch'],
      namespace: 'kube-node-lease',
    };
    const verdict = verdictOf({ ...missing, feed: 'leases', rule });
    expect(commandsOf(verdict)).toEqual(['kubectl auth can-i list leases.coordination.k8s.io -n kube-node-lease']);
    expect(verdict.steps?.[1]?.say).toContain('Role in namespace kube-node-lease of the wall');
    expect(verdict.steps?.[1]?.say).toContain('apiGroups: ["coordination.k8s.io"]');
  });

  test('without a list verb is asked by the first, and a hostile user is quoted', () => {
    const rule = { group: '', resource: 'nodes/stats', verbs: ['get'] };
    const verdict = verdictOf({ ...missing, rule, message: 'User "$(reboot)" cannot get it' });
    expect(commandsOf(verdict)).toEqual(["kubectl auth can-i get nodes --subresource=stats --as '$(reboot)'"]);
  });

  test('of the kubelets is refused in their own words, and explains each of them', () => {
    const rule = { group: '', resource: 'nodes/stats', verbs: ['get'] };
    const message =
      '403 Forbidden: Forbidden (user=system:serviceaccount:clusterwall:clusterwall, verb=get, resource=nodes, subresource(s)=[stats])';
    const snapshot = aSnapshot({ rights: [aRight({ ...missing, feed: 'kubelet', required: false, rule, message })] });
    const cause = theVerdict(rightsMissing, snapshot);
    expect(commandsOf(cause)).toEqual([
      'kubectl auth can-i get nodes --subresource=stats --as system:serviceaccount:clusterwall:clusterwall',
    ]);
    const unseen = (name: string) => anEffect('nodes/unseen', { subject: { kind: 'Source', name }, level: 'unknown' });
    expect(explains(rightsMissing, cause, unseen('kubelet/nuc0'), snapshot)).toBe(true);
    expect(explains(rightsMissing, cause, unseen('kubelets'), snapshot)).toBe(false);
  });

  test('that would be nice to have is one notice with all others of that kind, and one command brings them', () => {
    const message = 'jobs.batch is forbidden: User "system:serviceaccount:clusterwall:clusterwall" cannot list it';
    const names = ['volumes', 'jobs', 'pods/log', 'claims', 'events'];
    const rights = names.map((feed, i) =>
      aRight({ ...missing, feed, required: false, buys: `all ${feed}`, message, since: noon - i * minute }),
    );
    const required = aRight({ ...missing, feed: 'nodes' });
    const verdicts = judged(rightsMissing, aSnapshot({ rights: [required, ...rights, aRight({ feed: 'leases' })] }));
    expect(verdicts.map(({ level, subject }) => [level, subject.name])).toEqual([
      ['ok', 'leases'],
      ['warn', 'nodes'],
      ['notice', 'optional'],
    ]);
    const all = verdicts[2]!;
    expect(sentence(all)).toBe('5 optional rights are missing: we may not see claims, events, jobs and 2 more');
    expect(evidenceOf(all)).toEqual([
      ...[...names].sort().map((name) => `${name}: the wall does not show all ${name}`),
      message,
    ]);
    expect(all.startedAt).toBe(noon - 4 * minute);
    expect(commandsOf(all)).toEqual([
      'kubectl apply -f deploy/base/rbac.yaml',
      'kubectl auth can-i --list --as system:serviceaccount:clusterwall:clusterwall',
    ]);
  });

  test.each([
    [['jobs', 'claims'], '2 optional rights are missing: we may not see claims and jobs'],
    [['jobs', 'claims', 'events'], '3 optional rights are missing: we may not see claims, events and jobs'],
  ])('of %s is named with the others', (names, said) => {
    const rights = names.map((feed) => aRight({ ...missing, feed, required: false }));
    expect(sentence(theVerdict(rightsMissing, aSnapshot({ rights })))).toBe(said);
  });

  test('with hundreds of others is bounded', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      aRight({ ...missing, feed: `${i}-${'x'.repeat(300)}`, required: false }),
    );
    const verdict = theVerdict(rightsMissing, aSnapshot({ rights: many }));
    expect(sentence(verdict).length).toBeLessThan(300);
    expect(verdict.evidence!.length).toBeLessThan(70);
  });

  test('that is one of several explains what is not seen of each of them, and of nothing else', () => {
    const optional = ['jobs', 'kubelet'].map((feed) => aRight({ ...missing, feed, required: false }));
    const rights = [...optional, aRight({ feed: 'claims', required: false }), aRight({ ...missing, feed: 'nodes' })];
    const snapshot = aSnapshot({ rights });
    const cause = judged(rightsMissing, snapshot).find(({ level }) => level === 'notice')!;
    const isExplained = (name: string) =>
      explains(
        rightsMissing,
        cause,
        anEffect('nodes/unseen', { subject: { kind: 'Source', name }, level: 'unknown' }),
        snapshot,
      );
    expect(['jobs', 'kubelet/nuc0', 'claims', 'nodes', 'events', 'optional'].filter(isExplained)).toEqual([
      'jobs',
      'kubelet/nuc0',
    ]);
  });

  test('explains what cannot be seen of its own source, and of no other', () => {
    const snapshot = aSnapshot({ rights: [aRight({ ...missing, required: false })] });
    const cause = theVerdict(rightsMissing, snapshot);
    const unseen = (name: string) => anEffect('nodes/unseen', { subject: { kind: 'Source', name }, level: 'unknown' });
    expect(explains(rightsMissing, cause, unseen('nodes'), snapshot)).toBe(true);
    expect(explains(rightsMissing, cause, unseen('leases'), snapshot)).toBe(false);
    const granted = verdictOf({});
    expect(explains(rightsMissing, granted, unseen('nodes'), snapshot)).toBe(false);
  });

  test.each([
    ['syncing', true],
    ['unreachable', false],
  ] as const)('of which a kubelet that is %s says nothing yet: all may be missing is %s', (state, may) => {
    const feed = (name: string) => ({ name, state, role: 'feed' as const, fresh: false, freshAt: null });
    const sources = { 'kubelet-certificates/nuc7': feed('kubelet-certificates/nuc7') };
    const snapshot = aSnapshot({ rights: [aRight({}), aRight({ feed: 'kubelet' })], sources });
    const context = { settings: {}, memory: new Map(), memoryOf: () => new Map(), moments: [], trend: () => [] };
    const unseen = rightsMissing.judge(snapshot, context).filter((verdict) => verdict.unseen === true);
    const names = unseen.map(({ subject }) => subject.name);
    expect(names).toContain('kubelet-certificates');
    expect(names.includes('optional')).toBe(may);
  });
});
