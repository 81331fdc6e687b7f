import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { count, duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { isUp } from '../group-figures.ts';
import { registryName } from '../image-reference.ts';
import { remembersPulls } from '../pull-memory.ts';
import { pullSteps } from '../pull-steps.ts';
import { failingSince } from '../pull-trouble.ts';
import { waitingSince, waitingSteps } from '../pulls-waiting.ts';
import { hostEvidence } from '../registry-pull-evidence.ts';
import {
  explainsItsController,
  explainsItsPulls,
  failingHosts,
  standingFor,
  wordsOfIt,
  type FailingHost,
} from '../registry-pulls.ts';
import { registrySubject } from '../registry-hosts.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Do pulls fail for the registry's fault? One finding for all that fail at one host for one cause. */
export default defineCheck({
  check: 'registry/pull-failing',
  about: 'pods of several workloads cannot pull from one registry for the same cause: down, untrusted, no login',
  needs: {
    pod: 'required',
    registryProbe: 'optional',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    event: 'optional',
    node: 'optional',
  },
  settings: {
    pods: count(2, 'from so many pods on it counts, where nobody says yet that the registry is down'),
    for: duration(0, 'how long pulls must fail before that counts'),
  },
  for: (settings) => settings.for,
  remembers: remembersPulls,
  explains: [explainsItsPulls, explainsItsController],
  judge: (snapshot, { settings, memory }) =>
    failingHosts({ snapshot, memory })
      .filter((failing) => isTheRegistrys(failing, settings.pods))
      .map((failing) => verdict(failing, snapshot)),
});

/**
 * What may be the registry's fault, or that of the way to it, and not that of one workload. That a login is missing or wrong, or
 * that an image is missing or private, must be so for several workloads with images of their own.
 */
function isTheRegistrys({ kind, pods, pulls, workloads, probe }: FailingHost, fewest: number): boolean {
  switch (kind) {
    case 'unreachable':
    case 'untrusted':
      return pods.length >= fewest || probe?.outcome === 'down';
    case 'unauthorised':
    case 'missing-or-private':
      return (
        pods.length >= fewest && workloads.length > 1 && new Set(pulls.map(({ trouble }) => trouble.image)).size > 1
      );
    // registry/rate-limited tells of it.
    case 'limited':
    case 'platform':
    case 'disk-full':
    case 'missing':
    case 'name':
    case 'policy':
    case 'signature':
    case 'runtime':
    case 'unknown':
      return false;
  }
}

function verdict(failing: FailingHost, snapshot: Snapshot): Verdict {
  const { host, kind, pulls, workloads } = failing;
  const [{ trouble, failure }] = pulls;
  const [pod] = trouble.pods;
  const times = pulls.slice(0, 20).flatMap((pull) => failingSince(pull.trouble, snapshot) ?? []);
  const node = snapshot.facts('node').get(pod?.node ?? '');
  const triedAt = waitingSince(failing, snapshot);
  const whySteps = pod === undefined ? [] : pullSteps({ image: trouble.image, failure, pod, node });
  return standingFor(
    {
      subject: registrySubject(host, snapshot),
      key: kind,
      // What is there goes on serving while what is to take its place cannot come.
      level: workloads.every(isUp) ? 'warn' : 'bad',
      say: triedAt === null ? pullSay(failing) : waitingSay(failing),
      evidence: hostEvidence(failing, triedAt),
      steps: triedAt === null ? whySteps : waitingSteps(failing),
      ...startedAt(times.length === 0 ? null : Math.min(...times), snapshot.now),
    },
    failing,
  );
}

function pullSay(failing: FailingHost): Say {
  const { host, pods } = failing;
  const values = { host: shorten(registryName(host), 80), why: wordsOfIt(failing), count: pods.length };
  if (failing.kind === 'missing-or-private') return say('{count} pods cannot pull images from {host}: {why}', values);
  return pods.length === 1
    ? say('1 pod cannot pull from {host}: {why}', values)
    : say('{count} pods cannot pull from {host}: {why}', values);
}

function waitingSay({ host, pods }: FailingHost): Say {
  const values = { host: shorten(registryName(host), 80), count: pods.length };
  return pods.length === 1
    ? say('{host} answers now, 1 pod waits to pull from it again', values)
    : say('{host} answers now, {count} pods wait to pull from it again', values);
}
