import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { count } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { explainsNotFound } from '../service-causes.ts';
import { listed } from '../service-evidence.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { dnsSubject } from '../subjects.ts';

/** Can any name be looked up? Where none can it is DNS, and no service. */
export default defineCheck({
  check: 'services/names-not-found',
  about: 'no name of all that is probed can be looked up: DNS does not answer, or knows none of them',
  needs: { serviceProbe: 'required', pod: 'optional' },
  settings: {
    names: { ...count(3, 'so many different names must fail before it is DNS'), min: 2, max: 100 },
  },
  explains: [explainsNotFound],
  judge(snapshot, { settings }) {
    const failing = notFound(snapshot, settings.names);
    return failing === null ? [] : [verdict(failing, snapshot)];
  },
});

/** Addresses need no DNS; what is reached at a given address has not asked it. */
function asksDns({ host, trouble, phases }: ServiceProbeFact): boolean {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return false;
  return trouble === 'dns' || phases?.dnsMs != null;
}

/** When a name was last found (epoch ms), -Infinity if it is not now. */
function lastFound({ trouble, outcome, upAt, askedAt }: ServiceProbeFact): number {
  if (trouble === 'dns') return -Infinity;
  return outcome === 'up' ? (upAt ?? askedAt) : askedAt;
}

/** Those that cannot be found, if at least `least` names could not since any was found: the others are asked within half a minute. */
function notFound(snapshot: Snapshot, least: number): readonly ServiceProbeFact[] | null {
  const asking = [...snapshot.facts('serviceProbe').values()].filter(asksDns);
  const foundAt = Math.max(-Infinity, ...asking.map(lastFound));
  const failing = asking.filter(({ trouble, outcomeSince }) => trouble === 'dns' && outcomeSince > foundAt);
  const names = new Set(failing.map(({ host }) => host));
  return names.size < least ? null : asking;
}

function verdict(all: readonly ServiceProbeFact[], snapshot: Snapshot): Verdict {
  const failing = all.filter(({ trouble }) => trouble === 'dns');
  const names = [...new Set(all.map(({ host }) => host))].sort();
  const messages = [...new Set(failing.map(({ message }) => shorten(message, 200)))].filter((text) => text !== '');
  const since = Math.min(...failing.map(({ outcomeSince }) => outcomeSince));
  return {
    subject: dnsSubject,
    level: 'bad',
    say: sentence(failing, names.length),
    evidence: [
      { kind: 'text', say: say('names: {names}', { names: listed(names) }) },
      ...messages.slice(0, 3).map((message) => ({ kind: 'text' as const, say: say('{message}', { message }) })),
    ],
    steps: steps(names[0] ?? '', snapshot),
    series: ['services/up'],
    sources: ['services-probed'],
    ...startedAt(since, snapshot.now),
  };
}

/** What resolvers say of a name that there is not. */
const unknownName = /\b(?:ENOTFOUND|ENODATA|NXDOMAIN)\b/;

function sentence(failing: readonly ServiceProbeFact[], count: number): Say {
  return failing.every(({ message }) => unknownName.test(message))
    ? say('DNS knows none of {count} names', { count })
    : say('DNS does not answer: none of {count} names can be resolved', { count });
}

function steps(name: string, snapshot: Snapshot): Step[] {
  const inside = [...snapshot.facts('pod').values()].find(
    ({ namespace, name: pod }) => namespace === 'kube-system' && /^(?:rke2-)?coredns-/.test(pod),
  );
  return [
    { say: 'Look up a name on the machine of the wall', command: command`getent hosts ${name}` },
    { say: 'Which DNS server is asked there?', command: 'cat /etc/resolv.conf' },
    ...(inside === undefined
      ? []
      : [
          {
            say: 'If the wall runs in the cluster: does its DNS run?',
            command: 'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide',
          },
        ]),
    { say: 'Do the users ask another DNS server? Name that as "resolver:" of the configuration' },
  ];
}
