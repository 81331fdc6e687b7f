import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { findingId } from '#shared/finding.ts';
import type { Level } from '#shared/level.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { podsFailingAt } from '../pulls-at-host.ts';
import { ofSameRegistry } from '../registry-causes.ts';
import { isMirrorOf, plainHost, probeSubject, registryOf } from '../registry-hosts.ts';
import { needSay, workloadsNeeding } from '../registry-needs.ts';
import { registryCharts } from '../registry-series.ts';
import { downSteps } from '../registry-steps.ts';
import { nameOf, troubleOf } from '../registry-words.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Does each registry answer? Red before the first pull fails. */
export default defineCheck({
  check: 'registry/down',
  about: 'a registry of images does not answer: why, since when, and how many workloads take images from it',
  needs: {
    registryProbe: 'required',
    pod: 'optional',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    event: 'optional',
    service: 'optional',
    ingress: 'optional',
    httpRoute: 'optional',
    ingressRoute: 'optional',
  },
  settings: {},
  remembers: {
    version: 1,
    subjects: (snapshot) => snapshot.facts('registryProbe').keys(),
    // Kept across a restart: what was once reached and is not any more is down, whoever looks.
    remember: (before: boolean | undefined, key, snapshot): boolean =>
      before === true || snapshot.facts('registryProbe').get(key)?.upAt != null,
  },
  explains: [
    { checks: ['registry/pull-failing', 'registry/rate-limited'], when: explainsPulls },
    {
      checks: ['registry/images-missing'],
      when: (cause, effect) => cause.level === 'bad' && effect.level === 'unknown' && ofSameRegistry(cause, effect),
    },
    { checks: ['services/down', 'services/wrong-content'], noNews: true, when: isItsHost },
  ],
  judge: (snapshot, { memory }) =>
    [...snapshot.facts('registryProbe').values()].map((probe) =>
      verdict(probe, memory.get(probe.key) === true, snapshot),
    ),
});

const byItsAbsence = ['unreachable', 'untrusted'];

/** What nodes cannot pull from it, or through it; without a mirror all ask the registry behind it, and its limit is soon used up. */
function explainsPulls(cause: Verdict, { id, check, subject }: Effect, snapshot: Snapshot): boolean {
  const probe = registryOf(cause.subject, snapshot);
  if (probe === null || cause.level !== 'bad') return false;
  const isAbsence = byItsAbsence.some((kind) => id === findingId(check, subject, kind));
  if (subject.name === cause.subject.name) return isAbsence;
  const host = registryOf(subject, snapshot)?.host ?? subject.name;
  return isMirrorOf(probe, host) && (isAbsence || check === 'registry/rate-limited');
}

/** The same host, seen as a service. */
function isItsHost(cause: Verdict, { subject }: Effect, snapshot: Snapshot): boolean {
  const probe = registryOf(cause.subject, snapshot);
  return (
    probe !== null &&
    cause.level === 'bad' &&
    subject.kind === 'Host' &&
    plainHost(subject.name) === plainHost(probe.host)
  );
}

function verdict(probe: RegistryProbeFact, wasUp: boolean, snapshot: Snapshot): Verdict {
  const subject = probeSubject(probe);
  const head = { subject, sources: [probe.source], series: registryCharts(subject) };
  const name = nameOf(probe);
  if (probe.outcome === 'up') {
    return probe.trouble === 'refused-login'
      ? {
          ...head,
          level: 'warn',
          say: say('{name}: {why}', { name, why: troubleOf(probe, 'it') }),
          steps: downSteps(probe, snapshot),
        }
      : { ...head, level: 'ok', say: say('{name} answers', { name }) };
  }
  const failing = podsFailingAt(probe.host, snapshot).length;
  const level = levelOf(probe, wasUp, failing);
  return {
    ...head,
    level,
    say: downSay(probe, level),
    evidence: evidence(probe, failing, snapshot),
    steps: downSteps(probe, snapshot),
    ...startedAt(probe.outcomeSince, snapshot.now),
  };
}

/**
 * What nobody has told us to ask, and what has never answered us, may be out of our reach alone: nodes have another resolver
 * and other ways. It is bad once they fail as well.
 */
function levelOf({ configured, upAt }: RegistryProbeFact, wasUp: boolean, failing: number): Level {
  return configured || wasUp || upAt !== null || failing > 0 ? 'bad' : 'warn';
}

function downSay(probe: RegistryProbeFact, level: Level): Say {
  const name = nameOf(probe);
  const host = shorten(probe.host, 80);
  const why = troubleOf(probe, level === 'warn' || probeSubject(probe).name === probe.host ? 'it' : host);
  return level === 'warn'
    ? say('the wall does not reach {name}, nodes may: {why}', { name, why })
    : say('{name} is down: {why}', { name, why });
}

function evidence(probe: RegistryProbeFact, failing: number, snapshot: Snapshot): NonNullable<Verdict['evidence']> {
  const need = needSay(workloadsNeeding(probe, snapshot));
  const { url, address, upAt } = probe;
  const message = shorten(probe.message, 300);
  // The sentence may have said it already.
  const isNews = message !== '' && !troubleOf(probe, '').includes(message);
  const at = address === '' ? '' : ' at {address}';
  return [
    ...(need === null ? [] : [{ kind: 'text' as const, say: need }]),
    ...nodesSide(probe, failing),
    ...(isNews ? [{ kind: 'text' as const, say: plainly(message) }] : []),
    { kind: 'text', say: say(`asked: {url}${at}`, { url: shorten(url, 120), address: shorten(address, 60) }) },
    {
      kind: 'value',
      say:
        upAt === null
          ? say('it has not answered since the wall started')
          : say('it answered last {at:at}', { at: upAt }),
    },
    ...(probe.mirrors.length === 0
      ? []
      : [
          {
            kind: 'text' as const,
            say: say('images of {hosts} come through it', { hosts: shorten(probe.mirrors.join(', '), 120) }),
          },
        ]),
  ];
}

/** What the nodes say of it, where that is another truth than ours. */
function nodesSide({ configured, upAt }: RegistryProbeFact, failing: number): NonNullable<Verdict['evidence']> {
  if (failing > 0) {
    const words = failing === 1 ? '1 pod cannot pull from it either' : '{failing} pods cannot pull from it either';
    return [{ kind: 'text', say: say(words, { failing }) }];
  }
  return configured || upAt !== null
    ? []
    : [{ kind: 'text', say: say('the wall has never reached it, yet no pod fails to pull from it') }];
}
