import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { TlsServerFact } from '#server/facts/tls-server.ts';
import { subjectId, type Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { hearStep } from '../certificate-renewal.ts';
import { addressOf, placeEvidence } from '../certificate-words.ts';
import { splitAddress } from '../door-words.ts';
import { controllerStatus, ingressController } from '../ingress-controller.ts';
import { kubeletSteps } from '../node-steps.ts';
import { failuresThatCount, notShownAlike } from '../not-shown-alike.ts';
import { notShownLevel, notShownSay } from '../not-shown-words.ts';
import { hostSubject } from '../seen-certificates.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { nodeSubject, wallSubject } from '../subjects.ts';

/** Does a TLS server show its certificate? Its dates stay known when it does not; that it is served is not. */
export default defineCheck({
  check: 'certificates/not-shown',
  about: 'a host or kubelet has shown no certificate for three handshakes: nobody answers, or no TLS',
  needs: { tlsServer: 'optional', wall: 'optional' },
  settings: {},
  explains: [
    {
      checks: ['certificates/not-shown'],
      countedInWords: true,
      about: firstAlike,
      when: (cause, effect, snapshot) => firstAlike(effect, snapshot) === subjectId(cause.subject),
    },
  ],
  judge: (snapshot) => [
    ...[...snapshot.facts('tlsServer').values()].flatMap((server) => verdict(server, snapshot) ?? []),
    ...leftOut(snapshot),
  ],
});

/** So many TLS servers are looked at. */
export const mostLookedAt = 500;

/** Of servers that are not looked at nothing is known, not even that: it is said of the wall. */
function leftOut(snapshot: Snapshot): Verdict[] {
  const wall = snapshot.facts('wall').get('wall');
  if (wall === undefined || wall.serversLeftOut === 0) return [];
  const all = mostLookedAt + wall.serversLeftOut;
  return [
    {
      subject: wallSubject,
      level: 'notice',
      say: say('only {most} of {all} TLS servers are looked at', { most: mostLookedAt, all }),
      sources: [wall.source],
      steps: [
        {
          say: 'Write "discover: false" under "certificates:" of the configuration, and name those that matter under "servers:"',
        },
      ],
      ...startedAt(wall.serversLeftOutSince, snapshot.now),
    },
  ];
}

/** Of hosts behind one dead door the first by name, null if that is the effect's own. */
function firstAlike({ subject }: Effect, snapshot: Snapshot): string | null {
  const server = subject.kind === 'Host' ? snapshot.facts('tlsServer').get(subjectId(subject)) : undefined;
  const [first] = server === undefined ? [] : notShownAlike(server, snapshot);
  return first === undefined || first === subject.name ? null : subjectId(hostSubject(first));
}

function verdict(server: TlsServerFact, snapshot: Snapshot): Verdict | null {
  const { is, name, source, failures, seenAt, trouble, outcomeSince } = server;
  const head =
    is === 'kubelet'
      ? { subject: nodeSubject(name), key: 'kubelet', sources: [source] }
      : { subject: hostSubject(name), sources: [source] };
  if (failures < failuresThatCount) {
    if (seenAt === null) return { ...head, level: 'ok', say: say('it has shown no certificate yet'), unseen: true };
    return { ...head, level: 'ok', say: say('{name} shows its certificate', { name: shorten(name, 80) }) };
  }
  if (isToldByItsNode(server, snapshot)) return null;
  const [first, ...others] = notShownAlike(server, snapshot);
  const alike = first === name ? others : [];
  return {
    ...head,
    level: notShownLevel(trouble),
    say: notShownSay(server, alike.length),
    evidence: [...alikeEvidence(alike), ...evidence(server)],
    steps: [...doorSteps(server, alike, snapshot), ...steps(server, snapshot)],
    ...startedAt(outcomeSince, snapshot.now),
  };
}

/**
 * A kubelet that does not answer is told once, as the disk and memory of its node that are not seen. When its certificate ends
 * is known all the same, once it was shown.
 */
function isToldByItsNode({ is, name, seenAt, trouble }: TlsServerFact, snapshot: Snapshot): boolean {
  const feed = is === 'kubelet' ? snapshot.sources.get(`kubelet/${name}`) : undefined;
  if (feed === undefined || feed.fresh || seenAt === null || notShownLevel(trouble) !== 'unknown') return false;
  return feed.state === 'unreachable' || feed.state === 'stale' || feed.state === 'failing';
}

function alikeEvidence(names: readonly string[]): NonNullable<Verdict['evidence']> {
  if (names.length === 0) return [];
  return [{ kind: 'text', say: say('just as {names}', { names: shorten(names.slice(0, 20).join(', '), 300) }) }];
}

function evidence(server: TlsServerFact): NonNullable<Verdict['evidence']> {
  const message = shorten(server.message, 300);
  const { seenAt, certificate, secret } = server;
  return [
    ...(message === '' ? [] : [{ kind: 'text' as const, say: plainly(message) }]),
    {
      kind: 'value',
      say:
        seenAt === null
          ? say('it has shown none since the wall started')
          : say('it showed one last at {at:at}', { at: seenAt }),
    },
    ...(certificate?.notAfter == null
      ? []
      : [{ kind: 'value' as const, say: say('that one is valid until {at:at}', { at: certificate.notAfter }) }]),
    ...placeEvidence({ server, credential: null, issued: null, where: server.is }),
    ...(secret === null
      ? []
      : [{ kind: 'text' as const, say: say('from Secret {secret}', { secret: shorten(secret) }) }]),
  ];
}

/** What several hosts have in common is looked at first. */
function doorSteps({ trouble }: TlsServerFact, alike: readonly string[], snapshot: Snapshot): Step[] {
  return alike.length === 0 || trouble === 'dns' ? [] : controllerStatus(ingressController(snapshot));
}

function steps(server: TlsServerFact, snapshot: Snapshot): Step[] {
  const { host, port } = splitAddress(addressOf(server));
  if (server.is === 'kubelet') {
    const node = snapshot.facts('node').get(server.name);
    return [
      { say: 'Is its port open to the wall?', command: command`nc -vz -w 5 ${host} ${port || '10250'}` },
      ...(node === undefined ? [] : kubeletSteps(node)),
      {
        say: 'Is it meant to be closed to the wall? Then write "kubelets: false" under "certificates:" of the configuration',
      },
    ];
  }
  switch (server.trouble) {
    case 'dns':
      return [
        { say: 'Look up the name on the machine of the wall', command: command`getent hosts ${host}` },
        {
          say: 'Do its users ask another DNS server? Name that as "resolver:", or the address under "addresses:", both under "certificates:" of the configuration',
        },
      ];
    case 'refused':
    case 'unreachable':
    case 'timeout':
      return [
        { say: 'Is its port open, as seen from the wall?', command: command`nc -vz -w 5 ${host} ${port || '443'}` },
        {
          say: 'Do its users reach it at another address? Name that under "certificates: addresses:" of the configuration',
        },
        ...namedSteps(server),
      ];
    case 'silent':
    case 'reset':
    case 'not-tls':
    case 'old-protocol':
    case 'unexpected':
    case '':
      return [hearStep(server), ...namedSteps(server)];
  }
}

/** What the objects say of it that name it. */
function namedSteps({ namedBy }: TlsServerFact): Step[] {
  const [named] = namedBy.filter(({ kind, namespace }) => kind !== 'Configuration' && namespace !== null);
  if (named === undefined) return [];
  const { kind, namespace, name } = named;
  return [
    {
      say: `Where does ${kind} ${shorten(name, 60)} lead?`,
      command: command`kubectl -n ${namespace ?? ''} describe ${kind.toLowerCase()} ${name}`,
    },
  ];
}
